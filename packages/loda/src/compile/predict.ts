// What can be told of a loop before it runs: when its last round comes, and whether that round can be left out.
import type { Operation } from "../language/program.ts";
import { limitBits } from "../number/value.ts";
import { effects, type Loop, targetCell, written } from "./structure.ts";

/**
 * For a loop whose counter is changed by one operation with a constant operand: the condition, on the counter at the
 * start of a round, under which that round is the last one and will be undone. It lets the compiled loop take a
 * snapshot only then, instead of before every round.
 */
export type LastRound =
  /** counter < bound */
  { readonly kind: "below"; readonly bound: number } | { readonly kind: "always" };

/** `undefined` if the end cannot be told. Only for programs whose addresses are all known. */
export function lastRound(loop: Loop): LastRound | undefined {
  const counter = targetCell(loop.operation);
  const changes: Operation[] = [];
  for (const node of loop.body) {
    if (node.kind === "loop") {
      if (written(node.body).has(counter)) return undefined;
    } else if (effects(node.operation).writes.includes(counter)) changes.push(node.operation);
  }
  if (changes.length === 0) return { kind: "always" };
  return changes.length === 1 ? lastRoundOf(changes[0]!) : undefined;
}

/** The round is accepted if 0 ≤ new counter < old counter. */
function lastRoundOf({ mnemonic, source }: Operation): LastRound | undefined {
  if (source.kind !== "constant" || typeof source.value === "bigint") return undefined;
  const k = source.value;
  switch (mnemonic) {
    case "sub":
      return k > 0 ? { kind: "below", bound: k } : { kind: "always" };
    case "add":
      return k < 0 ? { kind: "below", bound: -k } : { kind: "always" };
    case "trn":
      return k > 0 ? { kind: "below", bound: 1 } : { kind: "always" };
    case "div":
      return k >= 2 ? { kind: "below", bound: 1 } : undefined;
    case "mod":
      return k >= 1 ? { kind: "below", bound: k } : undefined;
    default:
      return undefined;
  }
}

/** The largest number of bits that a safe integer can have. */
const safeBits = 53;

/**
 * Whether one round of a loop cannot fail and takes a known number of steps when it starts from safe integers: then
 * the last round, which is undone anyway, need not be run. An upper bound on the bits of every cell shows that no
 * operation comes near infinity.
 */
export function cannotFail(loop: Loop): boolean {
  const bits = new Map<number, number>();
  for (const node of loop.body) {
    if (node.kind === "loop") return false;
    const { operation } = node;
    const range = effects(operation);
    if (operation.mnemonic === "rol" || operation.mnemonic === "ror" || operation.mnemonic === "fil") {
      const widest = Math.max(safeBits, ...range.reads.map((cell) => bits.get(cell) ?? safeBits));
      for (const cell of range.writes) bits.set(cell, widest);
      continue;
    }
    if (operation.mnemonic === "clr") continue;
    const result = resultBits(operation, (cell) => bits.get(cell) ?? safeBits);
    if (result === undefined || result >= limitBits) return false;
    bits.set(targetCell(operation), result);
  }
  return true;
}

/** An upper bound on the bits of an operation's result, or `undefined` if it might fail. */
function resultBits(operation: Operation, bitsOf: (cell: number) => number): number | undefined {
  const { mnemonic, source } = operation;
  const a = bitsOf(targetCell(operation));
  const known = source.kind === "constant" && typeof source.value === "number" ? source.value : undefined;
  const b = source.kind === "direct" ? bitsOf(source.cell) : safeBits;
  switch (mnemonic) {
    case "mov":
      return source.kind === "constant" && known === undefined ? undefined : b;
    case "add":
    case "sub":
    case "trn":
      return source.kind === "constant" && known === undefined ? undefined : Math.max(a, b) + 1;
    case "mul":
      return source.kind === "constant" && known === undefined ? undefined : a + b;
    case "div":
    case "mod":
      return known !== undefined && known !== 0 ? a : undefined;
    case "dif":
    case "dir":
      return a;
    case "gcd":
      return Math.max(a, b);
    case "min":
    case "max":
      return source.kind === "constant" && known === undefined ? undefined : Math.max(a, b);
    case "equ":
    case "neq":
    case "leq":
    case "geq":
      return 1;
    case "lex":
      return 12;
    case "ban":
    case "bor":
    case "bxo":
      return Math.max(a, b) + 1;
    case "pow":
      return known !== undefined && known >= 0 ? Math.max(1, a * known) : undefined;
    case "bin":
    case "fac":
      return known !== undefined && Math.abs(known) <= 8 ? (a + 4) * (Math.abs(known) + 1) : undefined;
    default:
      return undefined;
  }
}
