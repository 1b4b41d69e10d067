/** What an inducer of rules does: takes in solved questions one by one and says what they teach. */
import type { TaskItem } from "../../tasks/item.ts";
import type { Lesson } from "../reflector.ts";

export interface Teaching {
  readonly lessons: readonly Lesson[];
  readonly withdrawn: readonly string[];
}

export interface Inducer {
  /** @returns undefined if the question is not of the form that this inducer understands */
  learn(item: TaskItem, gold: string): Teaching | undefined;
}
