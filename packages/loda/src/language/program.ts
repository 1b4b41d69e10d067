// What the parser makes and everything else reads: a program as a list of operations with their source positions.
import type { Value } from "../number/value.ts";
import type { Mnemonic } from "./operation.ts";

/** Where something stands in a source text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Operand =
  | { readonly kind: "constant"; readonly value: Value }
  /** `$n` */
  | { readonly kind: "direct"; readonly cell: number }
  /** `$$n`: the cell whose address is in `$n` */
  | { readonly kind: "indirect"; readonly cell: number };

export interface Operation {
  readonly mnemonic: Mnemonic;
  /** `lpe` has none; there both operands are the constant 0. */
  readonly target: Operand;
  /** `lpb $n` has the constant 1. */
  readonly source: Operand;
  readonly position: Position;
}

export interface Program {
  readonly operations: readonly Operation[];
  /** The index of the first term: `$0 = offset` on entry for term number 0. */
  readonly offset: number;
  /** Only of programs that are called by `prg`. */
  readonly inputs?: number;
  readonly outputs?: number;
}

export const inputCell = 0;
export const outputCell = 0;

export function constant(value: Value): Operand {
  return { kind: "constant", value };
}

export function direct(cell: number): Operand {
  return { kind: "direct", cell };
}

export function indirect(cell: number): Operand {
  return { kind: "indirect", cell };
}

const nowhere: Position = { line: 0, column: 0 };

/** An operation that stands in no source text, as the fitting and the mutation code make them. */
export function operation(mnemonic: Mnemonic, target: Operand, source: Operand = constant(1)): Operation {
  return { mnemonic, target, source, position: nowhere };
}

export function program(operations: readonly Operation[], offset = 0): Program {
  return { operations, offset };
}

export function sameOperand(a: Operand, b: Operand): boolean {
  if (a.kind === "constant") return b.kind === "constant" && a.value === b.value;
  return b.kind === a.kind && a.cell === b.cell;
}

/** Whether loops compare memory regions: so it is as soon as one `lpb` has a second operand other than 1. */
export function usesFragments(program: Program): boolean {
  return program.operations.some(
    ({ mnemonic, source }) => mnemonic === "lpb" && !(source.kind === "constant" && source.value === 1),
  );
}

/** `A000045` for 45. */
export function formatId(id: number): string {
  return `A${String(id).padStart(6, "0")}`;
}

/** 45 for `A000045`, `undefined` for anything else. */
export function parseId(text: string): number | undefined {
  const match = /^A(\d{6,})$/i.exec(text);
  return match ? Number(match[1]) : undefined;
}
