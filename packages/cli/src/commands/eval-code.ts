/** `weightsmith eval code`: how many functions the code generator finds from a part of their examples. */
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { generatorVariables, withGeneratorOptions } from "./generate-code.ts";
import { countOf } from "./options.ts";
import { secondsOf } from "./seconds.ts";

interface EvalFlags {
  readonly problems: string;
  readonly budget: number;
  readonly limit?: number;
  readonly share: number;
  readonly language: "python" | "typescript";
  readonly technique: "all" | "rag" | "tree" | "hierarchical" | "beam" | "hybrid";
  readonly model?: string;
  readonly endpoint?: string;
  readonly endpointModel?: string;
  readonly knowledge?: string;
  readonly policy: boolean;
  readonly deduction: boolean;
}

export function registerEvalCode(program: Command, context: () => CommandContext): void {
  const group = program.commands.find((command) => command.name() === "eval") ?? program.command("eval");
  const code = group
    .command("code")
    .summary("the code generator, on a file of problems")
    .description(
      "Gives a share of each problem's examples, runs the answer on the rest, and counts a problem as solved if all of those pass.",
    )
    .requiredOption(
      "--problems <file>",
      "JSON: [{id, params: [[name, type]], returns, examples: [{inputs, output}]}]",
    )
    .option("--budget <time>", "for each problem: 30s, 500ms", secondsOf, 30)
    .option("--limit <count>", "only the first so many problems", countOf)
    .option("--share <share>", "of the examples that is given", shareOf, 0.6)
    .addOption(
      new Option("--language <language>", "of the source")
        .choices(["python", "typescript"])
        .default("python"),
    )
    .addOption(
      new Option("--technique <name>", "how to look")
        .choices(["all", "rag", "tree", "hierarchical", "beam", "hybrid"])
        .default("all"),
    )
    .option("--no-policy", "baseline: operators at their fixed costs")
    .option("--no-deduction", "baseline: bottom-up enumeration alone")
    .action((flags: EvalFlags) => run(flags, context()));
  withGeneratorOptions(code);
}

async function run(
  flags: EvalFlags,
  { modelsFolder, output, signal, endpointKey }: CommandContext,
): Promise<void> {
  const { evaluateProblems, openGenerator, parseProblems, readGeneratorConfig, Sandbox } = await import(
    "@weightsmith/codegen"
  );
  const problems = parseProblems(await readFile(flags.problems, "utf8")).slice(0, flags.limit);
  const generator = await openGenerator(
    await readGeneratorConfig(modelsFolder, generatorVariables(flags, endpointKey)),
    { modelsFolder },
  );
  const bar = output.progress("Solving");
  const sandbox = new Sandbox();
  const evaluation = await evaluateProblems(problems, {
    language: flags.language,
    technique: flags.technique,
    budgetSeconds: flags.budget,
    share: flags.share,
    generate: {
      ...generator.parts,
      ...(flags.policy ? {} : { policy: () => ({}) }),
      sandbox,
      signal,
      deduction: flags.deduction,
    },
    onProblem: ({ id, solved }, done, total) => bar.update(done / total, `${id} ${solved ? "✓" : "✗"}`),
  }).finally(async () => {
    bar.done();
    await sandbox.close();
    await generator.close();
  });
  output.result(evaluation, ({ solvedRate, claimedButWrongRate, seconds, byKind, techniques, reliability }) =>
    [
      `Solved ${percent(solvedRate)}, claimed but wrong ${percent(claimedButWrongRate)}, median ${seconds.median.toFixed(1)} s`,
      table(
        ["KIND", "PROBLEMS", "SOLVED"],
        Object.entries(byKind).map(([kind, one]) => [kind, String(one.problems), percent(one.solvedRate)]),
      ),
      table(
        ["FOUND BY", "SHARE"],
        Object.entries(techniques).map(([name, share]) => [name, percent(share)]),
      ),
      table(
        ["CONFIDENCE", "ANSWERS", "RIGHT"],
        reliability.map((one) => [one.confidence, String(one.answers), String(one.right)]),
      ),
    ].join("\n\n"),
  );
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function shareOf(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError("It is a number above 0 and up to 1.");
  return share;
}
