/** `weightsmith eval`: how well compiling works, measured on tasks beside honest baselines. */
import { METHODS, type Method } from "@weightsmith/contract";
import { type Command, Option } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

const suites = ["in-family", "validation", "out-of-family", "user-programs"] as const;

interface EvalFlags {
  readonly suite: (typeof suites)[number];
  readonly method: readonly Method[];
  readonly given: number;
  readonly asked: number;
  readonly limit?: number;
  readonly interpreter?: string;
  readonly threads?: number;
}

export function registerEval(program: Command, context: () => CommandContext): void {
  program
    .command("eval")
    .summary("measure how well compiling works")
    .command("programs")
    .description(
      "Compiles every task of a suite from its first examples and counts exact answers to others, by method and for baselines that compile nothing.",
    )
    .addOption(new Option("--suite <name>", "which tasks").choices(suites).default("out-of-family"))
    .addOption(
      new Option("--method <method...>", "which methods")
        .choices(METHODS)
        .default(["context", "fast", "auto"] as const),
    )
    .option("--given <count>", "examples a task gives", countOf, 16)
    .option("--asked <count>", "inputs a task asks", countOf, 16)
    .option("--limit <count>", "only so many tasks, spread over the suite", countOf)
    .option("--interpreter <name>", "the model that runs the programs")
    .option("--threads <count>", "processor threads", countOf)
    .action((flags: EvalFlags) => evalPrograms(flags, context()));
}

async function evalPrograms(
  flags: EvalFlags,
  { modelsFolder, output, signal }: CommandContext,
): Promise<void> {
  const { evaluatePrograms, loadInterpreter, spread, suite, userPrograms } = await import(
    "@weightsmith/programs"
  );
  const { functionsOfText } = await import("@weightsmith/codegen");
  const interpreter = await loadInterpreter(modelsFolder, flags.interpreter);
  const examplesPerTask = flags.given + flags.asked;
  const all = flags.suite === "user-programs" ? userPrograms() : suite(flags.suite, { examplesPerTask });
  const usable = all.filter(({ examples }) => examples.length > flags.given);
  const tasks = spread(usable, flags.limit ?? usable.length);
  const bar = output.progress("Measuring");
  const summary = await evaluatePrograms(tasks, {
    interpreter,
    methods: flags.method,
    given: flags.given,
    asked: flags.asked,
    findFunctions: functionsOfText,
    ...(flags.threads && { threads: flags.threads }),
    signal,
    onTask: ({ family }, done, total) => bar.update(done / total, family),
  }).finally(() => bar.done());
  output.result({ suite: flags.suite, interpreter: interpreter.id, ...summary }, ({ methods, baselines }) =>
    table(
      ["METHOD", "EXACT", "COMPILE S", "KB", "RUN MS"],
      [
        ...Object.entries(methods).map(([name, result]) => [
          name,
          percent(result.exactMatch),
          result.compileSeconds.toFixed(1),
          (result.artifactBytes / 1000).toFixed(0),
          result.runMilliseconds.toFixed(1),
        ]),
        ...Object.entries(baselines).map(([name, share]) => [`(${name})`, percent(share)]),
      ],
    ),
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
