/** `weightsmith generate loda`: from a description, terms, or both to programs that compute the sequence. */
import { createInterface } from "node:readline/promises";
import { AppError } from "@weightsmith/contract";
import {
  type GeneratedProgram,
  type GenerateResult,
  Generator,
  generatedProgramJson,
  parseValue,
  print,
  type Route,
  routes,
  type Value,
} from "@weightsmith/loda";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { checkedRoot, programsDirOption } from "./programs.ts";
import { openLibrary, openLodaModel } from "./sources.ts";

interface GenerateFlags {
  readonly terms?: readonly Value[];
  readonly offset?: number;
  readonly budget: number;
  readonly n: number;
  readonly seed: number;
  readonly model?: string | false;
  readonly without?: readonly Route[];
  readonly pipes?: true;
  readonly interactive?: true;
  readonly programsDir?: string;
}

export function registerLodaGenerate(program: Command, context: () => CommandContext): void {
  const generate =
    program.commands.find((command) => command.name() === "generate") ??
    program.command("generate").summary("programs from a description, examples or terms");
  generate
    .command("loda")
    .summary("LODA programs for an integer sequence")
    .description(
      "Looks for programs by what known sequences, formulas, fits, the model and mutation give, runs every candidate against the terms, and prints the best.",
    )
    .argument("[description]", "what the sequence is, in words or as a formula")
    .option("--terms <list>", "the first terms, separated by commas", termsOf)
    .option("--offset <n>", "the index of the first term", integerOf)
    .option("--budget <time>", "how long to search: 30s, 500ms, 2m", millisecondsOf, 30_000)
    .option("-n, --n <count>", "how many programs to print at most", countOf, 5)
    .option("--seed <number>", "of the random choices", integerOf, 0)
    .option("--model <name>", "the model that writes candidates (default: loda-tiny)")
    .option("--no-model", "without a model")
    .addOption(new Option("--without <route...>", "ways not to go").choices(routes))
    .option("--pipes", "print programs in one line: mov $1 $0 | add $1 5")
    .option("-i, --interactive", "ask again and again; the programs stay loaded")
    .addOption(programsDirOption())
    .action((description: string | undefined, flags: GenerateFlags) => run(description, flags, context()));
}

async function run(
  description: string | undefined,
  flags: GenerateFlags,
  context: CommandContext,
): Promise<void> {
  if (!flags.interactive) requireQuestion(description, flags.terms);
  const { output } = context;
  const library = flags.programsDir === undefined ? undefined : await openLibrary(flags.programsDir, context);
  const model = flags.model === false ? undefined : await openLodaModel(context.modelsFolder, flags.model);
  if (!library)
    output.note("Without --programs-dir, no known sequence is looked up: only formulas, fits and the model.");
  const generator = new Generator({
    ...(library && flags.programsDir !== undefined ? { library, root: checkedRoot(flags.programsDir) } : {}),
    ...(model ? { model } : {}),
  });
  try {
    if (flags.interactive) await converse(generator, flags, context);
    else await answer(generator, description, flags.terms, flags, context);
  } finally {
    await model?.release();
  }
}

async function answer(
  generator: Generator,
  description: string | undefined,
  terms: readonly Value[] | undefined,
  flags: GenerateFlags,
  { output, signal }: CommandContext,
): Promise<void> {
  const bar = output.progress("Searching");
  const phases = { retrieve: 0.1, model: 0.3, mutate: 0.5 } as const;
  const result = await generator
    .generate({
      ...(description === undefined ? {} : { description }),
      ...(terms === undefined ? {} : { terms }),
      ...(flags.offset === undefined ? {} : { offset: flags.offset }),
      ...(flags.without ? { without: flags.without } : {}),
      count: flags.n,
      budgetMilliseconds: flags.budget,
      seed: flags.seed,
      signal,
      onProgress: ({ phase, found }) => bar.update(phases[phase], `${phase}, ${found} found`),
    })
    .finally(() => bar.done());
  const json = { ...result, programs: result.programs.map(generatedProgramJson) };
  output.result(json, () => describe(result, flags.pipes === true));
}

/** Reads questions until the end of the input: a description, terms, or both with a colon between. */
async function converse(generator: Generator, flags: GenerateFlags, context: CommandContext): Promise<void> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY,
  });
  const prompt = "sequence> ";
  context.output.note("A description, terms, or both: `Fibonacci numbers: 0,1,1,2,3,5`. An empty line ends.");
  lines.setPrompt(prompt);
  lines.prompt();
  context.signal.addEventListener("abort", () => lines.close(), { once: true });
  for await (const line of lines) {
    if (line.trim() === "") break;
    const { description, terms } = questionOf(line);
    await answer(generator, description, terms, flags, context);
    lines.prompt();
  }
  lines.close();
}

const termList = /(?:^|:)\s*(-?\d+(?:\s*,\s*-?\d+)+)\s*,?\s*$/;

/** A line of the conversation: terms stand alone or after a colon at its end. */
export function questionOf(line: string): {
  readonly description: string | undefined;
  readonly terms: readonly Value[] | undefined;
} {
  const match = termList.exec(line);
  const description = (match ? line.slice(0, match.index) : line).trim();
  return {
    description: description === "" ? undefined : description,
    terms: match ? termsOf(match[1]!) : undefined,
  };
}

function requireQuestion(description: string | undefined, terms: readonly Value[] | undefined): void {
  if ((description ?? "").trim() !== "" || terms?.length) return;
  throw new AppError("spec.empty", {
    message: "Say what the sequence is: a description, --terms, or both.",
    remedy: 'For example: weightsmith generate loda "Fibonacci numbers" --terms 0,1,1,2,3,5',
  });
}

function describe({ programs, seconds }: GenerateResult, pipes: boolean): string {
  if (programs.length === 0) return `No program found in ${seconds.toFixed(1)} s.`;
  const parts = programs.map((each, i) =>
    [`${i + 1}. ${each.route}: ${each.origin}`, `   ${verdict(each)}`, indent(codeOf(each, pipes))].join(
      "\n",
    ),
  );
  return [...parts, `${programs.length} in ${seconds.toFixed(1)} s`].join("\n\n");
}

function verdict({ verifiedTerms, givenTerms, terms, stepsPerTerm }: GeneratedProgram): string {
  const checked =
    givenTerms === 0
      ? `no terms were given to check; begins ${terms.join(", ")}`
      : `${verifiedTerms} of ${givenTerms} terms verified`;
  return `${checked}; ${stepsPerTerm.toFixed(0)} steps a term`;
}

function codeOf({ program, code }: GeneratedProgram, pipes: boolean): string {
  return pipes ? print(program, "pipes") : code;
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `     ${line}`))
    .join("\n");
}

export function termsOf(list: string): Value[] {
  const parts = list.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const bad = parts.find((part) => !/^-?\d{1,1000}$/.test(part));
  if (bad !== undefined || parts.length === 0)
    throw new InvalidArgumentError(
      `Terms are integers separated by commas, such as 0,1,1,2; ${JSON.stringify(bad ?? list)} is none.`,
    );
  return parts.map(parseValue);
}

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("It must be an integer.");
  return value;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `30s`, `500ms`, `2m`, or seconds. */
export function millisecondsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim());
  const milliseconds = match ? Number(match[1]) * units[match[2] ?? "s"]! : 0;
  if (milliseconds <= 0) throw new InvalidArgumentError("It must be a time such as 30s, 500ms or 2m.");
  return milliseconds;
}
