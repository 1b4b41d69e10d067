/** `weightsmith run`: a program on inputs, from its folder (offline) or by its id (on the server). */
import { AppError, type Constraint, constraintSchema } from "@weightsmith/contract";
import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "./context.ts";
import { readInputs, readText, resolveProgram } from "./files.ts";
import { openRunner } from "./runner.ts";

export function registerRun(program: Command, context: () => CommandContext): void {
  program
    .command("run")
    .summary("run a program on inputs")
    .description("Runs a program. A folder runs here, with no server; an id runs on the server.")
    .argument("<program>", "a program's folder or id")
    .argument("[input...]", "one or more inputs")
    .option("--inputs <file>", 'JSON Lines: strings, or objects with an "input"')
    .option("--details", "also tell how sure the program is of each answer")
    .option("--abstain-below <confidence>", "keep silent where it is less sure, 0 to 1", shareOf)
    .option("--labels <text...>", "hold the answers to these labels")
    .option("--regex <pattern>", "hold the answers to a regular expression")
    .option("--json-schema <file>", "hold the answers to a JSON Schema")
    .action((name: string, inputs: string[], flags: RunFlags) => run(name, inputs, flags, context()));
}

interface RunFlags {
  readonly inputs?: string;
  readonly details?: true;
  readonly abstainBelow?: number;
  readonly labels?: string[];
  readonly regex?: string;
  readonly jsonSchema?: string;
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

async function constraintOf({ labels, regex, jsonSchema }: RunFlags): Promise<Constraint | undefined> {
  const given = [labels, regex, jsonSchema].filter((each) => each !== undefined);
  if (given.length > 1) {
    throw new AppError("constraint.invalid", {
      message: "Give one of --labels, --regex and --json-schema, not several.",
    });
  }
  if (labels !== undefined) return { kind: "labels", labels };
  if (regex !== undefined) return { kind: "regex", pattern: regex };
  if (jsonSchema === undefined) return undefined;
  const text = await readText(jsonSchema, "the JSON Schema");
  const parsed = constraintSchema.safeParse({ kind: "jsonSchema", schema: jsonOf(text, jsonSchema) });
  if (parsed.success) return parsed.data;
  throw new AppError("constraint.invalid", {
    message: `${jsonSchema} is not a JSON Schema, or too large a one.`,
  });
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("constraint.invalid", { message: `${file} is not JSON.`, cause });
  }
}

function shareOf(value: string): number {
  const share = Number(value);
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return share;
}
