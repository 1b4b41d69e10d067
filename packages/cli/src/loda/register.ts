/** `weightsmith loda …`, `generate loda`, `eval loda`, `train loda`: the LODA language on the command line. */
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { registerLodaCheck } from "./check.ts";
import { registerLodaDataset } from "./dataset.ts";
import { registerLodaEval } from "./eval.ts";
import { registerLodaEvaluation } from "./eval-generation.ts";
import { registerLodaExplain } from "./explain.ts";
import { registerLodaGenerate } from "./generate.ts";
import { registerLodaOptimize } from "./optimize.ts";
import { registerLodaTraining } from "./train.ts";

export function registerLoda(program: Command, context: () => CommandContext): void {
  const loda = program.command("loda").summary("LODA programs: evaluate, check, optimise, explain, collect");
  registerLodaEval(loda, context);
  registerLodaCheck(loda, context);
  registerLodaOptimize(loda, context);
  registerLodaExplain(loda, context);
  registerLodaDataset(loda, context);
  registerLodaGenerate(program, context);
  registerLodaEvaluation(program, context);
  registerLodaTraining(program, context);
}
