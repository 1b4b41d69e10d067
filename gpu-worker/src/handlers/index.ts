/** The handlers of this worker, by the type of job: one file each. A type without a handler is left to other workers. */
import type { Handlers } from "../handler.ts";
import { type CompileSettings, compileHandler } from "./compile.ts";

export function makeHandlers(settings: CompileSettings): Handlers {
  return { compile: compileHandler(settings) };
}
