/**
 * Operators that take a lambda over a list's elements, and the lists of pairs they can also run over (neighbours, two
 * lists side by side, elements with their positions). `run` is given the lambda's results, one for each element.
 */
import { keyOf } from "../../values/value.ts";
import { type Operator, operator as op } from "../operator.ts";

type List = readonly unknown[];
type Flags = readonly boolean[];
type Numbers = readonly number[];

const order = (keys: List): number[] =>
  keys
    .map((_, i) => i)
    .sort((a, b) => {
      const [x, y] = [keys[a] as number, keys[b] as number];
      return x < y ? -1 : x > y ? 1 : a - b;
    });

export const PAIRS: readonly Operator[] = [
  op(
    "zip",
    "list<T>, list<U> -> list<pair<T,U>>",
    4,
    (a: List, b: List) => a.slice(0, b.length).map((x, i) => [x, b[i]]),
    "zip({0}, {1})",
    "zip({0}, {1})",
    { words: "pairs corresponding elements two lists pairwise", helpers: ["zip"] },
  ),
  op(
    "neighbours",
    "list<T> -> list<pair<T,T>>",
    5,
    (xs: List) => xs.slice(1).map((x, i) => [xs[i], x]),
    "zip({0}, {0:9}[1:])",
    "zip({0}, {0:9}.slice(1))",
    { words: "adjacent consecutive neighbours pairs", helpers: ["zip"] },
  ),
  op(
    "enumerated",
    "list<T> -> list<pair<num,T>>",
    5,
    (xs: List) => xs.map((x, i) => [i, x]),
    "enumerate({0})",
    "[...{0:9}.entries()]",
    { words: "index position enumerate indices" },
  ),
];

/** Those whose lambda may read two variables as well as one. */
const ANY_ROWS = (source: string, suffix: string): Operator[] => [
  op(
    `map${suffix}`,
    `${source}, {U} -> list<U>`,
    5,
    (_: List, ys: List) => ys,
    "[{1} for {v} in {0}]",
    "{0:9}.map(({v}) => {1})",
    { words: "each every element apply" },
  ),
  op(
    `sum_of${suffix}`,
    `${source}, {num} -> num`,
    6,
    (_: List, ys: Numbers) => ys.reduce((a, b) => a + b, 0),
    "sum({1} for {v} in {0})",
    "sum({0:9}.map(({v}) => {1}))",
    { words: "sum of total", helpers: ["sum"] },
  ),
  op(
    `count_where${suffix}`,
    `${source}, {bool} -> num`,
    6,
    (_: List, ys: Flags) => ys.filter(Boolean).length,
    "sum(1 for {v} in {0} if {1})",
    "{0:9}.filter(({v}) => {1}).length",
    { words: "count how many number of elements that" },
  ),
  op(
    `all_of${suffix}`,
    `${source}, {bool} -> bool`,
    6,
    (_: List, ys: Flags) => ys.every(Boolean),
    "all({1} for {v} in {0})",
    "{0:9}.every(({v}) => {1})",
    { words: "all every" },
  ),
  op(
    `any_of${suffix}`,
    `${source}, {bool} -> bool`,
    6,
    (_: List, ys: Flags) => ys.some(Boolean),
    "any({1} for {v} in {0})",
    "{0:9}.some(({v}) => {1})",
    { words: "any some at least one" },
  ),
  op(
    `largest_of${suffix}`,
    `${source}, {num} -> num`,
    8,
    (_: List, ys: Numbers) => (ys.length === 0 ? undefined : Math.max(...ys)),
    "max({1} for {v} in {0})",
    "Math.max(...{0:9}.map(({v}) => {1}))",
    { words: "maximum of largest" },
  ),
  op(
    `smallest_of${suffix}`,
    `${source}, {num} -> num`,
    9,
    (_: List, ys: Numbers) => (ys.length === 0 ? undefined : Math.min(...ys)),
    "min({1} for {v} in {0})",
    "Math.min(...{0:9}.map(({v}) => {1}))",
    { words: "minimum of smallest" },
  ),
];

const ONE = "list<T>";

export const TRAVERSALS: readonly Operator[] = [
  ...ANY_ROWS(ONE, ""),
  op(
    "filter",
    "list<T>, {bool} -> list<T>",
    5,
    (xs: List, ys: Flags) => xs.filter((_, i) => ys[i]),
    "[{v} for {v} in {0} if {1}]",
    "{0:9}.filter(({v}) => {1})",
    { words: "filter only keep where that are remove" },
  ),
  op(
    "first_where",
    "list<T>, {bool} -> T",
    8,
    (xs: List, ys: Flags) => xs[ys.indexOf(true)],
    "next({v} for {v} in {0} if {1})",
    "{0:9}.find(({v}) => {1})!",
    { words: "first that which" },
  ),
  op(
    "index_where",
    "list<T>, {bool} -> num",
    9,
    (_: List, ys: Flags) => (ys.includes(true) ? ys.indexOf(true) : undefined),
    "next(i for i, {v} in enumerate({0}) if {1})",
    "{0:9}.findIndex(({v}) => {1})",
    { words: "index of first that" },
  ),
  op(
    "sort_by",
    "list<T>, {num} -> list<T>",
    6,
    (xs: List, ys: List) => order(ys).map((i) => xs[i]),
    "sorted({0}, key=lambda {v}: {1})",
    "sortBy({0}, ({v}) => {1})",
    { words: "sort by key order according length last", helpers: ["sort_by"] },
  ),
  op(
    "sort_by_text",
    "list<T>, {str} -> list<T>",
    8,
    (xs: List, ys: List) => order(ys).map((i) => xs[i]),
    "sorted({0}, key=lambda {v}: {1})",
    "sortBy({0}, ({v}) => {1})",
    { words: "sort by key alphabetical case-insensitive", helpers: ["sort_by"] },
  ),
  op(
    "largest_by",
    "list<T>, {num} -> T",
    8,
    (xs: List, ys: Numbers) => (xs.length === 0 ? undefined : xs[ys.indexOf(Math.max(...ys))]),
    "max({0}, key=lambda {v}: {1})",
    "maxBy({0}, ({v}) => {1})",
    { words: "element with the most largest longest highest", helpers: ["max_by"] },
  ),
  op(
    "smallest_by",
    "list<T>, {num} -> T",
    9,
    (xs: List, ys: Numbers) => (xs.length === 0 ? undefined : xs[ys.indexOf(Math.min(...ys))]),
    "min({0}, key=lambda {v}: {1})",
    "maxBy({0}, ({v}) => -({1}))",
    { words: "element with the least smallest closest shortest", helpers: ["max_by"] },
  ),
  op(
    "take_while",
    "list<T>, {bool} -> list<T>",
    9,
    (xs: List, ys: Flags) => (ys.includes(false) ? xs.slice(0, ys.indexOf(false)) : xs),
    "list(itertools.takewhile(lambda {v}: {1}, {0}))",
    "takeWhile({0}, ({v}) => {1})",
    { words: "take while until leading prefix before first", helpers: ["take_while"] },
  ),
  op(
    "drop_while",
    "list<T>, {bool} -> list<T>",
    10,
    (xs: List, ys: Flags) => (ys.includes(false) ? xs.slice(ys.indexOf(false)) : []),
    "list(itertools.dropwhile(lambda {v}: {1}, {0}))",
    "dropWhile({0}, ({v}) => {1})",
    { words: "drop while skip leading after", helpers: ["drop_while"] },
  ),
  op(
    "unique_by",
    "list<T>, {num} -> list<T>",
    11,
    (xs: List, ys: List) => {
      const seen = new Set<string>();
      return xs.filter((_, i) => {
        const key = keyOf(ys[i]);
        return seen.has(key) ? false : seen.add(key);
      });
    },
    "list({{1}: {v} for {v} in reversed({0})}.values())[::-1]",
    "uniqueBy({0}, ({v}) => {1})",
    { words: "unique by key", helpers: ["unique_by"] },
  ),
  op(
    "partition",
    "list<T>, {bool} -> list<list<T>>",
    9,
    (xs: List, ys: Flags) => [xs.filter((_, i) => ys[i]), xs.filter((_, i) => !ys[i])],
    "[[{v} for {v} in {0} if {1}], [{v} for {v} in {0} if not ({1})]]",
    "[{0:9}.filter(({v}) => {1}), {0:9}.filter(({v}) => !({1}))]",
    { words: "partition separate split into two groups" },
  ),
  op(
    "flat_map",
    "list<T>, {list<U>} -> list<U>",
    8,
    (_: List, ys: readonly List[]) => ys.flat(),
    "[item for {v} in {0} for item in {1}]",
    "{0:9}.flatMap(({v}) => {1})",
    { words: "flatten each" },
  ),
  op(
    "product_of",
    "list<T>, {num} -> num",
    10,
    (_: List, ys: Numbers) => ys.reduce((a, b) => a * b, 1),
    "math.prod({1} for {v} in {0})",
    "{0:9}.reduce((product, {v}) => product * ({1}), 1)",
    { words: "product of" },
  ),
  op(
    "group_by",
    "list<T>, {str} -> record",
    8,
    (xs: List, keys: readonly string[]) => {
      const groups: Record<string, unknown[]> = {};
      xs.forEach((x, i) => {
        const key = keys[i]!;
        if (!Object.hasOwn(groups, key)) groups[key] = [];
        groups[key]!.push(x);
      });
      return groups;
    },
    "group_by({0}, lambda {v}: {1})",
    "groupBy({0}, ({v}) => {1})",
    { words: "group by dictionary key", helpers: ["group_by"] },
  ),
  op(
    "dictionary",
    "list<T>, {num} -> record",
    9,
    (xs: List, ys: List) =>
      xs.every((x) => typeof x === "string") ? Object.fromEntries(xs.map((x, i) => [x, ys[i]])) : undefined,
    "{{v}: {1} for {v} in {0}}",
    "Object.fromEntries({0:9}.map(({v}) => [{v}, {1}]))",
    { words: "dictionary mapping each to" },
  ),
  ...ANY_ROWS("list<pair<T,U>>", "_pairs").map((operator) =>
    // The lambda's own type variable must differ from those of the pair.
    operator.name === "map_pairs"
      ? op(
          "map_pairs",
          "list<pair<T,U>>, {V} -> list<V>",
          5,
          operator.run,
          operator.python,
          operator.typescript,
          { words: operator.words },
        )
      : operator,
  ),
  op(
    "second_where",
    "list<pair<T,U>>, {bool} -> list<U>",
    7,
    (xs: readonly List[], ys: Flags) => xs.filter((_, i) => ys[i]).map((pair) => pair[1]),
    "[{v1} for {v} in {0} if {1}]",
    "{0:9}.filter(({v}) => {1}).map(([, item]) => item)",
    { words: "elements at even odd index positions where" },
  ),
  op(
    "first_of_pair_where",
    "list<pair<T,U>>, {bool} -> list<T>",
    8,
    (xs: readonly List[], ys: Flags) => xs.filter((_, i) => ys[i]).map((pair) => pair[0]),
    "[{v0} for {v} in {0} if {1}]",
    "{0:9}.filter(({v}) => {1}).map(([item]) => item)",
    { words: "indices positions where all" },
  ),
];
