// The memory of a run in the plain interpreter: integer cells, initially 0, with the region operations.
import type { Value } from "../number/value.ts";
import { EvaluationError } from "./error.ts";

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/** An address, length or id as a number; values between 2^53 and 2^63 lose precision but stay out of every range. */
export function toInt64(value: Value): number {
  if (typeof value === "number") return value;
  if (!fitsInt64(value)) throw outsideInt64();
  return Number(value);
}

export function fitsInt64(value: bigint): boolean {
  return value <= maxInt64 && value >= minInt64;
}

/** The half-open range of a region: [s, s+L) for L > 0, else [s+L+1, s+1), so that L = 0 is empty. */
export function region(start: number, length: number): { from: number; to: number } {
  return length > 0 ? { from: start, to: start + length } : { from: start + length + 1, to: start + 1 };
}

export class Memory {
  /** Cells beyond the end are 0. */
  private cells: Value[] = [];
  private readonly maxCell: number;

  constructor(maxCell: number) {
    this.maxCell = maxCell;
  }

  get(address: number): Value {
    if (address < 0) throw noCell(address);
    return this.cells[address] ?? 0;
  }

  set(address: number, value: Value | undefined): void {
    if (address < 0) throw noCell(address);
    if (address > this.maxCell) throw beyond(address, this.maxCell);
    if (value === undefined) throw new EvaluationError("overflow", `infinity in cell $${address}`);
    while (this.cells.length < address) this.cells.push(0);
    this.cells[address] = value;
  }

  clear(start: number, length: number): void {
    const { from, to } = region(start, length);
    this.cells.fill(0, Math.max(from, 0), Math.max(Math.min(to, this.cells.length), 0));
  }

  fill(start: number, length: number): void {
    const { from, to } = this.checked(start, length);
    const value = this.get(start);
    for (let address = from; address < to; address++) this.set(address, value);
  }

  rotateLeft(start: number, length: number): void {
    const { from, to } = this.checked(start, length);
    if (from >= to) return;
    const first = this.get(from);
    for (let address = from; address < to - 1; address++) this.set(address, this.get(address + 1));
    this.set(to - 1, first);
  }

  rotateRight(start: number, length: number): void {
    const { from, to } = this.checked(start, length);
    if (from >= to) return;
    const last = this.get(to - 1);
    for (let address = to - 1; address > from; address--) this.set(address, this.get(address - 1));
    this.set(from, last);
  }

  /** The region that a loop compares: `length` cells from `start` on, none for a length of 0 or less. */
  fragment(start: number, length: number): Value[] {
    if (length > this.maxCell) throw tooLong(length, this.maxCell);
    const values: Value[] = [];
    for (let i = 0; i < length; i++) values.push(this.get(start + i));
    return values;
  }

  snapshot(): Value[] {
    return this.cells.slice();
  }

  restore(snapshot: readonly Value[]): void {
    this.cells = snapshot.slice();
  }

  /** The cells that are not 0, by address. */
  nonZero(): [number, Value][] {
    return this.cells.flatMap((value, address): [number, Value][] => (value === 0 ? [] : [[address, value]]));
  }

  private checked(start: number, length: number): { from: number; to: number } {
    const range = region(start, length);
    if (range.from < range.to) {
      if (range.from < 0) throw noCell(range.from);
      if (range.to - 1 > this.maxCell) throw beyond(range.to - 1, this.maxCell);
    }
    return range;
  }
}

export function outsideInt64(): EvaluationError {
  return new EvaluationError("integer-range", "an address, length or id does not fit in 64 bits");
}

export function noCell(address: number): EvaluationError {
  return new EvaluationError("negative-address", `cell ${address} does not exist: addresses start at 0`);
}

export function beyond(address: number, maxCell: number): EvaluationError {
  return new EvaluationError("memory", `cell $${address} is beyond the last one, $${maxCell}`);
}

export function tooLong(length: number, maxCell: number): EvaluationError {
  return new EvaluationError(
    "memory",
    `a region of ${length} cells is longer than the memory, ${maxCell} cells`,
  );
}

/**
 * Whether a memory region is lexicographically less than an earlier one. A negative cell that is reached before the
 * deciding one means no.
 */
export function fragmentLess(now: readonly Value[], before: readonly Value[], length: number): boolean {
  for (let i = 0; i < length; i++) {
    const [a, b] = [now[i] ?? 0, before[i] ?? 0];
    if (a < 0) return false;
    if (a !== b) return a < b;
  }
  return false;
}
