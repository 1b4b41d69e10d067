// The shape of a program: what is left when the names of cells and the values of constants are taken away. Programs of
// one shape count as near-duplicates, and a split never parts them.
import { createHash } from "node:crypto";
import type { Operand, Program } from "../language/program.ts";
import { optimize } from "../transform/optimize.ts";

/**
 * The optimised program with cells renumbered by first use ($0 stays) and every constant replaced by `#`. Loops keep
 * their default length, and `seq` keeps the sequence that it calls.
 */
export function programShape(program: Program): string {
  const names = new Map([[0, 0]]);
  const operand = (of: Operand): string => {
    if (of.kind === "constant") return "#";
    let name = names.get(of.cell);
    if (name === undefined) {
      name = names.size;
      names.set(of.cell, name);
    }
    return `${of.kind === "direct" ? "$" : "$$"}${name}`;
  };
  return optimize(program)
    .operations.map(({ mnemonic, target, source }) => {
      if (mnemonic === "lpe") return mnemonic;
      const called = mnemonic === "seq" && source.kind === "constant" ? String(source.value) : undefined;
      return `${mnemonic} ${operand(target)},${called ?? operand(source)}`;
    })
    .join("|");
}

export const splitNames = ["train", "validation", "test"] as const;
export type Split = (typeof splitNames)[number];

/** Of a hundred shapes, so many go to the validation and to the test part. */
const validationShapes = 2;
const testShapes = 3;

/** The part a shape belongs to: the same in every run, by its hash. */
export function splitOf(shape: string): Split {
  const bucket = createHash("sha256").update(shape).digest().readUInt32BE(0) % 100;
  if (bucket < testShapes) return "test";
  return bucket < testShapes + validationShapes ? "validation" : "train";
}
