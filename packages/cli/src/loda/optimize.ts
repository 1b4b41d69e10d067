/** `weightsmith loda optimize`: fewer operations for the same terms. */
import { compare, folderStore, optimize, print } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadProgram, programsDirOption } from "./programs.ts";

interface OptimizeFlags {
  readonly terms: number;
  readonly programsDir?: string;
}

export function registerLodaOptimize(loda: Command, context: () => CommandContext): void {
  loda
    .command("optimize")
    .summary("fewer operations for the same terms")
    .description(
      "Drops what is not needed, computes what is constant, and compares the result with the original term by term.",
    )
    .argument("<program>", "a file, or a sequence id such as A000045")
    .option("-t, --terms <count>", "terms to compare", countOf, 50)
    .addOption(programsDirOption())
    .action((name: string, flags: OptimizeFlags) => run(name, flags, context()));
}

function run(name: string, flags: OptimizeFlags, { output }: CommandContext): void {
  const { program, root } = loadProgram(name, flags.programsDir);
  const better = optimize(program);
  const { terms, difference } = compare(program, better, {
    terms: flags.terms,
    ...(root === undefined ? {} : { store: folderStore(root) }),
  });
  const result = {
    before: program.operations.length,
    after: better.operations.length,
    comparedTerms: terms,
    same: difference === undefined,
    program: print(better),
  };
  output.note(
    result.same
      ? `${result.before} operations became ${result.after}; ${terms} terms are the same.`
      : `The optimised program differs at a(${difference}): a defect, please report it with the program.`,
  );
  output.result(result, () => result.program);
  if (!result.same) process.exitCode = exitCodes.failed;
}
