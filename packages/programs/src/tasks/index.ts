/** Text-function tasks: what a base interpreter is trained and measured on. */
export * from "./episodes.ts";
export type { Family, Task } from "./family.ts";
export { Random } from "./random.ts";
export { everyFamily, familiesOf } from "./registry.ts";
export { type Split, splitOf } from "./splits.ts";
export { userPrograms } from "./user-programs.ts";
