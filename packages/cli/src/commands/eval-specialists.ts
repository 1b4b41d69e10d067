/** `weightsmith eval specialists` and `weightsmith train specialists`: the mixture that ships, measured and made. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { EvaluationOptions, SpecialistsEvaluation } from "@weightsmith/specialists";
import type { Command } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

const shippedCorpora = fileURLToPath(new URL("../../../specialists/corpora", import.meta.url));
/** The shipped mixture's folder among the models. */
const shippedMixture = "specialists-tiny";

interface EvalFlags {
  readonly corpora: string;
  readonly mixture?: string;
  readonly baselines: boolean;
  readonly tokens: number;
  readonly threads?: number;
}

/** A group of commands that others may have begun. */
function group(program: Command, name: string, summary: string): Command {
  return (
    program.commands.find((command) => command.name() === name) ?? program.command(name).summary(summary)
  );
}

export function registerEvalSpecialists(program: Command, context: () => CommandContext): void {
  group(program, "eval", "measure how well compiling works")
    .command("specialists")
    .description(
      "Measures a mixture on text that no training saw: perplexity of each domain, routing of paragraphs, and what one more specialist costs. Without --corpora on the shipped texts and the shipped mixture; for a folder of your own the mixture is trained first.",
    )
    .option(
      "--corpora <folder>",
      "a folder of .txt files for each domain, `general` among them",
      shippedCorpora,
    )
    .option("--mixture <folder>", "where the mixture is, or is trained to")
    .option("--no-baselines", "do not train models to compare with")
    .option("--tokens <count>", "held-out tokens a domain at most", countOf, 12_000)
    .option("--threads <count>", "processor threads", countOf)
    .action((flags: EvalFlags) => evalSpecialists(flags, context()));
  group(program, "train", "train the models that ship")
    .command("specialists")
    .description(
      "Trains what is missing of a mixture: tokenizer and generalist from the general corpus, then a specialist for each other corpus. Stop it at any time; the same command goes on.",
    )
    .option("--corpora <folder>", "a folder of .txt files for each domain", shippedCorpora)
    .option("--out <folder>", "where the mixture goes (default: the models folder)")
    .option("--threads <count>", "processor threads", countOf)
    .action((flags: { corpora: string; out?: string; threads?: number }) =>
      trainSpecialists(flags, context()),
    );
}

const sessionOf = (
  device: string,
  threads: number | undefined,
): NonNullable<EvaluationOptions["session"]> => ({
  device: device as "auto",
  ...(threads === undefined ? {} : { threads }),
});

async function trainSpecialists(
  flags: { readonly corpora: string; readonly out?: string; readonly threads?: number },
  { modelsFolder, output, signal, device }: CommandContext,
): Promise<void> {
  const { FolderStore, folderCorpora, tinyRecipe } = await import("@weightsmith/specialists");
  const folder = path.resolve(flags.out ?? path.join(modelsFolder, shippedMixture));
  const store = new FolderStore(folder);
  const corpora = await folderCorpora(path.resolve(flags.corpora));
  const trained = await bringUp(
    { store, corpora, recipe: tinyRecipe, folder },
    sessionOf(device, flags.threads),
    output,
    signal,
  );
  output.result({ directory: folder, trained, ...(await store.index()) }, () =>
    trained.length === 0
      ? `Nothing is missing in ${folder}.`
      : `Trained ${trained.join(", ")} into ${folder}.`,
  );
}

/** Trains what is missing, with checkpoints beside the mixture. */
async function bringUp(
  what: Pick<EvaluationOptions, "store" | "corpora" | "recipe"> & { readonly folder: string },
  session: NonNullable<EvaluationOptions["session"]>,
  output: CommandContext["output"],
  signal: AbortSignal,
): Promise<string[]> {
  const { trainMissing } = await import("@weightsmith/specialists");
  const { mkdir, readFile, rm, writeFile } = await import("node:fs/promises");
  const file = path.join(what.folder, "training.checkpoint");
  await mkdir(what.folder, { recursive: true });
  const bar = output.progress("Training");
  try {
    const trained = await trainMissing({
      ...what,
      session,
      signal,
      checkpoint: {
        load: () => readFile(file).catch(() => undefined),
        save: (bytes) => writeFile(file, bytes),
      },
      onProgress: ({ what: part, step, steps, loss }) =>
        bar.update(step / steps, `${part} step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
    });
    await rm(file, { force: true });
    return trained;
  } finally {
    bar.done();
  }
}

async function evalSpecialists(flags: EvalFlags, context: CommandContext): Promise<void> {
  const { evaluateSpecialists, FolderStore, folderCorpora, tinyRecipe } = await import(
    "@weightsmith/specialists"
  );
  const { modelsFolder, output, signal, device } = context;
  const corporaFolder = path.resolve(flags.corpora);
  const own = corporaFolder !== shippedCorpora;
  const folder = path.resolve(
    flags.mixture ??
      (own
        ? path.join(".weightsmith", "specialists", path.basename(corporaFolder))
        : path.join(modelsFolder, shippedMixture)),
  );
  const store = new FolderStore(folder);
  const corpora = await folderCorpora(corporaFolder);
  const session = sessionOf(device, flags.threads);
  await bringUp({ store, corpora, recipe: tinyRecipe, folder }, session, output, signal);
  const bar = output.progress("Measuring");
  const result = await evaluateSpecialists({
    store,
    corpora,
    recipe: tinyRecipe,
    session,
    signal,
    baselines: flags.baselines,
    tokens: flags.tokens,
    onProgress: ({ what, step, steps }) => bar.update(step / steps, what),
  }).finally(() => bar.done());
  output.result({ corpora: corporaFolder, mixture: folder, ...result }, report);
}

function report(result: SpecialistsEvaluation): string {
  const { perplexity, domains, beforeAdding } = result;
  const models: [string, Readonly<Record<string, number>> | undefined][] = [
    ["generalist", perplexity.generalist],
    ["mixture", perplexity.mixture],
    ["hard routing", perplexity.hard],
    ["fine-tuned on the domain", perplexity.fineTunedDomain],
    ["fine-tuned on everything", perplexity.fineTunedAll],
    [`without ${beforeAdding?.name}`, beforeAdding?.perplexity],
  ];
  const seconds = (value: number | undefined) =>
    value === undefined ? "not measured" : `${value.toFixed(1)} s`;
  return [
    table(
      ["HELD-OUT PERPLEXITY", ...domains],
      models.flatMap(([name, values]) =>
        values ? [[name, ...domains.map((domain) => values[domain]?.toFixed(3) ?? "–")]] : [],
      ),
    ),
    "",
    `Routing of paragraphs   ${(result.routingAccuracy * 100).toFixed(1)} % right`,
    `Adding one specialist   ${seconds(result.addSeconds)}; training everything again ${seconds(result.retrainSeconds)}`,
    `Deleting one            ${result.deleteMilliseconds.toFixed(1)} ms`,
    `200 tokens              ${seconds(result.completionSeconds)}`,
  ].join("\n");
}
