/** `weightsmith train loda`: makes the LODA model that ships, from a folder of programs, resumable. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { buildDataset, programFiles } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { checkedRoot, programsDirOption } from "./programs.ts";

interface TrainFlags {
  readonly programsDir: string;
  readonly size: "tiny" | "small" | "base" | "large";
  readonly chunks?: number;
  readonly workDir: string;
  readonly out?: string;
  readonly threads: number;
}

const datasetTerms = 24;

export function registerLodaTraining(program: Command, context: () => CommandContext): void {
  const group =
    program.commands.find((command) => command.name() === "train") ??
    program.command("train").summary("train the models that ship");
  group
    .command("loda")
    .summary("the model that writes LODA programs")
    .description(
      "Trains the LODA model from nothing: data set, tokenizer, model. Stop it at any time; the same command goes on from the last checkpoint.",
    )
    .addOption(programsDirOption().makeOptionMandatory())
    .option("--size <size>", "tiny, small, base or large", "tiny")
    .option("--chunks <count>", "how long: chunks of 4,096 pairs", countOf)
    .option("--work-dir <folder>", "data set, checkpoints and log", ".weightsmith/training/loda-tiny")
    .option("--out <folder>", "where the finished model goes (default: the models folder)")
    .option("--threads <count>", "processor threads", countOf, 2)
    .action((flags: TrainFlags) => train(flags, context()));
}

async function train(flags: TrainFlags, { output, signal, modelsFolder }: CommandContext): Promise<void> {
  const { lodaTiny, modelSizes, trainLodaModel } = await import("@weightsmith/loda/model");
  const size = modelSizes.find((each) => each === flags.size) ?? lodaTiny.size;
  const recipe = {
    ...lodaTiny,
    name: `loda-${size}`,
    size,
    ...(flags.chunks === undefined ? {} : { chunks: flags.chunks }),
  };
  const workFolder = path.resolve(flags.workDir);
  mkdirSync(workFolder, { recursive: true });
  const datasetFile = path.join(workFolder, "dataset.jsonl");
  const root = checkedRoot(flags.programsDir);
  const bar = output.progress("Training");
  const outFolder = path.resolve(flags.out ?? path.join(modelsFolder, recipe.name));
  try {
    if (!existsSync(datasetFile)) {
      const partial = `${datasetFile}.new`;
      await buildDataset(programFiles(path.join(root, "oeis")), {
        root,
        outputFile: partial,
        terms: datasetTerms,
        signal,
        onProgress: (done, total) => bar.update(0, `reading ${done} of ${total}`),
      });
      signal.throwIfAborted();
      renameSync(partial, datasetFile);
    }
    const validation = await trainLodaModel(recipe, {
      workFolder,
      outFolder,
      datasetFile,
      threads: flags.threads,
      signal,
      onProgress: ({ chunks, step, loss }) =>
        bar.update(chunks / recipe.chunks, `step ${step} loss ${loss.toFixed(3)}`),
    });
    output.result(
      { directory: outFolder, validation },
      () =>
        `Wrote ${outFolder}: validation loss ${validation.loss.toFixed(3)} nats a token, ${(100 * validation.tokenAccuracy).toFixed(1)} % of tokens right`,
    );
  } finally {
    bar.done();
  }
}
