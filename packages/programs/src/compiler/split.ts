/**
 * How the examples of a compile are divided: some to train on, some to choose by (validation), some held out for the
 * score in the report. The division depends on the examples and the seed alone, so that a repeated compile is the
 * same compile, and no held-out example ever reaches training or selection.
 */
import { createHash } from "node:crypto";
import type { SolvedExample } from "../interpreter/prompt.ts";

export interface ExampleSplit {
  readonly training: readonly SolvedExample[];
  /** For early stopping and for choosing between methods; empty when there are too few examples to spare any. */
  readonly validation: readonly SolvedExample[];
  /** Seen by nothing but the final score. */
  readonly heldOut: readonly SolvedExample[];
}

/** An example, and whether a model wrote it and nobody has checked it. */
export type GivenExample = SolvedExample & { readonly generated?: boolean | undefined };

/** The share of the examples that is held out, at least one once there are two. */
const heldOutShare = 0.2;
/** The share of the rest that selects, once there are enough for a selection to mean anything. */
const validationShare = 0.2;
const validationNeeds = 8;

/**
 * Examples that a model wrote are trained on and measure nothing. Splits the n distinct others: ⌈0.2·n⌉ held out (none if n < 2), then a fifth of the rest for validation if at least
 * eight remain. The order is by SHA-256 of (seed, input), which makes the split independent of the order given.
 */
export function splitExamples(examples: readonly GivenExample[], seed: number): ExampleSplit {
  const generated = examples.filter((example) => example.generated === true);
  const unique = new Map<string, SolvedExample>();
  for (const { input, output, generated } of examples) if (!generated) unique.set(input, { input, output });
  const keyed = [...unique.values()].map((example) => ({
    example,
    key: createHash("sha256").update(`${seed}\n${example.input}`).digest("hex"),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const ordered = keyed.map(({ example }) => example);

  const heldOutCount = ordered.length < 2 ? 0 : Math.ceil(ordered.length * heldOutShare);
  const rest = ordered.slice(heldOutCount);
  const validationCount = rest.length < validationNeeds ? 0 : Math.round(rest.length * validationShare);
  return {
    heldOut: ordered.slice(0, heldOutCount),
    validation: rest.slice(0, validationCount),
    training: [
      ...rest.slice(validationCount),
      ...generated.filter(({ input }) => !unique.has(input)).map(({ input, output }) => ({ input, output })),
    ],
  };
}
