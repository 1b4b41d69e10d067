/** `weightsmith train`: makes the models that ship, from nothing, resumable. */
import path from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

export function registerTrain(program: Command, context: () => CommandContext): void {
  program
    .command("train")
    .summary("train the models that ship")
    .command("interpreter")
    .description(
      "Trains the base interpreter from nothing: tokenizer, then model. Stop it at any time; the same command goes on from the last checkpoint.",
    )
    .option("--work-dir <folder>", "checkpoints and logs", ".weightsmith/training/anvil-tiny")
    .option("--out <folder>", "where the finished model goes (default: the models folder)")
    .option("--threads <count>", "processor threads", countOf, 2)
    .action((flags: { workDir: string; out?: string; threads: number }) => trainBase(flags, context()));
}

async function trainBase(
  flags: { readonly workDir: string; readonly out?: string; readonly threads: number },
  { modelsFolder, output, signal }: CommandContext,
): Promise<void> {
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
