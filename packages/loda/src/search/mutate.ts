// Small random changes to a program that keep its form valid: loops stay closed, targets stay cells.
import { type ArithmeticMnemonic, isArithmetic } from "../language/operation.ts";
import {
  constant,
  direct,
  type Operand,
  type Operation,
  operation,
  type Program,
} from "../language/program.ts";
import { arithmetic } from "../number/arithmetic.ts";
import type { Random } from "./random.ts";

/** Operations that stand in for each other. */
const families: readonly (readonly ArithmeticMnemonic[])[] = [
  ["add", "sub", "mul", "mov", "trn"],
  ["div", "dif", "mod", "dir", "gcd"],
  ["equ", "neq", "leq", "geq"],
  ["min", "max"],
  ["ban", "bor", "bxo"],
  ["pow", "bin", "fac", "nrt", "log", "lex"],
  ["dgs", "dgr", "mod"],
];
const insertable: readonly ArithmeticMnemonic[] = [
  "add",
  "add",
  "add",
  "sub",
  "sub",
  "mul",
  "mul",
  "mov",
  "mov",
  "div",
  "mod",
  "max",
  "min",
  "pow",
  "bin",
  "equ",
  "gcd",
  "trn",
  "dif",
];
const maxOperations = 60;

/** A program with one to three changes. */
export function mutate(program: Program, random: Random): Program {
  let operations = [...program.operations];
  const changes = 1 + (random.next() < 0.4 ? 1 : 0) + (random.next() < 0.15 ? 1 : 0);
  for (let i = 0; i < changes; i++) operations = change(operations, random);
  return { ...program, operations };
}

function change(operations: Operation[], random: Random): Operation[] {
  const cells = cellsOf(operations);
  const at = random.below(operations.length + 1);
  const here = operations[at];
  const kind = random.next();
  if (!here || (kind < 0.25 && operations.length < maxOperations))
    return operations.toSpliced(
      at,
      0,
      operation(random.pick(insertable), direct(random.pick(cells)), anySource(cells, random)),
    );
  if (here.mnemonic === "lpe") return operations;
  if (here.mnemonic === "lpb") return operations.with(at, { ...here, target: direct(random.pick(cells)) });
  if (kind < 0.4) return operations.toSpliced(at, 1);
  if (kind < 0.55 && isArithmetic(here.mnemonic)) {
    const { mnemonic } = here;
    const family = random.pick(families.filter((members) => members.includes(mnemonic)));
    return operations.with(at, { ...here, mnemonic: random.pick(family) });
  }
  if (kind < 0.65) return operations.with(at, { ...here, target: direct(random.pick(cells)) });
  if (kind < 0.72 && at + 1 < operations.length && isPlain(here) && isPlain(operations[at + 1]!))
    return operations.with(at, operations[at + 1]!).with(at + 1, here);
  if (here.mnemonic === "seq") return operations;
  return operations.with(at, { ...here, source: changedSource(here.source, cells, random) });
}

function isPlain({ mnemonic }: Operation): boolean {
  return mnemonic !== "lpb" && mnemonic !== "lpe";
}

/** The cells in use, and one that is not. */
function cellsOf(operations: readonly Operation[]): number[] {
  const cells = new Set([0]);
  for (const { target, source } of operations)
    for (const operand of [target, source]) if (operand.kind !== "constant") cells.add(operand.cell);
  const sorted = [...cells].filter((cell) => cell < 200);
  return [...sorted, Math.max(...sorted) + 1];
}

function anySource(cells: readonly number[], random: Random): Operand {
  return random.next() < 0.5 ? direct(random.pick(cells)) : constant(random.pick([1, 2, 3, 4, 5, 10, -1]));
}

function changedSource(source: Operand, cells: readonly number[], random: Random): Operand {
  if (source.kind !== "constant" || random.next() < 0.2) return anySource(cells, random);
  const step = random.pick([1, 1, 1, -1, -1, -1, 2, -2, 3, -3, 4, 10]);
  return constant(arithmetic.add(source.value, step) ?? source.value);
}
