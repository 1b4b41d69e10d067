/** `weightsmith evaluate`: how many examples a program answers exactly. */
import { AppError, distinctExamples, type Prediction } from "@weightsmith/contract";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { readExamples, resolveProgram } from "./files.ts";
import { openRunner } from "./runner.ts";

export function registerEvaluate(program: Command, context: () => CommandContext): void {
  program
    .command("evaluate")
    .summary("measure a program on examples")
    .description("Runs a program on the inputs of examples and counts the outputs that are exactly right.")
    .argument("<program>", "a program's folder or id")
    .requiredOption("--examples <file>", 'JSON Lines of {"input": "…", "output": "…"}')
    .action((name: string, flags: { examples: string }) => evaluate(name, flags.examples, context()));
}

async function evaluate(name: string, file: string, context: CommandContext): Promise<void> {
  const examples = distinctExamples(await readExamples(file));
  if (examples.length === 0) {
    throw new AppError("examples.too_few", {
      message: `The file ${file} holds no examples to measure on.`,
      remedy: 'Write at least one {"input": "…", "output": "…"} line.',
    });
  }
  const runner = await openRunner(await resolveProgram(name), context);
  const bar = context.output.progress("Evaluating");
  try {
    const inputs = examples.map(({ input }) => input);
    const outputs = await runner.run(inputs, (count) => bar.update(count / inputs.length));
    const predictions: Prediction[] = examples.map(({ input, output: expected }, index) => {
      const output = outputs[index] ?? "";
      return { input, expected, output, correct: output === expected };
    });
    const right = predictions.filter(({ correct }) => correct).length;
    bar.done();
    context.output.result(
      {
        programId: runner.programId,
        exactMatch: right / predictions.length,
        n: predictions.length,
        predictions,
      },
      () => describe(right, predictions),
    );
  } finally {
    bar.done();
    await runner.close();
  }
}

function describe(right: number, predictions: readonly Prediction[]): string {
  const wrong = predictions.filter(({ correct }) => !correct);
  return [
    `Exact match: ${((100 * right) / predictions.length).toFixed(1)} % (${right} of ${predictions.length})`,
    ...wrong
      .slice(0, 10)
      .map(
        ({ input, output, expected }) =>
          `  ✗ ${JSON.stringify(input)} → ${JSON.stringify(output)}, wanted ${JSON.stringify(expected)}`,
      ),
    ...(wrong.length > 10 ? [`  … and ${wrong.length - 10} more`] : []),
  ].join("\n");
}
