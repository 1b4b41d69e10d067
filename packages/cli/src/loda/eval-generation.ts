/** `weightsmith eval loda`: how often generation finds the sequence, beside honest baselines. */
import { type EvaluationReport, evaluateGeneration, folderStore, type Score } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { table } from "../terminal/output.ts";
import { millisecondsOf } from "./generate.ts";
import { checkedRoot, programsDirOption } from "./programs.ts";
import { openLibrary, openLodaModel } from "./sources.ts";

interface EvalFlags {
  readonly programsDir: string;
  readonly limit: number;
  readonly seed: number;
  readonly given: number;
  readonly heldOut: number;
  readonly budget: number;
  readonly candidates: number;
  readonly model?: string | false;
}

export function registerLodaEvaluation(program: Command, context: () => CommandContext): void {
  const group =
    program.commands.find((command) => command.name() === "eval") ??
    program.command("eval").summary("measure how well things work");
  group
    .command("loda")
    .summary("how well LODA programs are found")
    .description(
      "Asks for test sequences that the search does not know, by description, by their first terms and by both. An answer counts if it reproduces terms that were not given.",
    )
    .addOption(programsDirOption().makeOptionMandatory())
    .option("--limit <count>", "test sequences to ask for", countOf, 100)
    .option("--seed <number>", "which sequences", countOf, 1)
    .option("--given <count>", "terms to give", countOf, 15)
    .option("--held-out <count>", "further terms to check", countOf, 10)
    .option("--budget <time>", "for each question", millisecondsOf, 30_000)
    .option("--candidates <count>", "answers that count for a description", countOf, 5)
    .option("--model <name>", "the model that writes candidates (default: loda-tiny)")
    .option("--no-model", "without a model")
    .action((flags: EvalFlags) => evaluate(flags, context()));
}

async function evaluate(flags: EvalFlags, { output, signal, modelsFolder }: CommandContext): Promise<void> {
  const library = await openLibrary(flags.programsDir, { output, signal });
  const model = flags.model === false ? undefined : await openLodaModel(modelsFolder, flags.model);
  const bar = output.progress("Asking");
  try {
    const report = await evaluateGeneration({
      library,
      store: folderStore(checkedRoot(flags.programsDir)),
      ...(model ? { model } : {}),
      limit: flags.limit,
      seed: flags.seed,
      givenTerms: flags.given,
      heldOutTerms: flags.heldOut,
      budgetMilliseconds: flags.budget,
      candidates: flags.candidates,
      signal,
      onProgress: (done, total) => bar.update(done / total, `${done} of ${total}`),
    });
    output.result(report, describe);
  } finally {
    bar.done();
    await model?.release();
  }
}

function describe(report: EvaluationReport): string {
  const { baselines } = report;
  const rows: [string, Score][] = [
    ["description", report.description],
    ["terms", report.terms],
    ["both", report.both],
    ["(model alone)", report.model],
    ["(nearest description)", baselines.nearestDescription],
    ["(nearest terms)", baselines.nearestTerms],
    ["(fitting)", baselines.fitting],
  ];
  return [
    `${report.sequences} test sequences; ${report.givenTerms} terms given, ${report.heldOutTerms} held out`,
    table(
      ["ASKED BY", "SEQUENCE", "EXACT", "VALID", "SECONDS", "ROUTES"],
      rows.map(([name, { sequenceMatchRate, exactMatchRate, validRate, secondsPerProgram, routes }]) => [
        name,
        percent(sequenceMatchRate),
        percent(exactMatchRate),
        percent(validRate),
        secondsPerProgram.toFixed(2),
        Object.entries(routes)
          .map(([route, share]) => `${route} ${percent(share)}`)
          .join(", "),
      ]),
    ),
  ].join("\n");
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
