/** Words for parameters: ordinals, separators, pairs of answers, what to say when nothing is found. */
import type { Random } from "../random.ts";

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"];
const shortOrdinals = ["1st", "2nd", "3rd", "4th", "5th", "6th"];

/** "second" or "2nd", for a zero-based index below six. */
export function ordinal(random: Random, index: number): string {
  return (random.chance(0.75) ? ordinals : shortOrdinals)[index] as string;
}

const numerals = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/** "three" or "3". */
export function count(random: Random, n: number): string {
  return random.chance(0.5) ? (numerals[n] ?? String(n)) : String(n);
}

export interface Separator {
  /** The characters themselves. */
  readonly mark: string;
  /** As in "separated by {name}". */
  readonly names: readonly string[];
}

const separatorTable: readonly Separator[] = [
  { mark: ", ", names: ["commas", "a comma", "a comma and a space", "', '"] },
  { mark: ",", names: ["commas without spaces", "','", "commas (no spaces)"] },
  { mark: "; ", names: ["semicolons", "a semicolon", "'; '"] },
  { mark: ";", names: ["semicolons without spaces", "';'"] },
  { mark: " | ", names: ["pipes", "' | '", "vertical bars"] },
  { mark: "|", names: ["'|'", "pipes without spaces"] },
  { mark: " / ", names: ["slashes", "' / '"] },
  { mark: "/", names: ["'/'", "slashes without spaces"] },
  { mark: " - ", names: ["' - '", "dashes with spaces around"] },
  { mark: "-", names: ["hyphens", "'-'", "dashes"] },
  { mark: "_", names: ["underscores", "'_'"] },
  { mark: "\n", names: ["newlines", "line breaks"] },
  { mark: " + ", names: ["plus signs", "' + '"] },
  { mark: " > ", names: ["' > '", "greater-than signs with spaces around"] },
  { mark: ":", names: ["colons", "':'"] },
];
const byMark = new Map(separatorTable.map((separator) => [separator.mark, separator]));

/** A separator out of `marks` (all of them by default) and a name for it. */
export function separator(random: Random, marks?: readonly string[]): { mark: string; name: string } {
  const choice = marks ? byMark.get(random.pick(marks)) : random.pick(separatorTable);
  if (!choice) throw new Error(`no separator is named for one of ${JSON.stringify(marks)}`);
  return { mark: choice.mark, name: random.pick(choice.names) };
}

const answers: readonly (readonly [string, string])[] = [
  ["yes", "no"],
  ["yes", "no"],
  ["Yes", "No"],
  ["YES", "NO"],
  ["true", "false"],
  ["true", "false"],
  ["True", "False"],
  ["1", "0"],
  ["Y", "N"],
  ["ok", "bad"],
  ["pass", "fail"],
  ["match", "no match"],
];

/** A pair of answers to a question, with the slots {yes} and {no}. */
export function verdict(random: Random, own: readonly (readonly [string, string])[] = []) {
  const [yes, no] = random.pick(own.length > 0 && random.chance(0.5) ? own : answers);
  return { say: { yes, no }, of: (holds: boolean): string => (holds ? yes : no) };
}

const missingWords = ["none", "NONE", "N/A", "n/a", "unknown", "missing", "null", "-", "not found", "?", "0"];
const missingPhrasings = [
  "if there is none, output {word}",
  "if nothing is found, answer {word}",
  "if it is missing, return {word}",
  "write {word} when there is none",
  "otherwise output {word}",
  "return {word} if not present",
  "use {word} if absent",
];

/**
 * What to answer when there is nothing to find. Half of the tasks have no such clause, and then no such input:
 * `happens` is false for ever. `note` is the clause for the spec.
 */
export function missing(random: Random, probability = 0.5) {
  if (!random.chance(probability)) return { value: "", note: undefined, happens: () => false };
  const value = random.pick(missingWords);
  const note = random.pick(missingPhrasings).replace("{word}", random.chance(0.3) ? `"${value}"` : value);
  return { value, note, happens: (source: Random): boolean => source.chance(0.2) };
}
