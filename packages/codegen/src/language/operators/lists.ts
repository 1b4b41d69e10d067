/** Operators on whole lists. `T` is any type. Those that take a lambda are in `traversals.ts`. */
import { keyOf } from "../../values/value.ts";
import { type Operator, operator as op, PRECEDENCE } from "../operator.ts";

type List = readonly unknown[];
type Numbers = readonly number[];
type Texts = readonly string[];

const { add, compare } = PRECEDENCE;
const natural = (n: number): boolean => Number.isInteger(n) && n >= 0;
const compareValues = (a: unknown, b: unknown): number => {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
      const order = compareValues(a[at], b[at]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
};
const sorted = (xs: List): unknown[] => [...xs].sort(compareValues);

function unique(xs: List): unknown[] {
  const seen = new Set<string>();
  return xs.filter((x) => {
    const key = keyOf(x);
    return seen.has(key) ? false : seen.add(key);
  });
}

function scan(xs: Numbers, step: (a: number, b: number) => number): number[] {
  const out: number[] = [];
  for (const x of xs) out.push(out.length === 0 ? x : step(out[out.length - 1]!, x));
  return out;
}

const nonempty = <T>(xs: readonly T[], value: () => unknown): unknown =>
  xs.length === 0 ? undefined : value();
const has = (xs: List): ((x: unknown) => boolean) => {
  const keys = new Set(xs.map(keyOf));
  return (x) => keys.has(keyOf(x));
};

function mostCommon(xs: List): unknown {
  const counts = new Map<string, number>();
  for (const x of xs) counts.set(keyOf(x), (counts.get(keyOf(x)) ?? 0) + 1);
  let best: unknown;
  let most = 0;
  for (const x of xs) {
    const count = counts.get(keyOf(x))!;
    if (count > most) [best, most] = [x, count];
  }
  return best;
}

function runs(xs: List): unknown[][] {
  const groups: unknown[][] = [];
  for (const x of xs) {
    const last = groups.at(-1);
    if (last && keyOf(last[0]) === keyOf(x)) last.push(x);
    else groups.push([x]);
  }
  return groups;
}

const range = (from: number, to: number): number[] | undefined =>
  Number.isInteger(from) && Number.isInteger(to) && to - from <= 1_000
    ? Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
    : undefined;

const chunks = (xs: List, n: number): unknown[][] | undefined =>
  natural(n) && n > 0
    ? Array.from({ length: Math.ceil(xs.length / n) }, (_, i) => xs.slice(i * n, i * n + n))
    : undefined;

export const LISTS: readonly Operator[] = [
  op("sum", "list<num> -> num", 3, (xs: Numbers) => xs.reduce((a, b) => a + b, 0), "sum({0})", "sum({0})", {
    words: "sum total add up",
    helpers: ["sum"],
  }),
  op(
    "product",
    "list<num> -> num",
    6,
    (xs: Numbers) => xs.reduce((a, b) => a * b, 1),
    "math.prod({0})",
    "{0:9}.reduce((product, x) => product * x, 1)",
    { words: "product multiply all" },
  ),
  op(
    "mean",
    "list<num> -> num",
    6,
    (xs: Numbers) => nonempty(xs, () => xs.reduce((a, b) => a + b, 0) / xs.length),
    "sum({0}) / len({0})",
    "sum({0}) / {0:9}.length",
    { precedence: PRECEDENCE.multiply, words: "average mean", helpers: ["sum"] },
  ),
  op(
    "median",
    "list<num> -> num",
    7,
    (xs: Numbers) =>
      nonempty(xs, () => {
        const s = [...xs].sort((a, b) => a - b);
        return (s[(s.length - 1) >> 1]! + s[s.length >> 1]!) / 2;
      }),
    "statistics.median({0})",
    "median({0})",
    { words: "median middle value", helpers: ["median"] },
  ),
  op("smallest", "list<T> -> T", 4, (xs: List) => sorted(xs)[0], "min({0})", "minimum({0})", {
    words: "minimum smallest lowest least earliest",
    helpers: ["minimum"],
  }),
  op("largest", "list<T> -> T", 4, (xs: List) => sorted(xs).at(-1), "max({0})", "maximum({0})", {
    words: "maximum largest highest biggest greatest",
    helpers: ["maximum"],
  }),
  op("count", "list<T> -> num", 4, (xs: List) => xs.length, "len({0})", "{0:9}.length", {
    words: "length number of elements count size how many",
  }),
  op("item", "list<T>, #index -> T", 4, (xs: List, i: number) => xs.at(i), "{0:9}[{1}]", "{0:9}.at({1})!", {
    words: "first last second element item",
  }),
  op(
    "item_at",
    "list<T>, num -> T",
    5,
    (xs: List, i: number) => (Number.isInteger(i) && i >= -xs.length ? xs.at(i) : undefined),
    "{0:9}[{1}]",
    "{0:9}.at({1})!",
    { words: "element at index nth position kth" },
  ),
  op(
    "reverse",
    "list<T> -> list<T>",
    4,
    (xs: List) => [...xs].reverse(),
    "{0:9}[::-1]",
    "{0:9}.toReversed()",
    { words: "reverse backwards order" },
  ),
  op("sort", "list<T> -> list<T>", 4, sorted, "sorted({0})", "sorted({0})", {
    words: "sort ascending order increasing alphabetical",
    helpers: ["sorted"],
  }),
  op(
    "sort_descending",
    "list<T> -> list<T>",
    6,
    (xs: List) => sorted(xs).reverse(),
    "sorted({0}, reverse=True)",
    "sorted({0}).toReversed()",
    { words: "sort descending decreasing largest first", helpers: ["sorted"] },
  ),
  op("unique", "list<T> -> list<T>", 4, unique, "unique({0})", "unique({0})", {
    words: "unique distinct remove duplicates dedupe once",
    helpers: ["unique"],
  }),
  op(
    "runs",
    "list<T> -> list<list<T>>",
    9,
    runs,
    "[list(group) for _, group in itertools.groupby({0})]",
    "runs({0})",
    { words: "group consecutive equal runs pack", helpers: ["runs"] },
  ),
  op(
    "dedupe_runs",
    "list<T> -> list<T>",
    8,
    (xs: List) => runs(xs).map((run) => run[0]),
    "[key for key, _ in itertools.groupby({0})]",
    "runs({0}).map((run) => run[0]!)",
    { words: "remove consecutive duplicates adjacent", helpers: ["runs"] },
  ),
  op(
    "take",
    "list<T>, num -> list<T>",
    5,
    (xs: List, n: number) => (natural(n) ? xs.slice(0, n) : undefined),
    "{0:9}[:{1}]",
    "{0:9}.slice(0, {1})",
    { words: "first n take top smallest largest k" },
  ),
  op(
    "drop",
    "list<T>, num -> list<T>",
    5,
    (xs: List, n: number) => (natural(n) ? xs.slice(n) : undefined),
    "{0:9}[{1}:]",
    "{0:9}.slice({1})",
    { words: "skip drop first rest tail without rotate" },
  ),
  op(
    "take_last",
    "list<T>, num -> list<T>",
    7,
    (xs: List, n: number) => (natural(n) ? xs.slice(Math.max(0, xs.length - n)) : undefined),
    "{0:9}[max(0, len({0}) - {1:7}):]",
    "{0:9}.slice(Math.max(0, {0:9}.length - {1:7}))",
    { words: "last n elements" },
  ),
  op(
    "drop_last",
    "list<T>, num -> list<T>",
    7,
    (xs: List, n: number) => (natural(n) ? xs.slice(0, Math.max(0, xs.length - n)) : undefined),
    "{0:9}[:max(0, len({0}) - {1:7})]",
    "{0:9}.slice(0, Math.max(0, {0:9}.length - {1:7}))",
    { words: "without last n elements except" },
  ),
  op(
    "every_nth",
    "list<T>, num -> list<T>",
    7,
    (xs: List, n: number) => (natural(n) && n > 0 ? xs.filter((_, i) => i % n === 0) : undefined),
    "{0:9}[::{1}]",
    "{0:9}.filter((_, i) => i % {1:8} === 0)",
    { words: "every nth other second even positions indices step" },
  ),
  op(
    "concatenate",
    "list<T>, list<T> -> list<T>",
    6,
    (a: List, b: List) => [...a, ...b],
    "{0:6} + {1:7}",
    "[...{0}, ...{1}]",
    { precedence: add, typescriptPrecedence: 9, words: "concatenate append join merge combine" },
  ),
  op(
    "append",
    "list<T>, T -> list<T>",
    7,
    (a: List, x: unknown) => [...a, x],
    "[*{0}, {1}]",
    "[...{0}, {1}]",
    { words: "append add at end" },
  ),
  op(
    "prepend",
    "T, list<T> -> list<T>",
    7,
    (x: unknown, a: List) => [x, ...a],
    "[{0}, *{1}]",
    "[{0}, ...{1}]",
    { words: "prepend insert front" },
  ),
  op("singleton", "T -> list<T>", 9, (x: unknown) => [x], "[{0}]", "[{0}]", { words: "list of one" }),
  op("two", "T, T -> list<T>", 7, (x: unknown, y: unknown) => [x, y], "[{0}, {1}]", "[{0}, {1}]", {
    words: "pair both minimum maximum",
  }),
  op(
    "contains_item",
    "list<T>, T -> bool",
    5,
    (xs: List, x: unknown) => has(xs)(x),
    "{1:6} in {0:6}",
    "{0:9}.includes({1})",
    { precedence: compare, typescriptPrecedence: 9, words: "contains member in includes" },
  ),
  op(
    "index_of",
    "list<T>, T -> num",
    6,
    (xs: List, x: unknown) => {
      const at = xs.findIndex((y) => keyOf(y) === keyOf(x));
      return at === -1 ? undefined : at;
    },
    "{0:9}.index({1})",
    "{0:9}.indexOf({1})",
    { words: "index position of element argmax" },
  ),
  op(
    "index_or_minus_one",
    "list<T>, T -> num",
    8,
    (xs: List, x: unknown) => xs.findIndex((y) => keyOf(y) === keyOf(x)),
    "{0:9}.index({1}) if {1:6} in {0:6} else -1",
    "{0:9}.indexOf({1})",
    {
      precedence: PRECEDENCE.conditional,
      typescriptPrecedence: 9,
      words: "index position or -1 not found linear search",
    },
  ),
  op(
    "occurrences",
    "list<T>, T -> num",
    6,
    (xs: List, x: unknown) => xs.filter((y) => keyOf(y) === keyOf(x)).length,
    "{0:9}.count({1})",
    "{0:9}.filter((item) => item === {1:6}).length",
    { words: "count occurrences how many times frequency" },
  ),
  op(
    "remove_item",
    "list<T>, T -> list<T>",
    7,
    (xs: List, x: unknown) => xs.filter((y) => keyOf(y) !== keyOf(x)),
    "[item for item in {0} if item != {1:6}]",
    "{0:9}.filter((item) => item !== {1:6})",
    { words: "remove delete all occurrences without" },
  ),
  op(
    "intersection",
    "list<T>, list<T> -> list<T>",
    7,
    (a: List, b: List) => a.filter(has(b)),
    "[item for item in {0} if item in {1}]",
    "{0:9}.filter((item) => {1:9}.includes(item))",
    { words: "intersection common both shared" },
  ),
  op(
    "difference",
    "list<T>, list<T> -> list<T>",
    7,
    (a: List, b: List) => {
      const inB = has(b);
      return a.filter((x) => !inB(x));
    },
    "[item for item in {0} if item not in {1}]",
    "{0:9}.filter((item) => !{1:9}.includes(item))",
    { words: "difference not in missing only first" },
  ),
  op(
    "same_lists",
    "list<T>, list<T> -> bool",
    6,
    (a: List, b: List) => keyOf(a) === keyOf(b),
    "{0:6} == {1:6}",
    "sameList({0}, {1})",
    {
      precedence: compare,
      typescriptPrecedence: 9,
      words: "equal same palindrome sorted anagram",
      helpers: ["same_list"],
    },
  ),
  op(
    "running_sum",
    "list<num> -> list<num>",
    6,
    (xs: Numbers) => scan(xs, (a, b) => a + b),
    "list(itertools.accumulate({0}))",
    "accumulate({0}, (a, b) => a + b)",
    { words: "running total cumulative sum prefix sums", helpers: ["accumulate"] },
  ),
  op(
    "running_maximum",
    "list<num> -> list<num>",
    8,
    (xs: Numbers) => scan(xs, Math.max),
    "list(itertools.accumulate({0}, max))",
    "accumulate({0}, (a, b) => Math.max(a, b))",
    { words: "running maximum cumulative max prefix", helpers: ["accumulate"] },
  ),
  op(
    "running_minimum",
    "list<num> -> list<num>",
    9,
    (xs: Numbers) => scan(xs, Math.min),
    "list(itertools.accumulate({0}, min))",
    "accumulate({0}, (a, b) => Math.min(a, b))",
    { words: "running minimum cumulative min prefix", helpers: ["accumulate"] },
  ),
  op(
    "running_product",
    "list<num> -> list<num>",
    9,
    (xs: Numbers) => scan(xs, (a, b) => a * b),
    "list(itertools.accumulate({0}, lambda a, b: a * b))",
    "accumulate({0}, (a, b) => a * b)",
    { words: "running product cumulative", helpers: ["accumulate"] },
  ),
  op(
    "differences",
    "list<num> -> list<num>",
    7,
    (xs: Numbers) => xs.slice(1).map((x, i) => x - xs[i]!),
    "[b - a for a, b in zip({0}, {0:9}[1:])]",
    "{0:9}.slice(1).map((x, i) => x - {0:9}[i]!)",
    { words: "differences consecutive adjacent deltas gaps" },
  ),
  op(
    "flatten",
    "list<list<T>> -> list<T>",
    5,
    (xs: readonly List[]) => xs.flat(),
    "[item for row in {0} for item in row]",
    "{0:9}.flat()",
    { words: "flatten nested one level" },
  ),
  op(
    "transpose",
    "list<list<T>> -> list<list<T>>",
    7,
    (xs: readonly List[]) =>
      xs.length === 0
        ? []
        : xs.every((row) => row.length === xs[0]!.length)
          ? xs[0]!.map((_, i) => xs.map((row) => row[i]))
          : undefined,
    "[list(column) for column in zip(*{0})]",
    "transpose({0})",
    { words: "transpose matrix columns rows", helpers: ["transpose"] },
  ),
  op(
    "chunks",
    "list<T>, num -> list<list<T>>",
    7,
    chunks,
    "[{0:9}[i:i + {1:7}] for i in range(0, len({0}), {1})]",
    "chunks({0}, {1})",
    { words: "chunk split groups of size n batches", helpers: ["chunks"] },
  ),
  op(
    "windows",
    "list<T>, num -> list<list<T>>",
    8,
    (xs: List, n: number) =>
      natural(n) && n > 0
        ? Array.from({ length: Math.max(0, xs.length - n + 1) }, (_, i) => xs.slice(i, i + n))
        : undefined,
    "[{0:9}[i:i + {1:7}] for i in range(len({0}) - {1:7} + 1)]",
    "windows({0}, {1})",
    { words: "sliding window consecutive moving average", helpers: ["windows"] },
  ),
  op(
    "rotate_left",
    "list<T>, num -> list<T>",
    7,
    (xs: List, n: number) => {
      if (!Number.isInteger(n)) return undefined;
      if (xs.length === 0) return [];
      const k = ((n % xs.length) + xs.length) % xs.length;
      return [...xs.slice(k), ...xs.slice(0, k)];
    },
    "rotate_left({0}, {1})",
    "rotateLeft({0}, {1})",
    { words: "rotate left shift cyclic", helpers: ["rotate_left"] },
  ),
  op(
    "rotate_right",
    "list<T>, num -> list<T>",
    8,
    (xs: List, n: number) => {
      if (!Number.isInteger(n)) return undefined;
      if (xs.length === 0) return [];
      const k = ((-n % xs.length) + xs.length) % xs.length;
      return [...xs.slice(k), ...xs.slice(0, k)];
    },
    "rotate_left({0}, -{1:8})",
    "rotateLeft({0}, -{1:8})",
    { words: "rotate right shift cyclic", helpers: ["rotate_left"] },
  ),
  op(
    "interleave",
    "list<T>, list<T> -> list<T>",
    8,
    (a: List, b: List) => a.flatMap((x, i) => (i < b.length ? [x, b[i]] : [])),
    "[item for pair in zip({0}, {1}) for item in pair]",
    "zip({0}, {1}).flat()",
    { words: "interleave alternate merge two lists", helpers: ["zip"] },
  ),
  op(
    "most_common",
    "list<T> -> T",
    7,
    mostCommon,
    "collections.Counter({0}).most_common(1)[0][0]",
    "mostCommon({0})",
    { words: "most common frequent mode majority", helpers: ["most_common"] },
  ),
  op("range_to", "num -> list<num>", 6, (n: number) => range(0, n), "list(range({0}))", "range(0, {0})", {
    words: "range from 0 numbers below",
    helpers: ["range"],
  }),
  op(
    "range_from_one",
    "num -> list<num>",
    6,
    (n: number) => range(1, n + 1),
    "list(range(1, {0:6} + 1))",
    "range(1, {0:6} + 1)",
    { words: "range 1 to n numbers up to first", helpers: ["range"] },
  ),
  op(
    "range_between",
    "num, num -> list<num>",
    8,
    (a: number, b: number) => range(a, b + 1),
    "list(range({0}, {1:6} + 1))",
    "range({0}, {1:6} + 1)",
    { words: "range from a to b inclusive between", helpers: ["range"] },
  ),
  op(
    "pairwise_products_sum",
    "list<num>, list<num> -> num",
    8,
    (a: Numbers, b: Numbers) =>
      a.length === b.length ? a.reduce((sum, x, i) => sum + x * b[i]!, 0) : undefined,
    "sum(x * y for x, y in zip({0}, {1}))",
    "sum({0:9}.map((x, i) => x * {1:9}[i]!))",
    { words: "dot product scalar weighted sum", helpers: ["sum"] },
  ),
  op(
    "increasing",
    "list<T> -> bool",
    7,
    (xs: List) => xs.every((x, i) => i === 0 || compareValues(xs[i - 1], x) <= 0),
    "all(a <= b for a, b in zip({0}, {0:9}[1:]))",
    "{0:9}.every((x, i) => i === 0 || {0:9}[i - 1]! <= x)",
    { words: "is sorted ascending increasing order" },
  ),
  op(
    "strictly_increasing",
    "list<T> -> bool",
    9,
    (xs: List) => xs.every((x, i) => i === 0 || compareValues(xs[i - 1], x) < 0),
    "all(a < b for a, b in zip({0}, {0:9}[1:]))",
    "{0:9}.every((x, i) => i === 0 || {0:9}[i - 1]! < x)",
    { words: "strictly increasing" },
  ),
  op(
    "has_duplicates",
    "list<T> -> bool",
    8,
    (xs: List) => unique(xs).length !== xs.length,
    "len(unique({0})) != len({0})",
    "unique({0}).length !== {0:9}.length",
    { precedence: compare, words: "duplicates repeated any twice all unique distinct", helpers: ["unique"] },
  ),
  op(
    "palindrome",
    "list<T> -> bool",
    8,
    (xs: List) => keyOf(xs) === keyOf([...xs].reverse()),
    "{0:6} == {0:9}[::-1]",
    "sameList({0}, {0:9}.toReversed())",
    { precedence: compare, typescriptPrecedence: 9, words: "palindrome symmetric", helpers: ["same_list"] },
  ),
  op(
    "duplicated",
    "list<T> -> list<T>",
    9,
    (xs: List) => unique(xs.filter((x) => xs.filter((y) => keyOf(y) === keyOf(x)).length > 1)),
    "unique([item for item in {0} if {0:9}.count(item) > 1])",
    "unique({0:9}.filter((item) => {0:9}.filter((other) => other === item).length > 1))",
    { words: "duplicates repeated elements appear more than once", helpers: ["unique"] },
  ),
  op(
    "all_true",
    "list<bool> -> bool",
    5,
    (xs: readonly boolean[]) => xs.every(Boolean),
    "all({0})",
    "{0:9}.every((flag) => flag)",
    { words: "all every" },
  ),
  op(
    "any_true",
    "list<bool> -> bool",
    5,
    (xs: readonly boolean[]) => xs.some(Boolean),
    "any({0})",
    "{0:9}.some((flag) => flag)",
    { words: "any some exists" },
  ),
  op(
    "counts",
    "list<str> -> record",
    6,
    (xs: Texts) => {
      const counts: Record<string, number> = {};
      for (const x of xs) counts[x] = (Object.hasOwn(counts, x) ? counts[x]! : 0) + 1;
      return counts;
    },
    "dict(collections.Counter({0}))",
    "countEach({0})",
    { words: "frequency count each histogram occurrences dictionary", helpers: ["count_each"] },
  ),
  op(
    "insertions",
    "list<T>, num, T -> list<T>",
    11,
    (xs: List, n: number, x: unknown) =>
      natural(n) && n <= xs.length ? [...xs.slice(0, n), x, ...xs.slice(n)] : undefined,
    "[*{0:9}[:{1}], {2}, *{0:9}[{1}:]]",
    "[...{0:9}.slice(0, {1}), {2}, ...{0:9}.slice({1})]",
    { words: "insert at index position" },
  ),
  op(
    "without_index",
    "list<T>, num -> list<T>",
    9,
    (xs: List, n: number) => (natural(n) && n < xs.length ? xs.filter((_, i) => i !== n) : undefined),
    "[item for i, item in enumerate({0}) if i != {1:6}]",
    "{0:9}.filter((_, i) => i !== {1:6})",
    { words: "remove element at index" },
  ),
  op(
    "max_subarray",
    "list<num> -> num",
    12,
    (xs: Numbers) =>
      nonempty(xs, () => {
        let [best, here] = [xs[0]!, 0];
        for (const x of xs) {
          here = Math.max(x, here + x);
          best = Math.max(best, here);
        }
        return best;
      }),
    "max_subarray({0})",
    "maxSubarray({0})",
    { words: "maximum subarray contiguous sum kadane", helpers: ["max_subarray"] },
  ),
  op(
    "number_from_digits",
    "list<num> -> num",
    8,
    (xs: Numbers) =>
      xs.length > 0 && xs.length < 16 && xs.every((x) => natural(x) && x < 10)
        ? Number(xs.join(""))
        : undefined,
    'int("".join(str(digit) for digit in {0}))',
    'Number({0:9}.join(""))',
    { words: "digits to number concatenate" },
  ),
  op(
    "variance",
    "list<num> -> num",
    10,
    (xs: Numbers) =>
      nonempty(xs, () => {
        const m = xs.reduce((a, b) => a + b, 0) / xs.length;
        return xs.reduce((a, b) => a + (b - m) ** 2, 0) / xs.length;
      }),
    "statistics.pvariance({0})",
    "variance({0})",
    { words: "variance standard deviation", helpers: ["variance", "sum"] },
  ),
];

export const TEXT_LISTS: readonly Operator[] = [
  op(
    "words",
    "str -> list<str>",
    3,
    (s: string) => s.split(/\s+/).filter(Boolean),
    "{0:9}.split()",
    "{0:9}.split(/\\s+/).filter(Boolean)",
    { words: "words split tokens sentence" },
  ),
  op("characters", "str -> list<str>", 4, (s: string) => [...s], "list({0})", "[...{0}]", {
    words: "characters letters each",
  }),
  op(
    "split",
    "str, #delimiter -> list<str>",
    4,
    (s: string, d: string) => (s.includes(d) ? s.split(d) : [s]),
    "{0:9}.split({1})",
    "{0:9}.split({1})",
    { words: "split separated list comma csv items parts" },
  ),
  op(
    "split_by",
    "str, str -> list<str>",
    8,
    (s: string, d: string) => (d === "" ? undefined : s.split(d)),
    "{0:9}.split({1})",
    "{0:9}.split({1})",
    { words: "split by separator" },
  ),
  op(
    "find_all",
    "str, #pattern -> list<str>",
    5,
    (s: string, p: string) => s.match(new RegExp(p, "g")) ?? [],
    "re.findall({1}, {0})",
    "({0:9}.match({1}) ?? [])",
    { words: "find all numbers extract every match" },
  ),
  op(
    "lines",
    "str -> list<str>",
    8,
    (s: string) => s.split("\n"),
    "{0:9}.splitlines()",
    '{0:9}.split("\\n")',
    { words: "lines" },
  ),
  op(
    "join",
    "list<str>, #joiner -> str",
    4,
    (xs: Texts, d: string) => xs.join(d),
    "{1:9}.join({0})",
    "{0:9}.join({1})",
    { words: "join concatenate combine separated" },
  ),
  op(
    "join_with",
    "list<str>, str -> str",
    6,
    (xs: Texts, d: string) => xs.join(d),
    "{1:9}.join({0})",
    "{0:9}.join({1})",
    { words: "join with separator" },
  ),
  op(
    "join_numbers",
    "list<num>, #joiner -> str",
    6,
    (xs: Numbers, d: string) => (xs.every(Number.isInteger) ? xs.join(d) : undefined),
    "{1:9}.join(str(x) for x in {0})",
    "{0:9}.join({1})",
    { words: "join numbers string separated" },
  ),
  op(
    "longest",
    "list<str> -> str",
    6,
    (xs: Texts) => nonempty(xs, () => xs.reduce((a, b) => (b.length > a.length ? b : a))),
    "max({0}, key=len)",
    "{0:9}.reduce((a, b) => (b.length > a.length ? b : a))",
    { words: "longest word string" },
  ),
  op(
    "shortest",
    "list<str> -> str",
    7,
    (xs: Texts) => nonempty(xs, () => xs.reduce((a, b) => (b.length < a.length ? b : a))),
    "min({0}, key=len)",
    "{0:9}.reduce((a, b) => (b.length < a.length ? b : a))",
    { words: "shortest word string" },
  ),
  op(
    "sort_by_length",
    "list<str> -> list<str>",
    7,
    (xs: Texts) => [...xs].sort((a, b) => a.length - b.length),
    "sorted({0}, key=len)",
    "{0:9}.toSorted((a, b) => a.length - b.length)",
    { words: "sort by length" },
  ),
  op(
    "to_numbers",
    "list<str> -> list<num>",
    5,
    (xs: Texts) => (xs.every((x) => /^\s*-?\d+\s*$/.test(x)) ? xs.map(Number) : undefined),
    "[int(item) for item in {0}]",
    "{0:9}.map(Number)",
    { words: "parse integers numbers" },
  ),
  op(
    "common_prefix",
    "list<str> -> str",
    10,
    (xs: Texts) => {
      if (xs.length === 0) return "";
      let n = 0;
      while (n < xs[0]!.length && xs.every((x) => x[n] === xs[0]![n])) n++;
      return xs[0]!.slice(0, n);
    },
    "os.path.commonprefix({0})",
    "commonPrefix({0})",
    { words: "longest common prefix", helpers: ["common_prefix"] },
  ),
  op("text_plus", "str, str -> str", 7, (a: string, b: string) => a + b, "{0:6} + {1:7}", "{0:6} + {1:7}", {
    precedence: add,
    words: "concatenate combine append followed",
  }),
];
