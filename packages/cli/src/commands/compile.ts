/** `weightsmith compile`: a spec and examples to a program, on the server or, with --offline, in this process. */
import path from "node:path";
import { WeightsmithError } from "@weightsmith/client";
import {
  type Constraint,
  type Example,
  type Job,
  type JobEvent,
  METHODS,
  type Method,
  parseCompileRequest,
  type Report,
} from "@weightsmith/contract";
import { type Command, Option } from "commander";
import type { Progress } from "../terminal/output.ts";
import {
  type ConstraintFlags,
  constraintOf,
  constraintOfExamples,
  withConstraintOptions,
} from "./constraint-options.ts";
import type { CommandContext } from "./context.ts";
import { readExamples } from "./files.ts";

interface CompileFlags extends ConstraintFlags {
  readonly spec: string;
  readonly examples?: string;
  readonly method: Method;
  readonly interpreter?: string;
  readonly seed: number;
  readonly name?: string;
  readonly out?: string;
  readonly watch?: true;
  readonly offline?: true;
  readonly public?: true;
  readonly likeExamples?: true;
}

/** What `--json` prints. */
interface Compiled {
  readonly programId: string | null;
  readonly jobId: string | null;
  readonly state: Job["state"];
  readonly directory: string | null;
  readonly report: Report | null;
}

export function registerCompile(program: Command, context: () => CommandContext): void {
  const command = program
    .command("compile")
    .summary("make a program from a spec and examples")
    .description(
      "Compiles a spec and examples into a small weight program and prints the score it has on examples that were held back. Waits for the job; --no-watch only starts it.",
    )
    .requiredOption("--spec <text>", "what the program should do, in plain language")
    .option("--examples <file>", 'JSON Lines of {"input": "…", "output": "…"}')
    .addOption(new Option("--method <method>", "how to compile").choices(METHODS).default("auto"))
    .option("--interpreter <name>", "the model that runs the program (default: the server's own)")
    .option("--seed <number>", "same seed, same program", seedOf, 0)
    .option("--name <text>", "a name to find it by")
    .option("--public", "let everyone see, download and run it")
    .option("--out <folder>", "write the program there")
    .option("--watch", "follow the job with a progress bar (the default)")
    .option("--no-watch", "print the job and return at once")
    .option("--offline", "compile in this process, with no server");
  withConstraintOptions(command)
    .option(
      "--like-examples",
      "hold the answers to what those of the examples have in common: labels, a form of number or date, a shape of JSON",
    )
    .action((flags: CompileFlags & { watch?: boolean }) => compile(flags, context()));
}

async function compile(
  flags: Omit<CompileFlags, "watch"> & { watch?: boolean },
  context: CommandContext,
): Promise<void> {
  const examples = flags.examples === undefined ? [] : await readExamples(flags.examples);
  const result =
    flags.offline === true
      ? await compileHere(flags, examples, context)
      : await compileOnServer(flags, examples, context);
  context.output.result(result, describe);
}

/** The constraint that the flags name, or that the examples suggest. */
async function constraintField(
  flags: Omit<CompileFlags, "watch">,
  examples: readonly Example[],
): Promise<{ constraint?: Constraint }> {
  const { spec, method, seed } = flags;
  const constraint =
    (await constraintOf(flags)) ??
    (flags.likeExamples === true
      ? await constraintOfExamples(parseCompileRequest({ spec, method, seed, examples }))
      : undefined);
  return constraint === undefined ? {} : { constraint };
}

async function compileHere(
  flags: Omit<CompileFlags, "watch">,
  examples: readonly Example[],
  context: CommandContext,
): Promise<Compiled> {
  const request = parseCompileRequest({
    spec: flags.spec,
    examples,
    method: flags.method,
    seed: flags.seed,
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(await constraintField(flags, examples)),
  });
  // Machine learning is loaded only where it is used, so that the other commands start at once.
  const { compileProgram, loadInterpreter, saveProgram } = await import("@weightsmith/programs");
  const { functionsOfText } = await import("@weightsmith/codegen");
  const interpreter = await loadInterpreter(context.modelsFolder, flags.interpreter);
  const bar = context.output.progress("Compiling");
  const program = await compileProgram(request, {
    interpreter,
    findFunctions: functionsOfText,
    device: context.device,
    signal: context.signal,
    onProgress: ({ phase, done, total, metrics }) => showProgress(bar, phase, done, total, metrics),
  }).finally(() => bar.done());
  const { programId } = program.manifest;
  const directory = path.resolve(flags.out ?? path.join(context.programsFolder, programId));
  await saveProgram(program, directory);
  return { programId, jobId: null, state: "succeeded", directory, report: program.report };
}

async function compileOnServer(
  flags: Omit<CompileFlags, "watch"> & { watch?: boolean },
  examples: readonly Example[],
  { api, output, signal }: CommandContext,
): Promise<Compiled> {
  const server = api();
  const job = await server.compile(
    {
      spec: flags.spec,
      examples: [...examples],
      method: flags.method,
      seed: flags.seed,
      public: flags.public === true,
      ...(flags.interpreter === undefined ? {} : { interpreter: flags.interpreter }),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(await constraintField(flags, examples)),
    },
    { signal },
  );
  if (flags.watch === false) {
    return { programId: job.programId, jobId: job.id, state: job.state, directory: null, report: null };
  }
  const bar = output.progress("Compiling");
  let finished: Job;
  try {
    finished = await server.waitFor(job, { signal, onEvent: (event) => showEvent(bar, event) });
  } catch (error) {
    if (signal.aborted && !(error instanceof WeightsmithError)) output.note(stillRunning(job.id));
    throw error;
  } finally {
    bar.done();
  }
  const programId = finished.result?.programId ?? null;
  let directory: string | null = null;
  if (flags.out !== undefined && programId !== null) {
    directory = path.resolve(flags.out);
    const { saveProgram, unpackArtifact } = await import("@weightsmith/programs");
    await saveProgram(unpackArtifact(await server.programs.download(programId, { signal })), directory);
  }
  return {
    programId,
    jobId: job.id,
    state: finished.state,
    directory,
    report: finished.result?.report ?? null,
  };
}

const stillRunning = (jobId: string) =>
  `The job ${jobId} goes on at the server: \`weightsmith jobs watch ${jobId}\` follows it, \`weightsmith jobs cancel ${jobId}\` ends it.`;

export function showEvent(bar: Progress, event: JobEvent): void {
  if (event.type === "progress") showProgress(bar, event.phase, event.done, event.total, event.metrics);
}

function showProgress(
  bar: Progress,
  phase: string,
  done: number,
  total: number | null,
  metrics: Readonly<Record<string, number>>,
): void {
  const loss = metrics.loss === undefined ? "" : ` loss ${metrics.loss.toFixed(3)}`;
  bar.update(total === null || total === 0 ? 0 : done / total, `${phase}${loss}`);
}

function describe({ programId, jobId, state, directory, report }: Compiled): string {
  if (report === null) return `${jobId}  ${state}`;
  const { heldOut, baseline } = report;
  const lines = [`Program ${programId}`];
  if (heldOut.exactMatch !== null) {
    lines.push(`Held-out score: ${percent(heldOut.exactMatch)} of ${heldOut.n} examples it never saw`);
  } else lines.push("Held-out score: not measured (no example was held out)");
  if (baseline !== undefined && baseline.exactMatch !== null) {
    lines.push(`Without the adapter: ${percent(baseline.exactMatch)}`);
  }
  for (const { input, expected, output, correct } of report.predictions.slice(0, 5)) {
    lines.push(
      `  ${correct ? "✓" : "✗"} ${JSON.stringify(input)} → ${JSON.stringify(output)}${correct ? "" : `, wanted ${JSON.stringify(expected)}`}`,
    );
  }
  lines.push(`Run it: weightsmith run ${directory ?? programId} "…"`);
  return lines.join("\n");
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function seedOf(value: string): number {
  const seed = Number(value);
  // What is no number at all is left to the contract, whose message names the range.
  return Number.isInteger(seed) ? seed : Number.NaN;
}
