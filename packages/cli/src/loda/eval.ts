/** `weightsmith loda eval`: the terms of a program. */
import { defaultTerms, evaluateIsolated, type IsolatedTerm } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { addLimitOptions, type LimitFlags, limitsOf } from "./limits.ts";
import { loadProgram, programsDirOption } from "./programs.ts";

interface EvalFlags extends LimitFlags {
  readonly terms: number;
  readonly bfile?: true;
  readonly showSteps?: true;
  readonly programsDir?: string;
}

export function registerLodaEval(loda: Command, context: () => CommandContext): void {
  const command = loda
    .command("eval")
    .summary("the terms of a program")
    .description(
      "Evaluates a program. Every run is in a thread that ends at the limits, whatever the program does.",
    )
    .argument("<program>", "a file, or a sequence id such as A000045")
    .option("-t, --terms <count>", "how many terms", countOf, defaultTerms)
    .option("-b, --bfile", "one term a line, with its index")
    .option("-s, --show-steps", "steps instead of terms")
    .addOption(programsDirOption());
  addLimitOptions(command, 60).action((name: string, flags: EvalFlags) => evaluate(name, flags, context()));
}

async function evaluate(name: string, flags: EvalFlags, { output, signal }: CommandContext): Promise<void> {
  const { id, source, root, program } = loadProgram(name, flags.programsDir);
  const shown = ({ value, steps }: IsolatedTerm) => String(flags.showSteps ? steps : value);
  const { terms, error } = await evaluateIsolated({
    source,
    terms: flags.terms,
    limits: limitsOf(flags),
    signal,
    ...(id === undefined ? {} : { id }),
    ...(root === undefined ? {} : { root }),
  });
  const result = {
    offset: program.offset,
    terms: terms.map(({ value }) => String(value)),
    steps: terms.map(({ steps }) => steps),
    ...(error && { error: { code: error.code, message: error.message } }),
  };
  const bfile = () => terms.map((term) => `${term.index} ${shown(term)}`).join("\n");
  output.result(result, flags.bfile ? bfile : () => terms.map(shown).join(","));
  if (error) {
    output.note(`a(${program.offset + terms.length}) has no value: ${error.message}`);
    process.exitCode = exitCodes.failed;
  }
}
