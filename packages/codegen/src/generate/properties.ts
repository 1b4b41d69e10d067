/**
 * Constraints as properties that are executed: a sentence such as "the result is sorted" becomes a test of an output
 * against its input, run on the examples' inputs and on inputs near them. Sentences that say nothing testable stay part
 * of the spec, and the result says that they were not verified.
 */
import { keyOf, sameValue, type Value } from "../values/value.ts";

export interface Property {
  /** The sentence it was read from. */
  readonly constraint: string;
  readonly holds: (inputs: readonly Value[], output: Value) => boolean;
}

type Reading = readonly [RegExp, (match: RegExpExecArray) => Property["holds"] | undefined];

const sized = (value: Value): number | undefined =>
  typeof value === "string" || Array.isArray(value) ? value.length : undefined;
const texts = (value: Value): readonly string[] =>
  typeof value === "string"
    ? [value]
    : Array.isArray(value)
      ? value.filter((one): one is string => typeof one === "string")
      : [];
const listed = (value: Value): readonly Value[] | undefined => (Array.isArray(value) ? value : undefined);
const numbers = (value: Value): readonly number[] =>
  typeof value === "number" ? [value] : (listed(value) ?? []).filter((one) => typeof one === "number");
const items = (value: Value): readonly Value[] =>
  typeof value === "string" ? [...value] : (listed(value) ?? []);

const ordered = (value: Value, sign: 1 | -1): boolean =>
  items(value).every((item, at, all) => {
    const before = all[at - 1];
    if (at === 0 || before === undefined || before === null || item === null) return true;
    return typeof item === typeof before && (item === before || item > before === sign > 0);
  });

/** How such sentences begin: "the result must always be …". */
const RESULT = String.raw`(?:(?:the|result|output|return(?:ed)?|value|function|it|list|text|string|number|must|should|shall|has|have|to|is|are|be|always|will|returns?|of|an?)\s+)*`;
const says = (text: string): RegExp => new RegExp(`^${RESULT}${text}\\.?$`, "i");

const READINGS: readonly Reading[] = [
  [says("(?:(?:not|never) (?:be )?|non-?)empty"), () => (_, output) => sized(output) !== 0],
  [
    says(
      "(?:length|size) (?:of )?(?:at most|up to|no more than|<=|≤) (\\d+)(?: characters| items| elements)?",
    ),
    (match) => (_, output) => (sized(output) ?? 0) <= Number(match[1]),
  ],
  [
    says("(?:at most|up to|no (?:more|longer) than) (\\d+) (?:characters|items|elements)(?: long)?"),
    (match) => (_, output) => (sized(output) ?? 0) <= Number(match[1]),
  ],
  [
    says("(?:at least|no fewer than) (\\d+) (?:characters|items|elements)(?: long)?"),
    (match) => (_, output) => (sized(output) ?? 0) >= Number(match[1]),
  ],
  [
    says("(?:have |has )?(?:exactly )?(\\d+) (?:characters|items|elements)(?: long)?"),
    (match) => (_, output) => sized(output) === Number(match[1]),
  ],
  [
    says(
      "(?:have |has )?(?:the )?same (?:length|size|number of (?:elements|items|characters)) as (?:the |its )?input",
    ),
    () => (inputs, output) => sized(output) === sized(inputs[0] ?? null),
  ],
  [
    says("(?:not|never|no) (?:be )?longer than (?:the |its )?input"),
    () => (inputs, output) => (sized(output) ?? 0) <= (sized(inputs[0] ?? null) ?? Number.POSITIVE_INFINITY),
  ],
  [
    says("(?:in )?lower-?\\s?case"),
    () => (_, output) => texts(output).every((one) => one === one.toLowerCase()),
  ],
  [
    says("(?:in )?upper-?\\s?case"),
    () => (_, output) => texts(output).every((one) => one === one.toUpperCase()),
  ],
  [says("sorted(?: in)?(?: ascending(?: order)?)?"), () => (_, output) => ordered(output, 1)],
  [says("(?:sorted )?(?:in )?ascending(?: order)?"), () => (_, output) => ordered(output, 1)],
  [says("(?:sorted )?(?:in )?descending(?: order)?"), () => (_, output) => ordered(output, -1)],
  [
    says("(?:contain |have |has )?(?:no duplicates|unique(?: elements| items| values)?|distinct)"),
    () => (_, output) => new Set(items(output).map(keyOf)).size === items(output).length,
  ],
  [says("(?:not (?:be )?|non-?)negative"), () => (_, output) => numbers(output).every((n) => n >= 0)],
  [says("positive"), () => (_, output) => numbers(output).every((n) => n > 0)],
  [says("(?:an? )?(?:integer|whole number)s?"), () => (_, output) => numbers(output).every(Number.isInteger)],
  [
    says("between (-?\\d+(?:\\.\\d+)?) and (-?\\d+(?:\\.\\d+)?)"),
    (match) => (_, output) => numbers(output).every((n) => n >= Number(match[1]) && n <= Number(match[2])),
  ],
  [
    says("(?:at least|no less than|>=|≥) (-?\\d+(?:\\.\\d+)?)"),
    (match) => (_, output) => numbers(output).every((n) => n >= Number(match[1])),
  ],
  [
    says("(?:at most|no more than|<=|≤) (-?\\d+(?:\\.\\d+)?)"),
    (match) => (_, output) => numbers(output).every((n) => n <= Number(match[1])),
  ],
  [
    says("digits only|(?:only|contains? only) digits"),
    () => (_, output) => texts(output).every((one) => /^\d*$/.test(one)),
  ],
  [
    says("(?:not )?contain (?:no |any )?(?:white)?spaces"),
    () => (_, output) => texts(output).every((one) => !/\s/.test(one)),
  ],
  [
    says("(?:without|no) (?:white)?spaces"),
    () => (_, output) => texts(output).every((one) => !/\s/.test(one)),
  ],
  [
    says("(?:start|begin)s? with [\"'`](.+)[\"'`]"),
    (match) => (_, output) => texts(output).every((one) => one.startsWith(match[1]!)),
  ],
  [
    says("ends? with [\"'`](.+)[\"'`]"),
    (match) => (_, output) => texts(output).every((one) => one.endsWith(match[1]!)),
  ],
  [
    says("matche?s? (?:the (?:pattern|regex|regular expression) )?[\"'`/](.+)[\"'`/]"),
    (match) => {
      const pattern = safePattern(match[1]!);
      return pattern && ((_, output) => texts(output).every((one) => pattern.test(one)));
    },
  ],
  [
    says("(?:a )?subset of (?:the |its )?input|(?:contains? )?only elements (?:of|from) (?:the |its )?input"),
    () => (inputs, output) => {
      const known = new Set(items(inputs[0] ?? null).map(keyOf));
      return items(output).every((item) => known.has(keyOf(item)));
    },
  ],
  [
    says("(?:a )?(?:permutation|rearrangement) of (?:the |its )?input"),
    () => (inputs, output) =>
      sameValue(
        items(output).map(keyOf).sort(),
        items(inputs[0] ?? null)
          .map(keyOf)
          .sort(),
      ),
  ],
];

/** Short, without nested repetition: it is run here, not in the sandbox. */
function safePattern(source: string): RegExp | undefined {
  if (source.length > 200 || /[+*}]\)?[+*{]|\([^)]*[+*][^)]*\)[+*{]/.test(source)) return undefined;
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

export interface ReadConstraints {
  readonly properties: readonly Property[];
  /** Constraints that no property could be derived from. */
  readonly unread: readonly string[];
}

export function readConstraints(constraints: readonly string[]): ReadConstraints {
  const properties: Property[] = [];
  const unread: string[] = [];
  for (const constraint of constraints) {
    const sentence = constraint.trim().replace(/\s+/g, " ");
    let found = false;
    for (const [pattern, read] of READINGS) {
      const match = pattern.exec(sentence);
      const holds = match && read(match);
      if (!holds) continue;
      properties.push({ constraint, holds });
      found = true;
      break;
    }
    if (!found) unread.push(constraint);
  }
  return { properties, unread };
}
