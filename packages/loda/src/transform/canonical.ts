// One spelling for programs that differ only in the names of their cells and in what the optimiser removes.
import { isMemory } from "../language/operation.ts";
import { inputCell, type Operand, type Program, usesFragments } from "../language/program.ts";
import { optimize } from "./optimize.ts";

/**
 * The optimised program with its cells numbered by first use; `$0` stays. Cells keep their names where an address may
 * be computed or a region counts: indirect operands, memory operations, calls with several cells, fragment loops.
 */
export function canonicalForm(program: Program): Program {
  const optimized = optimize(program);
  const { operations } = optimized;
  const fixed =
    usesFragments(optimized) ||
    operations.some(
      ({ mnemonic, target, source }) =>
        isMemory(mnemonic) || mnemonic === "prg" || target.kind === "indirect" || source.kind === "indirect",
    );
  if (fixed) return optimized;
  const names = new Map([[inputCell, inputCell]]);
  const renamed = (operand: Operand): Operand => {
    if (operand.kind !== "direct") return operand;
    let cell = names.get(operand.cell);
    if (cell === undefined) {
      cell = names.size;
      names.set(operand.cell, cell);
    }
    return { kind: "direct", cell };
  };
  return {
    ...optimized,
    operations: operations.map((each) => ({
      ...each,
      target: renamed(each.target),
      source: renamed(each.source),
    })),
  };
}
