/** What of this package runs in a browser: programs, from the bytes of their archives. Compiling stays on servers. */
export {
  type InterpreterFiles,
  interpreterInMemory,
  type ProgramInMemory,
  prepareProgram,
  programInArchive,
} from "./browser/open-program.ts";
export type { OpenInterpreter, RunOptions, RunOutput } from "./runtime/open-interpreter.ts";
