// Remembered terms of the sequences that programs call: an array for arguments near the offset, a map for the rest.
import type { Value } from "../number/value.ts";
import type { Result } from "./interpret.ts";

/** How far an argument may lie beyond the end of the array and still extend it. */
const reach = 1024;
const maxLength = 1 << 22;

export class Memo {
  private readonly offset: number;
  private readonly values: (Value | undefined)[] = [];
  private readonly steps: number[] = [];
  private readonly far = new Map<Value, Result>();
  /** The steps of the term that `get` found last: two results without an object. */
  lastSteps = 0;

  constructor(offset: number) {
    this.offset = offset;
  }

  get(argument: Value): Value | undefined {
    if (typeof argument === "number") {
      const index = argument - this.offset;
      if (index >= 0 && index < this.values.length) {
        this.lastSteps = this.steps[index]!;
        return this.values[index];
      }
    }
    const result = this.far.get(argument);
    if (!result) return undefined;
    this.lastSteps = result.steps;
    return result.value;
  }

  set(argument: Value, value: Value, steps: number): void {
    const index = typeof argument === "number" ? argument - this.offset : -1;
    const { length } = this.values;
    if (index < 0 || index >= maxLength || index > length + reach) {
      this.far.set(argument, { value, steps });
      return;
    }
    for (let i = length; i < index; i++) {
      this.values.push(undefined);
      this.steps.push(0);
    }
    // What the map holds for an argument that the array now covers would be hidden.
    if (index >= length && this.far.size > 0) this.adopt(length, index);
    this.values[index] = value;
    this.steps[index] = steps;
  }

  private adopt(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const result = this.far.get(index + this.offset);
      if (!result) continue;
      this.values[index] = result.value;
      this.steps[index] = result.steps;
      this.far.delete(index + this.offset);
    }
  }
}
