/**
 * What the policy reads of a problem: which words its spec has (hashed stems) and how its outputs relate to its inputs,
 * each relation as the share of examples it holds on.
 */
import type { Problem } from "../search/synthesize.ts";
import type { Value } from "../values/value.ts";
import { stems } from "./words.ts";

const WORD_BUCKETS = 192;

type Relation = (inputs: readonly Value[], output: Value) => boolean;

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const list = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
const isText = (value: Value | undefined): value is string => typeof value === "string";
const isNumber = (value: Value | undefined): value is number => typeof value === "number";
const texts = (check: (input: string, output: string) => boolean): Relation => {
  return ([input], output) => isText(input) && isText(output) && check(input, output);
};
const lists = (check: (input: readonly Value[], output: readonly Value[]) => boolean): Relation => {
  return ([input], output) => Array.isArray(input) && Array.isArray(output) && check(input, output);
};
const listToNumber = (check: (input: readonly Value[], output: number) => boolean): Relation => {
  return ([input], output) => Array.isArray(input) && isNumber(output) && check(input, output);
};
const order = (a: Value, b: Value): number =>
  (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
const ascending = (xs: readonly Value[]): boolean => xs.every((x, i) => i === 0 || order(xs[i - 1]!, x) <= 0);
const descending = (xs: readonly Value[]): boolean =>
  xs.every((x, i) => i === 0 || order(xs[i - 1]!, x) >= 0);
const numbers = (xs: readonly Value[]): readonly number[] => xs.filter(isNumber);

const RELATIONS: readonly Relation[] = [
  ([input]) => isText(input),
  ([input]) => isNumber(input),
  ([input]) => typeof input === "boolean",
  ([input]) => Array.isArray(input) && input.every(isNumber),
  ([input]) => Array.isArray(input) && input.every(isText),
  ([input]) => Array.isArray(input) && input.every(Array.isArray),
  ([input]) => Array.isArray(input) && input.some((one) => typeof one === "object" && !Array.isArray(one)),
  (inputs) => inputs.length === 2,
  (inputs) => inputs.length > 2,
  ([, second]) => isNumber(second),
  ([, second]) => Array.isArray(second),
  ([, second]) => isText(second),
  (_, output) => isText(output),
  (_, output) => isNumber(output),
  (_, output) => typeof output === "boolean",
  (_, output) => Array.isArray(output) && output.every(isNumber),
  (_, output) => Array.isArray(output) && output.every(isText),
  (_, output) => Array.isArray(output) && output.every(Array.isArray),
  (_, output) => typeof output === "object" && !Array.isArray(output),
  texts((a, b) => a.includes(b)),
  texts((a, b) => a.startsWith(b)),
  texts((a, b) => a.endsWith(b)),
  texts((a, b) => a.toLowerCase().includes(b.toLowerCase())),
  texts((a, b) => a.toLowerCase() === b.toLowerCase()),
  texts((a, b) => a.length === b.length),
  texts((a, b) => b.length < a.length),
  texts((a, b) => b.length > a.length),
  texts((_, b) => b === b.toUpperCase()),
  texts((_, b) => b === b.toLowerCase()),
  texts((a, b) => a !== a.toLowerCase() && b === b.toLowerCase()),
  texts((a, b) => a !== a.toUpperCase() && b === b.toUpperCase()),
  texts((_, b) => /^\d+$/.test(b)),
  texts((_, b) => /^-?\d+\.\d+$/.test(b)),
  texts((a, b) => /\d/.test(b) && !/\d/.test(a)),
  texts((a, b) => /[A-Za-z]{3}/.test(b) && !/[A-Za-z]{3}/.test(a)),
  texts((a, b) => a.includes(" ") && !b.includes(" ")),
  texts((a, b) => a.split(/\s+/).length === b.split(/\s+/).length),
  texts((a, b) => a.replace(/\W/g, "").toLowerCase() === b.replace(/\W/g, "").toLowerCase()),
  texts((a, b) => [...a].sort().join("") === [...b].sort().join("")),
  texts((a, b) => a.replace(/\D/g, "") === b.replace(/\D/g, "") && /\d/.test(b)),
  texts((a, b) => [...b].every((c) => a.includes(c))),
  texts(
    (a, b) =>
      a
        .split(/\W+/)
        .map((word) => word[0] ?? "")
        .join("")
        .toLowerCase() === b.replace(/\W/g, "").toLowerCase(),
  ),
  texts((_, b) => /^(?:[A-Z][a-z]*\W*)+$/.test(b)),
  texts((_, b) => /[*#X]{3}/.test(b)),
  texts((_, b) => b.startsWith("0")),
  lists((a, b) => a.length === b.length),
  lists((a, b) => b.length < a.length),
  lists((_, b) => ascending(b)),
  lists((_, b) => descending(b)),
  lists((a, b) => b.every((x) => a.includes(x))),
  lists((a, b) => new Set(b).size === b.length && new Set(a).size !== a.length),
  lists((a, b) => a.length > 0 && a[0] === b[0]),
  lists((a, b) => a.length > 0 && a.at(-1) === b[0]),
  lists((a, b) => numbers(b).some((x) => x > Math.max(...numbers(a)))),
  listToNumber((a, b) => a.includes(b)),
  listToNumber((a, b) => b === a.length),
  listToNumber((a, b) => b <= a.length && b >= 0),
  listToNumber((a, b) => b > Math.max(...numbers(a), 0)),
  listToNumber((a, b) => b === Math.max(...numbers(a))),
  listToNumber((a, b) => b === Math.min(...numbers(a))),
  (_, output) => isNumber(output) && !Number.isInteger(output),
  (_, output) => isNumber(output) && output < 0,
  ([input], output) => isNumber(input) && isNumber(output) && output > input,
  ([input], output) => isNumber(input) && isNumber(output) && String(input).includes(String(output)),
  ([input], output) => isText(input) && isNumber(output) && output <= input.length,
  ([input], output) => isText(input) && isNumber(output) && input.includes(String(output)),
  ([input], output) => text(input) !== "" && list(output).length === text(input).split(/\s+/).length,
  (_, output) => output === true,
];

export const FEATURE_COUNT = WORD_BUCKETS + RELATIONS.length;

function bucketOf(stem: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < stem.length; at++) hash = Math.imul(hash ^ stem.charCodeAt(at), 16_777_619) >>> 0;
  return hash % WORD_BUCKETS;
}

/** float32 [FEATURE_COUNT], each from 0 to 1. */
export function featuresOfProblem({ spec, examples }: Pick<Problem, "spec" | "examples">): Float32Array {
  const features = new Float32Array(FEATURE_COUNT);
  for (const stem of stems(spec)) features[bucketOf(stem)] = 1;
  RELATIONS.forEach((holds, at) => {
    const count = examples.filter(({ inputs, output }) => holds(inputs, output)).length;
    features[WORD_BUCKETS + at] = examples.length === 0 ? 0 : count / examples.length;
  });
  return features;
}
