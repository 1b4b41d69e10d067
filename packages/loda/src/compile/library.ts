// What compiled programs call at run time: the rarer arithmetic, array memory, limits and errors.
import { EvaluationError, stepsPassed } from "../evaluate/error.ts";
import {
  beyond,
  fitsInt64,
  fragmentLess,
  noCell,
  outsideInt64,
  region,
  tooLong,
} from "../evaluate/memory.ts";
import type { Operation } from "../language/program.ts";
import {
  arithmetic,
  banNumbers,
  binNumbers,
  borNumbers,
  bxoNumbers,
  dgrNumbers,
  dgsNumbers,
  dirNumbers,
  facNumbers,
  gcdNumbers,
  lexNumbers,
  logNumbers,
  nrtNumbers,
  powNumbers,
} from "../number/arithmetic.ts";
import type { Value } from "../number/value.ts";

/** Operations on two safe integers that give a safe integer, or NaN. */
export const numberLibrary = {
  ban: banNumbers,
  bin: binNumbers,
  bor: borNumbers,
  bxo: bxoNumbers,
  dgr: dgrNumbers,
  dgs: dgsNumbers,
  dir: dirNumbers,
  fac: facNumbers,
  gcd: gcdNumbers,
  lex: lexNumbers,
  log: logNumbers,
  nrt: nrtNumbers,
  pow: powNumbers,
};

export const valueLibrary = arithmetic;

/** A plain array of values, or a Float64Array where all of them are safe integers. */
export interface CellStorage<Cell extends Value> {
  [address: number]: Cell;
  fill(value: Cell, start: number, end: number): unknown;
  copyWithin(target: number, start: number, end: number): unknown;
}

export interface Snapshot<Cell extends Value> {
  readonly cells: Cell[];
  high: number;
}

/** Array memory of a compiled program whose addresses are known only at run time. Cells from `high` on are 0. */
export class CellArray<Cell extends Value> {
  readonly cells: CellStorage<Cell>;
  high = 0;
  private readonly zero = 0 as Cell;
  private readonly maxCell: number;

  /** @param cells all 0, with one element for each address from 0 to maxCell */
  constructor(cells: CellStorage<Cell>, maxCell: number) {
    this.cells = cells;
    this.maxCell = maxCell;
  }

  reset(): void {
    this.cells.fill(this.zero, 0, this.high);
    this.high = 0;
  }

  /** The value at an address that may be anywhere; `undefined` if there is no such cell. */
  read(address: Value): Cell | undefined {
    if (typeof address === "bigint") return address < 0 || !fitsInt64(address) ? undefined : this.zero;
    if (address < 0) return undefined;
    return address < this.high ? this.cells[address]! : this.zero;
  }

  write(address: number, value: Cell): void {
    this.cells[address] = value;
    if (address >= this.high) this.high = address + 1;
  }

  /** Whether an address can be written. */
  holds(address: Value): address is number {
    return address >= 0 && address <= this.maxCell;
  }

  snapshot(into: Snapshot<Cell>): void {
    const { cells, high } = this;
    for (let i = 0; i < high; i++) into.cells[i] = cells[i]!;
    into.high = high;
  }

  restore(from: Snapshot<Cell>): void {
    const { cells } = this;
    for (let i = 0; i < from.high; i++) cells[i] = from.cells[i]!;
    for (let i = from.high; i < this.high; i++) cells[i] = this.zero;
    this.high = from.high;
  }

  /** A memory operation; answers the error it would be, or `undefined` when it is done. */
  region(
    mnemonic: "clr" | "fil" | "rol" | "ror",
    start: number,
    length: number,
  ): EvaluationError | undefined {
    const { from, to } = region(start, length);
    if (mnemonic === "clr") {
      this.cells.fill(this.zero, Math.max(from, 0), Math.max(Math.min(to, this.high), 0));
      return undefined;
    }
    if (from < to) {
      if (from < 0) return noCell(from);
      if (to - 1 > this.maxCell) return beyond(to - 1, this.maxCell);
    } else if (mnemonic === "fil" && start < 0) return noCell(start);
    const { cells } = this;
    if (from >= to) return undefined;
    if (to > this.high) this.high = to;
    if (mnemonic === "fil") cells.fill(cells[start]!, from, to);
    else if (mnemonic === "rol") {
      const first = cells[from]!;
      cells.copyWithin(from, from + 1, to);
      cells[to - 1] = first;
    } else {
      const last = cells[to - 1]!;
      cells.copyWithin(from + 1, from, to - 1);
      cells[from] = last;
    }
    return undefined;
  }

  /** The region that a loop compares, or the error it would be. */
  fragment(start: number, length: number): Cell[] | EvaluationError {
    if (length > this.maxCell) return tooLong(length, this.maxCell);
    const values: Cell[] = [];
    for (let i = 0; i < length; i++) {
      const value = this.read(start + i);
      if (value === undefined) return noCell(start + i);
      values.push(value);
    }
    return values;
  }
}

/** Throws the errors of the value code, each with the operation it belongs to. */
export class Failures {
  private readonly operations: readonly Operation[];
  private readonly maxCell: number;

  constructor(operations: readonly Operation[], maxCell: number) {
    this.operations = operations;
    this.maxCell = maxCell;
  }

  overflow(index: number, cell: number): never {
    throw new EvaluationError("overflow", `infinity in cell $${cell}`, this.operations[index]);
  }

  /** An address that cannot be read or written. */
  notHeld(index: number, address: Value): never {
    const cell = this.int64(index, address);
    throw (cell < 0 ? noCell(cell) : beyond(cell, this.maxCell)).locatedAt(this.operations[index]!);
  }

  /** An address or a length as a number. */
  int64(index: number, value: Value): number {
    if (typeof value === "bigint" && !fitsInt64(value))
      throw outsideInt64().locatedAt(this.operations[index]!);
    return Number(value);
  }

  raise(index: number, error: EvaluationError): never {
    throw error.locatedAt(this.operations[index]!);
  }

  steps(index: number, limit: number): never {
    throw stepsPassed(limit).locatedAt(this.operations[index]!);
  }
}

export { fragmentLess };
