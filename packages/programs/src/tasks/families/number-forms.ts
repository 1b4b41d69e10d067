/** How numbers are written: marks, decimals, words, ordinals. */
import { families } from "../family.ts";
import { inWords, ones, tens } from "../vocabulary/number-words.ts";
import { verdict } from "../vocabulary/wording.ts";
import { digits, plain } from "../vocabulary/words.ts";

const thousands = (text: string, mark: string) => text.replace(/\B(?=(\d{3})+(?!\d))/g, mark);

export const numberForms = families("number-forms", {
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
