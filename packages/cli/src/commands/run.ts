/** `weightsmith run`: a program on inputs, from its folder (offline) or by its id (on the server). */
import { AppError } from "@weightsmith/contract";
import { type Command, InvalidArgumentError } from "commander";
import { type ConstraintFlags, constraintOf, withConstraintOptions } from "./constraint-options.ts";
import type { CommandContext } from "./context.ts";
import { readInputs, resolveProgram } from "./files.ts";
import { openRunner } from "./runner.ts";

export function registerRun(program: Command, context: () => CommandContext): void {
  const command = program
    .command("run")
    .summary("run a program on inputs")
    .description("Runs a program. A folder runs here, with no server; an id runs on the server.")
    .argument("<program>", "a program's folder or id")
    .argument("[input...]", "one or more inputs")
    .option("--inputs <file>", 'JSON Lines: strings, or objects with an "input"')
    .option("--details", "also tell how sure the program is of each answer")
    .option("--abstain-below <confidence>", "keep silent where it is less sure, 0 to 1", shareOf);
  withConstraintOptions(command).action((name: string, inputs: string[], flags: RunFlags) =>
    run(name, inputs, flags, context()),
  );
}

interface RunFlags extends ConstraintFlags {
  readonly inputs?: string;
  readonly details?: true;
  readonly abstainBelow?: number;
}

async function run(
  name: string,
  given: readonly string[],
  flags: RunFlags,
  context: CommandContext,
): Promise<void> {
  const inputs = [...given, ...(flags.inputs === undefined ? [] : await readInputs(flags.inputs))];
  if (inputs.length === 0) {
    throw new AppError("request.missing_field", {
      message: "There is no input to run the program on.",
      remedy:
        'Write inputs behind the program, or name a file: weightsmith run ID "an input", --inputs FILE.jsonl.',
    });
  }
  const constraint = await constraintOf(flags);
  const { abstainBelow } = flags;
  const scores = flags.details === true || abstainBelow !== undefined;
  const runner = await openRunner(await resolveProgram(name), context);
  try {
    const answers = await runner.answer(inputs, { constraint, scores });
    const results = inputs.map((input, index) => {
      const { output = "", confidence, logProbability } = answers[index] ?? {};
      const abstained = abstainBelow !== undefined && (confidence ?? 1) < abstainBelow;
      const sure = scores ? { confidence, logProbability, abstained } : {};
      return { input, output: abstained ? null : output, ...sure };
    });
    context.output.result({ programId: runner.programId, results }, () =>
      results
        .map(({ output, confidence }) => {
          const text = output ?? "(abstained)";
          return flags.details ? `${text}\t${(confidence ?? 0).toFixed(3)}` : text;
        })
        .join("\n"),
    );
  } finally {
    await runner.close();
  }
}

function shareOf(value: string): number {
  const share = Number(value);
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return share;
}
