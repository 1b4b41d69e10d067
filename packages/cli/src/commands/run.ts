/** `weightsmith run`: a program on inputs, from its folder (offline) or by its id (on the server). */
import { AppError } from "@weightsmith/contract";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { readInputs, resolveProgram } from "./files.ts";
import { openRunner } from "./runner.ts";

export function registerRun(program: Command, context: () => CommandContext): void {
  program
    .command("run")
    .summary("run a program on inputs")
    .description("Runs a program. A folder runs here, with no server; an id runs on the server.")
    .argument("<program>", "a program's folder or id")
    .argument("[input...]", "one or more inputs")
    .option("--inputs <file>", 'JSON Lines: strings, or objects with an "input"')
    .action((name: string, inputs: string[], flags: { inputs?: string }) =>
      run(name, inputs, flags, context()),
    );
}

async function run(
  name: string,
  given: readonly string[],
  flags: { readonly inputs?: string },
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
  const runner = await openRunner(await resolveProgram(name), context);
  try {
    const outputs = await runner.run(inputs);
    const { programId } = runner;
    const results = inputs.map((input, index) => ({ input, output: outputs[index] ?? "" }));
    context.output.result({ programId, results }, () => outputs.join("\n"));
  } finally {
    await runner.close();
  }
}
