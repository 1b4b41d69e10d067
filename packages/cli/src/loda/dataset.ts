/** `weightsmith loda dataset`: programs and their descriptions as JSON lines. */

import path from "node:path";
import { buildDataset, programFiles } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { checkedRoot, programsDirOption } from "./programs.ts";

interface DatasetFlags {
  readonly programsDir: string;
  readonly outputFile: string;
  readonly maxExamples?: number;
  readonly augment?: true;
  readonly terms: number;
  readonly threads?: number;
}

export function registerLodaDataset(loda: Command, context: () => CommandContext): void {
  loda
    .command("dataset")
    .summary("descriptions and programs as JSON lines")
    .description(
      "Reads every program, drops those that do not parse or do not reproduce their terms, cleans the descriptions, and parts train, validation and test by the shape of the program, so that no near-duplicate crosses.",
    )
    .addOption(programsDirOption().makeOptionMandatory())
    .requiredOption("--output-file <file>", "where the lines go")
    .option("--max-examples <count>", "at most so many programs, spread over the folder", countOf)
    .option("--augment", "vary the descriptions, too, except those of the test part")
    .option("-t, --terms <count>", "terms to check and to write", countOf, 16)
    .option("--threads <count>", "threads (default: one a core)", countOf)
    .action((flags: DatasetFlags) => build(flags, context()));
}

async function build(flags: DatasetFlags, { output, signal }: CommandContext): Promise<void> {
  const root = checkedRoot(flags.programsDir);
  const bar = output.progress("Reading");
  const report = await buildDataset(programFiles(path.join(root, "oeis")), {
    root,
    outputFile: flags.outputFile,
    terms: flags.terms,
    augment: flags.augment === true,
    signal,
    ...(flags.maxExamples === undefined ? {} : { maxExamples: flags.maxExamples }),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    onProgress: (done, total) => bar.update(done / total, `${done} of ${total}`),
  }).finally(() => bar.done());
  signal.throwIfAborted();
  output.result(
    { outputFile: flags.outputFile, ...report },
    ({ examples, lines, splits, rejected, seconds, outputFile }) =>
      [
        `${examples} programs, ${lines} lines in ${outputFile} (${seconds.toFixed(1)} s)`,
        `train ${splits.train}, validation ${splits.validation}, test ${splits.test}`,
        `left out: ${Object.entries(rejected)
          .map(([reason, count]) => `${reason} ${count}`)
          .join(", ")}`,
      ].join("\n"),
  );
}
