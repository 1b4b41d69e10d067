// What the parts of the emitter share: where the variables are, and how operations are written.
import type { Operand, Operation } from "../../language/program.ts";
import type { Expression } from "./expression.ts";

/** Where the variables are, and what a(n−k) is in a recurrence. */
export interface Scope {
  readonly cells: ReadonlyMap<string, number>;
  readonly self?: (index: Expression, scope: Scope) => Operand;
}

/** Writes operations; every value gets a cell of its own. */
export interface ValueEmitter {
  cell(): number;
  add(mnemonic: Operation["mnemonic"], target: number, source?: Operand): void;
  endLoop(): void;
  /** The value as an operand, without a copy where it is at hand. @throws UnreadableFormula */
  operand(expression: Expression, scope: Scope): Operand;
  /** The value in a new cell. @throws UnreadableFormula */
  value(expression: Expression, scope: Scope): number;
}

/** A new cell with a copy. */
export function copy(emitter: ValueEmitter, source: Operand): number {
  const cell = emitter.cell();
  emitter.add("mov", cell, source);
  return cell;
}

/** The scope with a variable more. */
export function bind(scope: Scope, bound: Readonly<Record<string, number>>): Scope {
  return { ...scope, cells: new Map([...scope.cells, ...Object.entries(bound)]) };
}
