/**
 * The constants that the slots of operators may take: what every problem may need, and what this problem's examples and
 * spec show. A constant's cost says how likely it is; cheaper ones are tried first.
 */
import { type Constant, constant } from "../language/expression.ts";
import type { Value } from "../values/value.ts";

export interface Choice {
  readonly constant: Constant;
  readonly cost: number;
}

export type Domains = Readonly<Record<string, readonly Choice[]>>;

const text = (value: string, cost: number): Choice => ({ constant: constant(value, "str"), cost });
const number = (value: number, cost: number): Choice => ({ constant: constant(value, "num"), cost });
/** A regular expression's source; printed as a raw string in Python and as a literal in TypeScript. */
const pattern = (value: string, cost: number): Choice => ({ constant: constant(value, "pattern"), cost });

const INDICES = [
  number(0, 0),
  number(-1, 0),
  number(1, 1),
  number(2, 2),
  number(-2, 2),
  number(3, 3),
  number(-3, 4),
  number(4, 5),
];
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 10].map((n) => number(n, n <= 3 ? n - 1 : n <= 5 ? 3 : 4));
const OFFSETS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => number(n, n <= 4 ? 1 : 2));
const FIND = [
  pattern("\\d+", 0),
  pattern("[A-Za-z]+", 0),
  pattern("[A-Z]+", 2),
  pattern("[a-z]+", 2),
  pattern("[A-Z]", 2),
  pattern("\\d", 3),
  pattern("[A-Za-z]", 3),
  pattern("\\w+", 2),
  pattern("[A-Z][a-z]+", 2),
  pattern("\\d+\\.\\d+", 2),
  pattern("\\d+(?:\\.\\d+)?", 2),
  pattern("-?\\d+", 3),
  pattern("[A-Za-z0-9]+", 2),
  pattern("#\\w+", 4),
  pattern("@\\w+", 4),
  pattern("[\\w.+-]+@[\\w-]+\\.[\\w.]+", 4),
  pattern("[^\\w\\s]", 4),
  pattern("[A-Z][a-z]*", 3),
];
const CLASSES = [
  pattern("\\d", 0),
  pattern("[A-Za-z]", 1),
  pattern("[A-Z]", 1),
  pattern("[a-z]", 1),
  pattern("[aeiouAEIOU]", 1),
  pattern("[A-Za-z0-9]", 1),
  pattern("\\s", 2),
  pattern("[^\\w\\s]", 2),
  pattern("[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]", 3),
  pattern("\\w", 3),
];
const UNWANTED = [
  pattern("[^0-9]", 0),
  pattern("[^A-Za-z0-9]", 1),
  pattern("[^A-Za-z]", 1),
  pattern("[^A-Z]", 1),
  pattern("\\s+", 1),
  pattern("[0-9]", 2),
  pattern("[aeiouAEIOU]", 2),
  pattern("[^\\w\\s]", 2),
  pattern("[^0-9.]", 2),
  pattern("[^a-z]", 3),
  pattern("\\([^)]*\\)", 3),
  pattern("<[^>]*>", 3),
  pattern("[A-Za-z]", 3),
];
const GAPS = [pattern("[^A-Za-z0-9]+", 0), pattern("\\s+", 0), pattern("[\\s_-]+", 2), pattern("[^0-9]+", 3)];
const BRACKETS = [
  pattern("\\(([^)]*)\\)", 0),
  pattern("\\[([^\\]]*)\\]", 0),
  pattern("<([^>]*)>", 0),
  pattern('"([^"]*)"', 0),
  pattern("'([^']*)'", 0),
  pattern("\\{([^}]*)\\}", 0),
];
const COMMON_DELIMITERS = new Set([" ", ",", ", ", "-", "/", ".", "@", ":", "_", ";", "|", " - ", "="]);

/** Every text in a value, those within lists and records too. */
function* textsOf(value: Value): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsOf(item);
  else if (typeof value === "object" && value !== null) {
    for (const field of Object.values(value)) yield* textsOf(field);
  }
}

function* numbersOf(value: Value): Generator<number> {
  if (typeof value === "number") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* numbersOf(item);
}

/** How many of the texts contain each run of characters that are neither letters nor digits, and its characters. */
function delimitersOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of texts) {
    const found = new Set<string>();
    for (const run of one.match(/[^A-Za-z0-9]+/g) ?? []) {
      if (run.length <= 4) found.add(run);
      for (const character of run) found.add(character);
    }
    for (const delimiter of found) counts.set(delimiter, (counts.get(delimiter) ?? 0) + 1);
  }
  return counts;
}

function rankedDelimiters(texts: readonly string[], most: number): Choice[] {
  return [...delimitersOf(texts)]
    .map(([value, count]) => {
      const everywhere = count === texts.length;
      const cost =
        (everywhere ? 0 : count * 2 >= texts.length ? 1 : 3) + (COMMON_DELIMITERS.has(value) ? 0 : 1);
      return text(value, cost);
    })
    .sort((a, b) => a.cost - b.cost)
    .slice(0, most);
}

/** Words with what follows them ("id=", "Order ") that all texts share: they too delimit. */
function sharedWords(texts: readonly string[], most: number): Choice[] {
  const [first, ...rest] = texts;
  if (first === undefined || rest.length === 0) return [];
  const candidates = first.match(/[A-Za-z]{1,}[^A-Za-z0-9]{0,2}|[^A-Za-z0-9]+[A-Za-z]+[^A-Za-z0-9]*/g) ?? [];
  const trimmed = candidates.flatMap((word) => [word, word.trim()]);
  return [...new Set(trimmed)]
    .filter((word) => word.length > 0 && rest.every((one) => one.includes(word)))
    .slice(0, most)
    .map((word) => text(word, 3));
}

/** Texts in quotes, as a spec names them. */
export function quotedTexts(spec: string): string[] {
  return [...spec.matchAll(/"([^"]{1,20})"|'([^']{1,20})'(?![A-Za-z])|`([^`]{1,20})`/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

const NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

/** Numbers in digits, and the words for those from two to twelve. */
export function numbersIn(spec: string): number[] {
  const words = (spec.toLowerCase().match(/[a-z]+/g) ?? [])
    .map((word) => NUMBER_WORDS.indexOf(word))
    .filter((n) => n >= 2);
  const digits = [...spec.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)/g)].map((match) =>
    Number(match[0]),
  );
  return [...digits, ...words];
}

function distinct(choices: readonly Choice[], most = 100): Choice[] {
  const best = new Map<unknown, Choice>();
  for (const choice of choices) {
    const known = best.get(choice.constant.value);
    if (!known || choice.cost < known.cost) best.set(choice.constant.value, choice);
  }
  return [...best.values()].sort((a, b) => a.cost - b.cost).slice(0, most);
}

export interface Shown {
  /** All arguments of all examples. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly spec: string;
}

export function domainsOf({ inputs, outputs, spec }: Shown): Domains {
  const inputTexts = inputs.flatMap((value) => [...textsOf(value)]);
  const outputTexts = outputs.flatMap((value) => [...textsOf(value)]);
  const quoted = quotedTexts(spec);
  const delimiters = distinct(
    [...quoted.map((one) => text(one, 1)), ...rankedDelimiters(inputTexts, 9), ...sharedWords(inputTexts, 5)],
    14,
  );
  const joiners = distinct(
    [text("", 0), text(" ", 1), ...rankedDelimiters(outputTexts, 5), ...quoted.map((one) => text(one, 2))],
    8,
  );
  const lengths = new Set(outputTexts.map((one) => one.length));
  const widths = distinct(
    [
      ...(lengths.size === 1 ? [number([...lengths][0]!, 0)] : []),
      ...numbersIn(spec)
        .filter((n) => Number.isInteger(n) && n > 1 && n < 80)
        .map((n) => number(n, 0)),
      ...[2, 3, 4, 5, 6, 8, 10].map((n) => number(n, n <= 4 ? 1 : 2)),
    ],
    9,
  );
  const marks = [...new Set(outputTexts.flatMap((one) => [...one].filter((c) => /[^A-Za-z0-9\s]/.test(c))))];
  const specCounts = numbersIn(spec)
    .filter((n) => Number.isInteger(n) && n > 0 && n < 60)
    .map((n) => number(n, 0));
  return {
    delimiter: delimiters,
    joiner: joiners,
    needle: distinct([...quoted.map((one) => text(one, 0)), ...delimiters], 12),
    index: INDICES,
    count: distinct([...specCounts, ...COUNTS]),
    offset: OFFSETS,
    pattern: FIND,
    class: CLASSES,
    unwanted: UNWANTED,
    gap: GAPS,
    bracket: BRACKETS.filter(({ constant: { value } }) => {
      const expression = new RegExp(String(value));
      return inputTexts.some((one) => expression.test(one));
    }),
    mask: distinct([text("*", 0), ...marks.map((mark) => text(mark, 1)), text("X", 3), text("#", 2)], 5),
    filler: distinct([text("*", 0), ...marks.map((mark) => text(mark, 1)), text("0", 3)], 5),
    pad: distinct([text("0", 0), text(" ", 2), ...marks.slice(0, 3).map((mark) => text(mark, 2))], 5),
    width: widths,
    decimals: [number(2, 0), number(1, 1), number(0, 2), number(3, 3)],
    base: [number(2, 0), number(16, 1), number(8, 4)],
  };
}

/** Constants that stand as expressions of their own: small numbers, and what spec and examples name. */
export function leafConstants({ inputs, outputs, spec }: Shown): Choice[] {
  const shown = new Map<number, number>();
  for (const value of outputs)
    for (const n of new Set(numbersOf(value))) shown.set(n, (shown.get(n) ?? 0) + 1);
  const frequent = [...shown].filter(([n, times]) => times >= 2 && Math.abs(n) > 2).map(([n]) => n);
  const hasNumbers = inputs.some((value) => !numbersOf(value).next().done);
  return distinct(
    [
      number(1, 3),
      number(2, 3),
      number(0, 3),
      number(3, 5),
      number(10, 5),
      number(-1, 6),
      number(100, 6),
      ...(hasNumbers ? [number(5, 7), number(7, 8)] : []),
      ...numbersIn(spec).map((n) => number(n, 2)),
      ...frequent.slice(0, 3).map((n) => number(n, 5)),
      ...quotedTexts(spec).map((one) => text(one, 4)),
      text("", 6),
    ],
    16,
  );
}
