/** `eval experiments`: does a playbook help our base model? On test questions that nothing learnt from, with intervals. */
import path from "node:path";
import type { Domain, ExperimentsEvaluation } from "@weightsmith/experiments";
import { type Command, Option } from "commander";
import { table } from "../../terminal/output.ts";
import type { CommandContext } from "../context.ts";
import { countOf } from "../options.ts";
import { openLocalModel, writeFileIn } from "./local.ts";

interface EvalFlags {
  readonly modelId: string;
  readonly epochs: number;
  readonly limit?: number;
  readonly domain?: readonly Domain[];
  readonly ablations: boolean;
  readonly outputDir?: string;
}

export function registerEvalExperiments(evaluate: Command, context: () => CommandContext): void {
  evaluate
    .command("experiments")
    .description(
      "Runs the generated task of every domain without a playbook and with one learnt on its training part, and compares both on the test part; then leaves out one part of the method at a time.",
    )
    .option("--model-id <model>", "which model", "anvil-reader")
    .option("--epochs <count>", "over the training part", countOf, 2)
    .option("--limit <count>", "the first so many questions of each part", countOf)
    .addOption(new Option("--domain <domain...>", "only these").choices(["finance", "medical", "iot"]))
    .option("--no-ablations", "only the comparison")
    .option("--output-dir <folder>", "write every answer as CSV, and the playbooks, there")
    .action((flags: EvalFlags) => run(flags, context()));
}

async function run(flags: EvalFlags, context: CommandContext): Promise<void> {
  const { evaluateExperiments, toCsv } = await import("@weightsmith/experiments");
  const model = await openLocalModel(flags.modelId, context);
  const bar = context.output.progress("Measuring");
  const writing: Promise<string>[] = [];
  try {
    const evaluation = await evaluateExperiments({
      model,
      epochs: flags.epochs,
      ablations: flags.ablations,
      signal: context.signal,
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      ...(flags.domain === undefined ? {} : { domains: flags.domain }),
      onProgress: (what, share) => bar.update(share, what),
      onRun: (name, records, playbook) => {
        if (flags.outputDir === undefined) return;
        writing.push(writeFileIn(path.join(flags.outputDir, `${name}.csv`), toCsv(records)));
        writing.push(writeFileIn(path.join(flags.outputDir, `${name}-playbook.txt`), playbook));
      },
    });
    await Promise.all(writing);
    context.output.result(evaluation, render);
  } finally {
    bar.done();
    await model.close();
  }
}

function render({ domains, domainsImproved, ablations, reflector }: ExperimentsEvaluation): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const main = table(
    ["DOMAIN", "BASELINE", "ACE", "CHANGE", "95 % INTERVAL", "P", "LATENCY", "LESSONS"],
    domains.map((line) => [
      line.domain,
      percent(line.baseline),
      percent(line.ace),
      percent(line.difference),
      `${percent(line.low)} – ${percent(line.high)}`,
      line.pValue.toFixed(4),
      `${line.latencyRatio.toFixed(2)}×`,
      String(line.entries),
    ]),
  );
  const parts = table(
    ["LEFT OUT", "DOMAIN", "ACE", "LESSONS"],
    ablations.map(({ ablation, domain, ace, entries }) => [ablation, domain, percent(ace), String(entries)]),
  );
  return [
    main,
    `Improved by at least 10 points with an interval above zero: ${domainsImproved} of ${domains.length} (reflector: ${reflector}).`,
    ...(ablations.length === 0 ? [] : [parts]),
  ].join("\n\n");
}
