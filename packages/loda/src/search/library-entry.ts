// What a search knows about a sequence without its program.
import type { Split } from "../dataset/normal-form.ts";
import type { Value } from "../number/value.ts";

export interface LibraryEntry {
  readonly id: number;
  readonly offset: number;
  readonly description: string;
  /** The first published terms. */
  readonly terms: readonly Value[];
  /** The part that the shape of its program belongs to. */
  readonly split: Split;
}
