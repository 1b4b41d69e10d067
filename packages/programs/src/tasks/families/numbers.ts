/** Finding numbers in text, comparing them and calculating with them. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { inWords } from "../vocabulary/number-words.ts";
import { count, missing, ordinal, separator, verdict } from "../vocabulary/wording.ts";
import { digits, phrase, plain, plainWords, thing } from "../vocabulary/words.ts";

const numbers = (random: Random, least: number, most: number, limit: number) =>
  random.many(random.upTo(least, most), () => random.int(limit));
const parsed = (text: string) => (text.match(/-?\d+/g) ?? []).map(Number);

/** A short text with numbers in it. */
function mentioning(random: Random, values: readonly (number | string)[]): string {
  return `${values.map((value) => `${random.chance(0.7) ? `${plain(random)} ` : ""}${value}`).join(` ${thing(random)} `)}${random.chance(0.5) ? ` ${thing(random)}` : ""}`;
}

export const numberTasks = families("numbers", {
  "find-number": {
    loose: true,
    specs: [
      "[extract|return|find] the number[ in the text|]",
      "which number is mentioned",
      "only the number, nothing else",
      "the number in the sentence",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        input: (q) =>
          none.happens(q)
            ? plainWords(q, 2, 5)
            : `${plainWords(q, 1, 3)} ${digits(q, q.between(1, 5))}${q.chance(0.6) ? ` ${plainWords(q, 1, 3)}` : ""}`,
        output: (s) => /\d+/.exec(s)?.[0] ?? none.value,
      };
    },
  },
  "nth-number": {
    specs: [
      "[return|extract] the {nth} number[ in the text|]",
      "of all numbers mentioned, the {nth}",
      "{nth} number",
    ],
    draw: (r) => {
      const n = r.int(3);
      return {
        say: { nth: ordinal(r, n) },
        input: (q) => mentioning(q, numbers(q, n + 1, n + 2, 1000)),
        output: (s) => String(parsed(s)[n]),
      };
    },
  },
  "last-number": {
    specs: [
      "[return|extract] the last number[ in the text|]",
      "the final number mentioned",
      "which number comes last",
    ],
    input: (r) => mentioning(r, numbers(r, 1, 3, 1000)),
    output: (s) => String(parsed(s).at(-1)),
  },
  "all-numbers": {
    specs: [
      "list all numbers[ in the text|], separated by {name}",
      "[extract|collect] every number; join them with {name}",
      "numbers only, {name} between them",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ",", ";", " | ", "/", "\n"]);
      return {
        say: { name },
        input: (q) => mentioning(q, numbers(q, 1, 3, 1000)),
        output: (s) => parsed(s).join(mark),
      };
    },
  },
  "sum-numbers": {
    specs: [
      "[add|sum] [up |]the numbers",
      "the sum of all numbers[ in the line|]",
      "total of the numbers",
      "add them together",
    ],
    draw: (r) => {
      const glue = r.pick([" ", ", ", " + ", "; "]);
      return {
        input: (q) => numbers(q, 2, 3, 30).join(glue),
        output: (s) => String(parsed(s).reduce((a, b) => a + b)),
      };
    },
  },
  "largest-number": {
    specs: [
      "[return|find] the largest number",
      "maximum of the numbers",
      "which number is greatest",
      "the biggest value in the list",
      "max",
    ],
    draw: (r) => {
      const glue = r.pick([" ", ", ", "; ", "/"]);
      const limit = r.pick([100, 100, 1000]);
      return {
        input: (q) => numbers(q, 2, 4, limit).join(glue),
        output: (s) => String(Math.max(...parsed(s))),
      };
    },
  },
  "smallest-number": {
    specs: [
      "[return|find] the smallest number",
      "minimum of the numbers",
      "which number is least",
      "the lowest value in the list",
      "min",
    ],
    draw: (r) => {
      const glue = r.pick([" ", ", ", "; ", "/"]);
      const limit = r.pick([100, 100, 1000]);
      return {
        input: (q) => numbers(q, 2, 4, limit).join(glue),
        output: (s) => String(Math.min(...parsed(s))),
      };
    },
  },
  "sort-numbers": {
    specs: [
      "sort the numbers [in {order} order|({order})]",
      "numbers in {order} order[, same separator|]",
      "order the numbers: {order}",
    ],
    draw: (r) => {
      const glue = r.pick([" ", ", ", ";"]);
      const up = r.chance(0.6);
      return {
        say: { order: up ? r.pick(["ascending", "increasing"]) : r.pick(["descending", "decreasing"]) },
        input: (q) => q.distinct(q.upTo(2, 4), () => q.int(100)).join(glue),
        output: (s) =>
          parsed(s)
            .sort((a, b) => (up ? a - b : b - a))
            .join(glue),
      };
    },
  },
  "count-numbers": {
    specs: ["how many numbers are in the text", "count the numbers", "number of numbers mentioned"],
    input: (r) => (r.chance(0.2) ? plainWords(r, 2, 4) : mentioning(r, numbers(r, 1, 3, 1000))),
    output: (s) => String(parsed(s).length),
  },
  plus: {
    specs: ["add {n} to the number", "the number plus {n}", "increase the number by {n}", "x -> x + {n}"],
    draw: (r) => {
      const n = r.between(1, 10);
      return {
        say: { n: String(n) },
        input: (q) => String(q.int(q.pick([20, 100, 1000]))),
        output: (s) => String(Number(s) + n),
      };
    },
  },
  "increment-in-text": {
    specs: [
      "increase the number in the text by {n}",
      "add {n} to the number, leave the text around it",
      "the number goes up by {n}; keep the words",
    ],
    draw: (r) => {
      const n = r.pick([1, 1, 2, 10]);
      return {
        say: { n: count(r, n) },
        input: (q) => `${phrase(q)} ${q.between(1, 99)}${q.chance(0.4) ? ` ${plain(q)}` : ""}`,
        output: (s) => s.replace(/\d+/, (m) => String(Number(m) + n)),
      };
    },
  },
  times: {
    specs: ["multiply the number by {n}", "{n} times the number", "x -> {n} x"],
    draw: (r) => {
      const n = r.pick([2, 3, 5, 10, 100]);
      return {
        say: { n: String(n) },
        input: (q) => String(q.between(1, n > 5 ? 400 : 120)),
        output: (s) => String(Number(s) * n),
      };
    },
  },
  parity: {
    specs: [
      "is the number even? {yes} or {no}",
      "{yes} for even numbers, {no} for odd ones",
      "parity: {yes}/{no}[ (even/odd)|]",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["even", "odd"],
        ["even", "odd"],
      ]);
      return {
        say,
        note: "even numbers end in 0, 2, 4, 6 or 8",
        input: (q) => digits(q, q.between(1, 4)),
        output: (s) => of(Number(s) % 2 === 0),
      };
    },
  },
  "above-limit": {
    specs: [
      "is the number {more} {n}? {yes} or {no}",
      "{yes} if the number is {more} {n}, otherwise {no}",
      "compare with {n}: {yes} when {more}, else {no}",
    ],
    draw: (r) => {
      const n = r.pick([5, 10, 18, 20, 50, 100, 500]);
      const above = r.chance(0.6);
      const { say, of } = verdict(r, [
        ["high", "low"],
        ["alarm", "fine"],
      ]);
      return {
        say: {
          ...say,
          n: String(n),
          more: above ? r.pick(["greater than", "above", "over"]) : r.pick(["less than", "below", "under"]),
        },
        input: (q) => {
          const x = q.int(n * 2 + 1);
          return q.chance(0.5) ? String(x) : `${thing(q)} ${x}`;
        },
        output: (s) => of(above ? (parsed(s)[0] as number) > n : (parsed(s)[0] as number) < n),
      };
    },
  },
  band: {
    specs: [
      "{a} below {low}, {b} from {low} to {high}, {c} above {high}",
      "label the number: under {low} is {a}, {low}-{high} is {b}, over {high} is {c}",
      "classify: < {low} {a}; {low} to {high} {b}; > {high} {c}",
    ],
    draw: (r) => {
      const low = r.pick([5, 10, 20, 30]);
      const high = low * r.between(2, 4);
      const [a, b, c] = r.pick([
        ["low", "medium", "high"],
        ["small", "normal", "large"],
        ["cold", "mild", "hot"],
        ["cheap", "fair", "expensive"],
        ["A", "B", "C"],
        ["green", "yellow", "red"],
        ["child", "adult", "senior"],
      ] as const);
      return {
        say: { low: String(low), high: String(high), a, b, c },
        input: (q) => {
          const x = q.int(high * 2);
          return q.chance(0.6) ? String(x) : `${thing(q)}: ${x}`;
        },
        output: (s) => {
          const x = parsed(s)[0] as number;
          return x < low ? a : x <= high ? b : c;
        },
      };
    },
  },
  "expand-range": {
    specs: [
      "[expand|write out] the range: 3-6 -> 3,4,5,6",
      "all whole numbers of the range, separated by {name}",
      "list the numbers from a to b (a-b), joined by {name}",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [",", "commas"],
        [", ", "a comma and a space"],
        [" ", "spaces"],
      ] as const);
      return {
        say: { name },
        note: `separate them with ${name}`,
        input: (q) => {
          const low = q.int(q.pick([10, 50]));
          return `${low}-${low + q.between(1, 4)}`;
        },
        output: (s) => {
          const [low, high] = s.split("-").map(Number) as [number, number];
          return Array.from({ length: high - low + 1 }, (_, i) => low + i).join(mark);
        },
      };
    },
  },
  "range-ends": {
    specs: [
      "[return|give] the {which} end of the range",
      "ranges like 3-8: return the {which} number",
      "{which} value of the span",
    ],
    draw: (r) => {
      const low = r.chance(0.5);
      const glue = r.pick(["-", " - ", " to ", "..", "–"]);
      return {
        say: { which: low ? r.pick(["lower", "first"]) : r.pick(["upper", "second"]) },
        input: (q) => {
          const from = q.int(90);
          return from + glue + (from + q.between(1, 60));
        },
        output: (s) => s.split(glue)[low ? 0 : 1] as string,
      };
    },
  },
  "simple-sum": {
    specs: [
      "[calculate|compute|evaluate] [the expression|it]",
      "what is the result[ of the calculation|]",
      "do the sum",
      "solve",
    ],
    input: (r) => {
      const [a, b] = [r.int(50), r.int(50)];
      return r.chance(0.5) ? `${a} + ${b}` : `${Math.max(a, b)} - ${Math.min(a, b)}`;
    },
    output: (s) => {
      const [a, op, b] = s.split(" ") as [string, string, string];
      return String(op === "+" ? Number(a) + Number(b) : Number(a) - Number(b));
    },
  },
  "word-arithmetic": {
    specs: [
      "solve the sum given in words, answer {form}",
      "three plus four: calculate[ and answer {form}|]; the answer is written {form}",
      "arithmetic in words; result {form}",
    ],
    draw: (r) => {
      const asWords = r.chance(0.4);
      return {
        say: { form: asWords ? "in words" : r.pick(["in figures", "as a number"]) },
        pair: (q) => {
          const [x, y] = [q.int(13), q.int(13)];
          const plus = q.chance(0.5);
          const [a, b] = plus ? [x, y] : [Math.max(x, y), Math.min(x, y)];
          const result = plus ? a + b : a - b;
          return [
            `${q.chance(0.2) ? "what is " : ""}${inWords(a)} ${plus ? "plus" : "minus"} ${inWords(b)}`,
            asWords ? inWords(result) : String(result),
          ];
        },
      };
    },
  },
  "story-sum": {
    specs: [
      "read the little story and give the final number of things",
      "how many are there in the end",
      "solve the word problem, answer with a number",
    ],
    pair: (r) => {
      const [a, b] = [r.between(1, 12), r.between(1, 9)];
      const what = `${thing(r)}s`;
      const who = r.pick(["Ann", "Tom", "Mia", "Leo", "She", "He"]);
      const gain = a <= b || r.chance(0.5);
      const more = r.pick(["buys", "finds", "gets"]);
      const less = r.pick(["loses", "sells", "gives away"]);
      return [
        `${who} has ${a} ${what} and ${gain ? more : less} ${b}${gain ? " more" : ""}.`,
        String(gain ? a + b : a - b),
      ];
    },
  },
  clamp: {
    specs: [
      "limit the number to {low} … {high}",
      "below {low} return {low}, above {high} return {high}, otherwise the number",
      "clamp between {low} and {high}",
    ],
    draw: (r) => {
      const low = r.pick([0, 1, 5, 10]);
      const high = r.pick([20, 50, 100]);
      return {
        say: { low: String(low), high: String(high) },
        input: (q) => String(q.int(high * 2) - (low === 0 ? 20 : 0)),
        output: (s) => String(Math.min(high, Math.max(low, Number(s)))),
      };
    },
  },
});
