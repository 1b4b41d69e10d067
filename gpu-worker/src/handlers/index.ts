/** The handlers of this worker, by the type of job: one file each. A type without a handler is left to other workers. */
import type { Handlers } from "../handler.ts";
import { type BatchSettings, batchHandler } from "./batch/index.ts";
import { byKind } from "./by-kind.ts";
import { type CompileSettings, compileHandler } from "./compile.ts";
import { type ExperimentSettings, experimentHandler } from "./experiment.ts";
import { type GenerateCodeSettings, generateCodeHandler } from "./generate-code.ts";
import { type GenerateLodaSettings, generateLodaHandler } from "./generate-loda.ts";
import { generateTextHandler } from "./generate-text.ts";
import { leaderboardHandler } from "./leaderboard/index.ts";
import { specialistHandler } from "./specialist.ts";

/** Everything that any handler needs to know. */
export type HandlerSettings = BatchSettings &
  CompileSettings &
  ExperimentSettings &
  GenerateCodeSettings &
  GenerateLodaSettings;

export function makeHandlers(settings: HandlerSettings): Handlers {
  return {
    compile: byKind({ weights: compileHandler(settings), specialist: specialistHandler(settings) }),
    generate: byKind({
      code: generateCodeHandler(settings),
      loda: generateLodaHandler(settings),
      text: generateTextHandler(settings),
    }),
    experiment: byKind({
      batch: batchHandler(settings),
      playbook: experimentHandler(settings),
      leaderboard: leaderboardHandler(settings),
    }),
  };
}
