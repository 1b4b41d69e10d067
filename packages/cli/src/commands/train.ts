/** `weightsmith train`: makes the models that ship, from nothing, resumable. */
import path from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

interface TrainFlags {
  readonly workDir: string;
  readonly out?: string;
  readonly threads: number;
}

const resumable = "Stop it at any time; the same command goes on from the last checkpoint.";

export function registerTrain(program: Command, context: () => CommandContext): void {
  const train = program.command("train").summary("train the models that ship");
  const subcommand = (name: string, workDir: string, description: string) =>
    train
      .command(name)
      .description(`${description} ${resumable}`)
      .option("--work-dir <folder>", "checkpoints and logs", workDir)
      .option("--out <folder>", "where the finished model goes (default: the interpreter's folder)")
      .option("--threads <count>", "processor threads", countOf, 2);
  subcommand(
    "interpreter",
    ".weightsmith/training/anvil-tiny",
    "Trains the base interpreter from nothing: tokenizer, then model.",
  ).action((flags: TrainFlags) => trainBase(flags, context()));
  subcommand(
    "compiler",
    ".weightsmith/training/anvil-tiny-compiler",
    "Trains the amortised compiler (method `fast`) through the frozen interpreter.",
  )
    .option("--interpreter <name>", "the model that its programs run on")
    .action((flags: TrainFlags & { interpreter?: string }) => trainCompiler(flags, context()));
}

async function trainBase(flags: TrainFlags, { modelsFolder, output, signal }: CommandContext): Promise<void> {
  const { anvilTiny, trainInterpreter } = await import("@weightsmith/programs");
  const outFolder = path.resolve(flags.out ?? path.join(modelsFolder, anvilTiny.name));
  const bar = output.progress("Training");
  const scores: Record<string, readonly number[]>[] = [];
  await trainInterpreter(anvilTiny, {
    workFolder: path.resolve(flags.workDir),
    outFolder,
    threads: flags.threads,
    signal,
    onStep: ({ step, steps, loss, secondsPerStep }) =>
      bar.update(step / steps, `step ${step} loss ${loss.toFixed(3)} ${secondsPerStep.toFixed(2)} s/step`),
    onProbe: (probe) => scores.push(probe),
  }).finally(() => bar.done());
  output.result(
    { directory: outFolder, probe: scores.at(-1) ?? null },
    ({ directory }) => `Wrote ${directory}`,
  );
}

async function trainCompiler(
  flags: TrainFlags & { readonly interpreter?: string },
  { modelsFolder, output, signal }: CommandContext,
): Promise<void> {
  const { anvilTinyCompiler, loadInterpreter, trainFastCompiler } = await import("@weightsmith/programs");
  const interpreter = await loadInterpreter(modelsFolder, flags.interpreter);
  const outFolder = path.resolve(flags.out ?? interpreter.folder);
  const bar = output.progress("Training");
  await trainFastCompiler(anvilTinyCompiler, {
    interpreter,
    workFolder: path.resolve(flags.workDir),
    outFolder,
    threads: flags.threads,
    signal,
    onStep: ({ step, steps, loss }) => bar.update(step / steps, `step ${step} loss ${loss.toFixed(3)}`),
  }).finally(() => bar.done());
  output.result({ directory: outFolder }, ({ directory }) => `Wrote ${directory}`);
}
