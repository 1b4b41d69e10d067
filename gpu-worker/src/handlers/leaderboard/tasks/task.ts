/** What a task of our own is made of. */
import type { Example, ProgramKind } from "@weightsmith/contract";
import type { Random } from "./random.ts";

export interface TaskDefinition {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly kinds: readonly ProgramKind[];
  readonly suite: "text" | "functions" | "sequences";
  /** As many examples as asked for, no input twice, in an order that says nothing. */
  readonly make: (random: Random, count: number) => Example[];
  readonly publicCount: number;
  readonly hiddenCount: number;
}

/** Draws examples until there are enough with different inputs. @throws Error if the task has too few of them */
export function distinct(draw: (random: Random) => Example): TaskDefinition["make"] {
  return (random, count) => {
    const byInput = new Map<string, Example>();
    for (let tries = 0; byInput.size < count; tries++) {
      if (tries > count * 200) throw new Error(`Only ${byInput.size} of ${count} examples differ.`);
      const example = draw(random);
      byInput.set(example.input, example);
    }
    return [...byInput.values()];
  };
}
