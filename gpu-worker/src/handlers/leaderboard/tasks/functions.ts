/** Tasks from JSON arguments to a JSON value, for code. The input is the list of arguments, the output the result. */
import type { Random } from "./random.ts";
import { distinct, type TaskDefinition } from "./task.ts";

const letters = "abcde";
const integers = (random: Random, longest: number, high: number): number[] =>
  Array.from({ length: random.int(1, longest) }, () => random.int(0, high));

function runLengths(text: string): [string, number][] {
  const runs: [string, number][] = [];
  for (const letter of text) {
    const run = runs.at(-1);
    if (run?.[0] === letter) run[1]++;
    else runs.push([letter, 1]);
  }
  return runs;
}

function mergeIntervals(intervals: readonly (readonly [number, number])[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [low, high] of intervals.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const reached = merged.at(-1);
    if (reached !== undefined && low <= reached[1]) reached[1] = Math.max(reached[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  const partner: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  for (const bracket of text) {
    const wanted = partner[bracket];
    if (wanted === undefined) open.push(bracket);
    else if (open.pop() !== wanted) return false;
  }
  return open.length === 0;
}

/** Half of them balanced: pairs put around and beside each other, then perhaps one bracket changed. */
function brackets(random: Random): string {
  let text = "";
  for (let i = random.int(1, 5); i > 0; i--) {
    const pair = random.pick(["()", "[]", "{}"]);
    text = random.chance(0.5) ? `${pair[0]}${text}${pair[1]}` : `${text}${pair}`;
  }
  if (random.chance(0.5)) return text;
  const at = random.int(0, text.length - 1);
  return `${text.slice(0, at)}${random.pick(["(", "]", "}"])}${text.slice(at + 1)}`;
}

interface Definition {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly argument: (random: Random) => unknown;
  readonly result: (argument: never) => unknown;
}

const definitions: readonly Definition[] = [
  {
    id: "run-lengths",
    title: "Run lengths",
    description: "A string becomes the list of its runs: [letter, length] for each, in order.",
    argument: (random) =>
      Array.from({ length: random.int(1, 12) }, () => random.pick([...letters.slice(0, 3)])).join(""),
    result: (text: string) => runLengths(text),
  },
  {
    id: "merge-intervals",
    title: "Merged intervals",
    description:
      "Intervals [low, high] become the fewest that cover the same numbers, sorted; touching ones are one.",
    argument: (random) =>
      Array.from({ length: random.int(1, 6) }, () => {
        const low = random.int(0, 30);
        return [low, low + random.int(0, 9)];
      }),
    result: (intervals: [number, number][]) => mergeIntervals(intervals),
  },
  {
    id: "balanced-brackets",
    title: "Balanced brackets",
    description: "Whether every bracket of (), [] and {} is closed by its partner in the right order.",
    argument: brackets,
    result: (text: string) => isBalanced(text),
  },
  {
    id: "second-largest",
    title: "Second largest number",
    description: "The second largest different number of a list, or null where there is none.",
    argument: (random) => integers(random, 7, 20),
    result: (list: number[]) => [...new Set(list)].sort((a, b) => b - a)[1] ?? null,
  },
];

export const functionTasks: readonly TaskDefinition[] = definitions.map(
  ({ id, title, description, argument, result }) => ({
    id,
    title,
    description,
    kinds: ["code"],
    suite: "functions",
    make: distinct((random) => {
      const value = argument(random);
      return { input: JSON.stringify([value]), output: JSON.stringify(result(value as never)) };
    }),
    publicCount: 24,
    hiddenCount: 96,
  }),
);
