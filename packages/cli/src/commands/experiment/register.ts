/** The commands of experiments: `experiment …`, `eval experiments`, `train reader`. */
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { registerEvalExperiments } from "./evaluate.ts";
import { registerPlaybook } from "./playbook.ts";
import { registerRunExperiment } from "./run.ts";
import { registerSeries } from "./series.ts";
import { registerTrainReader } from "./train.ts";

export function registerExperiment(program: Command, context: () => CommandContext): void {
  const experiment = program
    .command("experiment")
    .summary("small models that get better by context: run and compare");
  registerRunExperiment(experiment, context);
  registerSeries(experiment, context);
  registerPlaybook(experiment, context);
  registerEvalExperiments(group(program, "eval", "measure how well compiling works"), context);
  registerTrainReader(group(program, "train", "train the models that ship"), context);
}

/** A group of commands that others may have begun. */
function group(program: Command, name: string, summary: string): Command {
  return (
    program.commands.find((command) => command.name() === name) ?? program.command(name).summary(summary)
  );
}
