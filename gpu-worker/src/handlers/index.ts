/** The handlers of this worker, by the type of job: one file each. A type without a handler is left to other workers. */
import type { Handlers } from "../handler.ts";
import { byKind } from "./by-kind.ts";
import { type CompileSettings, compileHandler } from "./compile.ts";
import { leaderboardHandler } from "./leaderboard/index.ts";
import { specialistHandler } from "./specialist.ts";

export function makeHandlers(settings: CompileSettings): Handlers {
  return {
    compile: byKind({ weights: compileHandler(settings), specialist: specialistHandler(settings) }),
    experiment: byKind({ leaderboard: leaderboardHandler(settings) }),
  };
}
