/** What workers need of the process that runs programs. */
export { type ProgramRunner, programRunner } from "./program-runner.ts";
export { pieceOf, rowsOf } from "./text-writer.ts";
