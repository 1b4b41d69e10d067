/** The tasks that every server begins with. */
import { functionTasks } from "./functions.ts";
import { sequenceTasks } from "./sequences.ts";
import type { TaskDefinition } from "./task.ts";
import { textTasks } from "./text.ts";

export { type Random, seeded, unguessable } from "./random.ts";
export type { TaskDefinition } from "./task.ts";

export const ownTasks: readonly TaskDefinition[] = [...textTasks, ...functionTasks, ...sequenceTasks];
