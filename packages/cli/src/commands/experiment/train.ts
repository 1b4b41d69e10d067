/** `train reader`: makes the base model that answers from lessons, resumable. */
import path from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { countOf, positiveOf } from "../options.ts";

interface TrainFlags {
  readonly base: string;
  readonly workDir: string;
  readonly out?: string;
  readonly threads: number;
  readonly steps?: number;
  readonly decaySteps?: number;
  readonly rate?: number;
}

export function registerTrainReader(train: Command, context: () => CommandContext): void {
  train
    .command("reader")
    .description(
      "Trains the base that answers from lessons in its prompt, on worlds made up for it, starting from an interpreter. Stop it at any time; the same command goes on from the last checkpoint.",
    )
    .option("--base <model>", "the interpreter to start from", "anvil-tiny")
    .option("--work-dir <folder>", "checkpoints", ".weightsmith/training/anvil-reader")
    .option("--out <folder>", "where the finished model goes (default: the models folder)")
    .option("--threads <count>", "processor threads", countOf, 2)
    .option("--steps <count>", "steps in all (default: the recipe's)", countOf)
    .option("--decay-steps <count>", "the last steps, over which the rate falls to zero", countOf)
    .option("--rate <number>", "the highest learning rate", positiveOf)
    .action((flags: TrainFlags) => run(flags, context()));
}

async function run(flags: TrainFlags, { modelsFolder, output, signal }: CommandContext): Promise<void> {
  const { anvilReader, defaultModel, trainReader } = await import("@weightsmith/experiments");
  const outFolder = path.resolve(flags.out ?? path.join(modelsFolder, defaultModel));
  const bar = output.progress("Training");
  const recipe = {
    ...anvilReader,
    ...(flags.steps !== undefined && { steps: flags.steps }),
    ...(flags.decaySteps !== undefined && { decaySteps: flags.decaySteps }),
    ...(flags.rate !== undefined && { peakLearningRate: flags.rate }),
  };
  const probe = await trainReader(recipe, {
    baseFolder: path.join(modelsFolder, flags.base),
    workFolder: path.resolve(flags.workDir),
    outFolder,
    threads: flags.threads,
    signal,
    onStep: ({ step, steps, loss, secondsPerStep }) =>
      bar.update(step / steps, `step ${step} loss ${loss.toFixed(3)} ${secondsPerStep.toFixed(2)} s/step`),
  }).finally(() => bar.done());
  output.result({ directory: outFolder, probe: probe ?? null }, ({ directory }) => `Wrote ${directory}`);
}
