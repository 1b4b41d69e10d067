/** Numbers in figures and in words. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { count, missing, ordinal, separator, verdict } from "../vocabulary/wording.ts";
import { digits, phrase, plain, plainWords, thing } from "../vocabulary/words.ts";

const ones =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** English words for 0 … 999. */
export function inWords(n: number): string {
  if (n < 20) return ones[n] as string;
  if (n < 100) return (tens[Math.floor(n / 10) - 2] as string) + (n % 10 ? `-${ones[n % 10]}` : "");
  return `${ones[Math.floor(n / 100)]} hundred${n % 100 ? ` ${inWords(n % 100)}` : ""}`;
}

const numbers = (random: Random, least: number, most: number, limit: number) =>
  random.many(random.upTo(least, most), () => random.int(limit));
const parsed = (text: string) => (text.match(/-?\d+/g) ?? []).map(Number);
const thousands = (text: string, mark: string) => text.replace(/\B(?=(\d{3})+(?!\d))/g, mark);

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
  sign: {
    specs: [
      "answer positive, negative or zero[ for the number|]",
      "the sign of the number[: positive, negative, zero|]",
      "is it positive, negative or zero",
    ],
    input: (r) =>
      r.chance(0.15)
        ? r.pick(["0", "0.0", "-0", "00"])
        : (r.chance(0.5) ? "-" : r.pick(["", "+"])) +
          digits(r, r.between(1, 3)) +
          (r.chance(0.3) ? `.${digits(r, 1)}` : ""),
    output: (s) => (Number(s) > 0 ? "positive" : Number(s) < 0 ? "negative" : "zero"),
  },
  "add-thousands": {
    specs: [
      "write the number with {name} as thousands separator",
      "insert {name} every three digits[ from the right|]",
      "1234567 -> 1{mark}234{mark}567",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [",", "a comma"],
        [".", "a dot"],
        ["'", "an apostrophe"],
        [" ", "a space"],
      ] as const);
      return {
        say: { mark, name },
        input: (q) => digits(q, q.between(2, 7)),
        output: (s) => thousands(s, mark),
      };
    },
  },
  "drop-thousands": {
    specs: [
      "remove the thousands separators ({name})",
      "plain number without {name}",
      "1{mark}234{mark}567 -> 1234567",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [",", "commas"],
        [".", "dots"],
        ["'", "apostrophes"],
        [" ", "spaces"],
      ] as const);
      return {
        say: { mark, name },
        input: (q) => thousands(digits(q, q.between(3, 7)), mark),
        output: (s) => s.replaceAll(mark, ""),
      };
    },
  },
  "decimal-comma": {
    specs: [
      "decimal {from} to decimal {to}",
      "write the decimals with a {to} instead of a {from}",
      "1{a}5 -> 1{b}5",
    ],
    draw: (r) => {
      const comma = r.chance(0.5);
      const [a, b] = comma ? [",", "."] : [".", ","];
      return {
        say: { a, b, from: comma ? "comma" : "point", to: comma ? "point" : "comma" },
        input: (q) =>
          `${q.chance(0.3) ? `${plain(q)} ` : ""}${digits(q, q.between(1, 3))}${a}${digits(q, q.between(1, 2), true)}${q.chance(0.3) ? ` ${plain(q)}` : ""}`,
        output: (s) => s.replace(a, b),
      };
    },
  },
  "european-number": {
    specs: [
      "convert 1.234,56 to 1234.56",
      "European notation to plain: dots are thousands, the comma is the decimal point",
      "remove the dots, turn the comma into a point",
    ],
    input: (r) => `${thousands(digits(r, r.between(2, 6)), ".")},${digits(r, 2, true)}`,
    output: (s) => s.replaceAll(".", "").replace(",", "."),
  },
  round: {
    specs: [
      "round to the nearest whole number[, .5 goes up|]",
      "round [the number |]to an integer",
      "no decimals: round (half up)",
    ],
    input: (r) => `${r.int(200)}.${r.int(10)}${r.chance(0.3) ? r.int(10) : ""}`,
    output: (s) => String(Math.round(Number(s))),
  },
  "whole-part": {
    specs: [
      "cut off the decimals",
      "the integer part of the number[, no rounding|]",
      "everything before the decimal point",
      "truncate to a whole number",
    ],
    input: (r) =>
      `${r.chance(0.2) ? "-" : ""}${digits(r, r.between(1, 4))}${r.chance(0.85) ? `.${digits(r, r.between(1, 3), true)}` : ""}`,
    output: (s) => s.split(".")[0] as string,
  },
  "two-decimals": {
    specs: [
      "write the [price|number] with [exactly |]two decimals",
      "always two digits after the point",
      "5 -> 5.00, 5.5 -> 5.50",
    ],
    input: (r) => `${digits(r, r.between(1, 4))}${r.pick(["", `.${r.int(10)}`, `.${digits(r, 2, true)}`])}`,
    output: (s) => {
      const [whole, part = ""] = s.split(".");
      return `${whole}.${part.padEnd(2, "0")}`;
    },
  },
  "accounting-negative": {
    specs: [
      "amounts in parentheses are negative: write them with a minus sign[, others stay|]",
      "(12) -> -12, 12 -> 12",
      "turn accounting negatives (n) into -n",
    ],
    input: (r) => {
      const amount = thousands(digits(r, r.between(1, 5)), r.pick(["", ","]));
      return r.chance(0.6) ? `(${amount})` : amount;
    },
    output: (s) => (s.startsWith("(") ? `-${s.slice(1, -1)}` : s),
  },
  "number-to-words": {
    specs: [
      "write the number in [English |]words",
      "spell out the number",
      "number in words[, with hyphens like twenty-one|]",
      "say the number",
    ],
    input: (r) => String(r.int(r.pick([21, 100, 100, 1000]))),
    output: (s) => inWords(Number(s)),
  },
  "words-to-number": {
    specs: [
      "write the number in figures",
      "number words to digits",
      "convert [the English number|the words] to a number",
      "twenty-one -> 21",
    ],
    input: (r) => inWords(r.int(r.pick([21, 100, 100, 1000]))),
    output: (s) => {
      let total = 0;
      for (const part of s.split(/[ -]/)) {
        if (part === "hundred") total *= 100;
        else total += ones.includes(part) ? ones.indexOf(part) : (tens.indexOf(part) + 2) * 10;
      }
      return String(total);
    },
  },
  "digit-words": {
    specs: [
      "read the digits one by one as words",
      "each digit as a word, separated by spaces",
      "digit by digit in words[: 42 -> four two|]",
    ],
    input: (r) => digits(r, r.upTo(1, 4)),
    output: (s) => [...s].map((d) => ones[Number(d)]).join(" "),
  },
  "spoken-digits": {
    specs: [
      "the digits are spelled as words; write them as a number",
      "four two -> 42",
      "digit words to digits, no spaces",
    ],
    input: (r) => [...digits(r, r.upTo(2, 5), true)].map((d) => ones[Number(d)]).join(" "),
    output: (s) =>
      s
        .split(" ")
        .map((word) => ones.indexOf(word))
        .join(""),
  },
  "ordinal-suffix": {
    specs: [
      "[write|make] the number an ordinal: 1 -> 1st, 2 -> 2nd",
      "add st, nd, rd or th",
      "ordinal form with suffix[ (11th, 22nd)|]",
    ],
    input: (r) => String(r.between(1, r.pick([31, 130, 999]))),
    output: (s) => {
      const n = Number(s);
      const teen = n % 100 >= 11 && n % 100 <= 13;
      return s + (teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
    },
  },
  "ordinal-to-number": {
    specs: [
      "remove the ordinal ending: 3rd -> 3",
      "ordinal to number[: 21st -> 21|]",
      "strip st, nd, rd, th",
    ],
    input: (r) => {
      const n = r.between(1, r.pick([130, 999]));
      const teen = n % 100 >= 11 && n % 100 <= 13;
      return n + (teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
    },
    output: (s) => String(Number.parseInt(s, 10)),
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
  "percent-to-decimal": {
    specs: [
      "percent to decimal: 25% -> 0.25",
      "write the percentage as a decimal fraction[ with two digits|]",
      "divide the percentage by 100[, two decimals|]",
    ],
    input: (r) => `${r.between(1, 99)}${r.pick(["%", "%", " %", " percent"])}`,
    output: (s) => `0.${String(Number.parseInt(s, 10)).padStart(2, "0")}`,
  },
  "decimal-to-percent": {
    specs: [
      "decimal to percent: 0.25 -> 25%",
      "write the fraction as a percentage",
      "times 100, with a % sign",
    ],
    input: (r) => `0.${String(r.between(1, 99)).padStart(2, "0")}${r.chance(0.5) ? r.between(1, 9) : ""}`,
    output: (s) => `${Number(s.slice(2, 4))}${s.length > 4 ? `.${s[4]}` : ""}%`,
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
  "count-digits": {
    specs: ["how many digits does the number have", "count the digits", "number of digits"],
    input: (r) => (r.chance(0.6) ? digits(r, r.between(1, 8)) : thousands(digits(r, r.between(1, 7)), ",")),
    output: (s) => String(s.replace(/\D/g, "").length),
  },
  "sum-digits": {
    specs: ["the sum of the digits", "add up all digits[ of the number|]", "digit sum"],
    input: (r) => digits(r, r.upTo(2, 4)),
    output: (s) => String([...s].reduce((sum, d) => sum + Number(d), 0)),
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
  "is-number": {
    specs: [
      "is the text a number? {yes} or {no}",
      "{yes} if it is a [valid |]number such as 12, -3 or 4.5, otherwise {no}",
      "numeric check: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["number", "text"]]);
      return {
        say,
        input: (q) =>
          q.chance(0.5)
            ? (q.chance(0.2) ? "-" : "") +
              digits(q, q.between(1, 4)) +
              (q.chance(0.3) ? `.${digits(q, 1)}` : "")
            : q.pick([
                plain(q),
                digits(q, 2) + plain(q),
                `${digits(q, 1)}-${digits(q, 2)}`,
                `${digits(q, 1)}.${digits(q, 1)}.${digits(q, 1)}`,
                `${plain(q)} ${digits(q, 2)}`,
              ]),
        output: (s) => of(/^-?\d+(\.\d+)?$/.test(s)),
      };
    },
  },
});
