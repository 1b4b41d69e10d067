/** `weightsmith eval scaling`: how the score of compiled programs grows with examples, steps, rank or prefix length, as table and picture. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Command, Option } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

/** What is varied, and the values it takes. */
const scales = {
  examples: [2, 4, 8, 16, 32],
  steps: [16, 32, 64, 128, 256],
  rank: [1, 2, 4, 8, 16],
  prefix: [16, 32, 64, 128, 224],
} as const;
type Scale = keyof typeof scales;

const suites = ["in-family", "validation", "out-of-family"] as const;

interface ScalingFlags {
  readonly over: Scale;
  readonly suite: (typeof suites)[number];
  readonly limit: number;
  readonly asked: number;
  readonly out?: string;
  readonly interpreter?: string;
  readonly threads?: number;
}

export function registerEvalScaling(program: Command, context: () => CommandContext): void {
  const group = program.commands.find((command) => command.name() === "eval") ?? program.command("eval");
  group
    .command("scaling")
    .description(
      "Compiles tasks with more and more examples, training steps, rank, or tokens of a KV prefix, and draws the exact answers beside those of the prompted base.",
    )
    .addOption(
      new Option("--over <what>", "what grows").choices(Object.keys(scales)).default("examples" as const),
    )
    .addOption(new Option("--suite <name>", "which tasks").choices(suites).default("validation"))
    .option("--limit <count>", "so many tasks, spread over the suite", countOf, 12)
    .option("--asked <count>", "inputs a task asks", countOf, 12)
    .option("--out <file>", "where the picture goes (SVG)")
    .option("--interpreter <name>", "the model that runs the programs")
    .option("--threads <count>", "processor threads", countOf)
    .action((flags: ScalingFlags) => evalScaling(flags, context()));
}

async function evalScaling(
  { over, suite: name, limit, asked, out, ...flags }: ScalingFlags,
  { modelsFolder, output, signal }: CommandContext,
): Promise<void> {
  const { evaluatePrograms, loadInterpreter, spread, suite } = await import("@weightsmith/programs");
  const { lineChart } = await import("@weightsmith/experiments");
  const interpreter = await loadInterpreter(modelsFolder, flags.interpreter);
  const most = Math.max(...scales.examples);
  const enough = suite(name, { examplesPerTask: most + asked }).filter(
    ({ examples }) => examples.length > most,
  );
  const tasks = spread(enough, limit);
  const method = over === "prefix" ? "prefix" : "lora";
  const bar = output.progress("Measuring");
  const points: { value: number; exactMatch: number; prompted: number; compileSeconds: number }[] = [];
  for (const [at, value] of scales[over].entries()) {
    const { methods, baselines } = await evaluatePrograms(tasks, {
      interpreter,
      methods: [method],
      given: over === "examples" ? value : 16,
      asked,
      signal,
      ...(flags.threads && { threads: flags.threads }),
      ...(over === "steps" && { training: { steps: value, patience: value } }),
      ...(over === "rank" && { rank: value }),
      ...(over === "prefix" && { prefixLength: value }),
      onTask: ({ family }, done, total) =>
        bar.update((at + done / total) / scales[over].length, `${over} ${value}: ${family}`),
    });
    const { exactMatch, compileSeconds } = methods[method]!;
    points.push({ value, exactMatch, prompted: baselines.promptedExamples, compileSeconds });
  }
  bar.done();
  const file = out && path.resolve(out);
  if (file) {
    const line = (key: "exactMatch" | "prompted") =>
      points.map((point): [number, number] => [Math.log2(point.value), point[key]]);
    const picture = lineChart(
      [
        { name: "trained adapter", points: line("exactMatch") },
        { name: "prompted base", points: line("prompted") },
      ],
      { title: `Exact match by ${over}, ${name}`, x: `log2 ${over}`, y: "exact match", yRange: [0, 1] },
    );
    await writeFile(file, picture);
  }
  output.result({ over, suite: name, tasks: tasks.length, points, ...(file && { file }) }, () =>
    table(
      [over.toUpperCase(), "EXACT", "PROMPTED BASE", "COMPILE S"],
      points.map(({ value, exactMatch, prompted, compileSeconds }) => [
        String(value),
        `${(100 * exactMatch).toFixed(1)} %`,
        `${(100 * prompted).toFixed(1)} %`,
        compileSeconds.toFixed(1),
      ]),
    ),
  );
}
