/** Operators that change how a text is written. */
import { type Operator, operator as op, PRECEDENCE } from "../operator.ts";

const capitalize = (s: string): string => s.slice(0, 1).toUpperCase() + s.slice(1).toLowerCase();
const ADD = { precedence: PRECEDENCE.add };

export const TEXT_FORMS: readonly Operator[] = [
  op("upper", "str -> str", 4, (s: string) => s.toUpperCase(), "{0:9}.upper()", "{0:9}.toUpperCase()", {
    words: "uppercase capitals upper case",
  }),
  op("lower", "str -> str", 4, (s: string) => s.toLowerCase(), "{0:9}.lower()", "{0:9}.toLowerCase()", {
    words: "lowercase small lower case",
  }),
  op(
    "title",
    "str -> str",
    5,
    (s: string) => s.replace(/[A-Za-z]+/g, capitalize),
    "{0:9}.title()",
    "{0:9}.replace(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())",
    { words: "title case capitalize each word proper" },
  ),
  op("capitalize", "str -> str", 5, capitalize, "{0:9}.capitalize()", "capitalize({0})", {
    words: "capitalise sentence case first letter",
    helpers: ["capitalize"],
  }),
  op(
    "upper_first",
    "str -> str",
    7,
    (s: string) => s.slice(0, 1).toUpperCase() + s.slice(1),
    "{0:9}[:1].upper() + {0:9}[1:]",
    "{0:9}.charAt(0).toUpperCase() + {0:9}.slice(1)",
    { ...ADD, words: "capitalize only the first letter keep rest" },
  ),
  op(
    "lower_first",
    "str -> str",
    8,
    (s: string) => s.slice(0, 1).toLowerCase() + s.slice(1),
    "{0:9}[:1].lower() + {0:9}[1:]",
    "{0:9}.charAt(0).toLowerCase() + {0:9}.slice(1)",
    { ...ADD, words: "lowercase first letter camel" },
  ),
  op(
    "swap_case",
    "str -> str",
    7,
    (s: string) => s.replace(/[A-Za-z]/g, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())),
    "{0:9}.swapcase()",
    "{0:9}.replace(/[A-Za-z]/g, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))",
    { words: "invert case toggle" },
  ),
  op("strip", "str -> str", 4, (s: string) => s.trim(), "{0:9}.strip()", "{0:9}.trim()", {
    words: "trim whitespace spaces around leading trailing",
  }),
  op(
    "strip_characters",
    "str, #delimiter -> str",
    7,
    (s: string, d: string) => {
      if (d.length !== 1) return undefined;
      let from = 0;
      let to = s.length;
      while (from < to && s[from] === d) from++;
      while (to > from && s[to - 1] === d) to--;
      return s.slice(from, to);
    },
    "{0:9}.strip({1})",
    "stripCharacter({0}, {1})",
    { words: "trim quotes strip surrounding", helpers: ["stripCharacter"] },
  ),
  op(
    "strip_zeros",
    "str -> str",
    6,
    (s: string) => s.replace(/^0+/, ""),
    '{0:9}.lstrip("0")',
    '{0:9}.replace(/^0+/, "")',
    { words: "leading zeros remove" },
  ),
  op(
    "collapse_spaces",
    "str -> str",
    5,
    (s: string) => s.trim().split(/\s+/).join(" "),
    '" ".join({0:9}.split())',
    '{0:9}.trim().split(/\\s+/).join(" ")',
    { words: "normalize whitespace single spaces extra double" },
  ),
  op(
    "reverse_text",
    "str -> str",
    6,
    (s: string) => [...s].reverse().join(""),
    "{0:9}[::-1]",
    '[...{0}].reverse().join("")',
    { words: "reverse backwards" },
  ),
  op(
    "replace",
    "str, #delimiter, #joiner -> str",
    6,
    (s: string, a: string, b: string) => (a === b ? undefined : s.replaceAll(a, b)),
    "{0:9}.replace({1}, {2})",
    "{0:9}.replaceAll({1}, {2})",
    { words: "replace substitute change convert separator with" },
  ),
  op(
    "remove",
    "str, #delimiter -> str",
    5,
    (s: string, a: string) => s.replaceAll(a, ""),
    '{0:9}.replace({1}, "")',
    '{0:9}.replaceAll({1}, "")',
    { words: "remove delete strip out without" },
  ),
  op(
    "keep_pattern",
    "str, #unwanted -> str",
    5,
    (s: string, p: string) => s.replace(new RegExp(p, "g"), ""),
    're.sub({1}, "", {0})',
    '{0:9}.replace({1}, "")',
    { words: "only digits letters keep remove non alphanumeric punctuation vowels" },
  ),
  op(
    "replace_pattern",
    "str, #gap, #joiner -> str",
    7,
    (s: string, p: string, b: string) => s.replace(new RegExp(p, "g"), () => b),
    "re.sub({1}, {2}, {0})",
    "{0:9}.replace({1}, {2})",
    { words: "slug replace every non alphanumeric run with separator" },
  ),
  op(
    "split_words_of_name",
    "str, #joiner -> str",
    7,
    (s: string, b: string) => s.replace(/(?<=[a-z0-9])(?=[A-Z])/g, b),
    're.sub(r"(?<=[a-z0-9])(?=[A-Z])", {1}, {0})',
    "{0:9}.replace(/(?<=[a-z0-9])(?=[A-Z])/g, {1})",
    { words: "camel case to snake words kebab pascal" },
  ),
  op(
    "mask_pattern",
    "str, #class, #mask -> str",
    7,
    (s: string, p: string, b: string) => s.replace(new RegExp(p, "g"), () => b),
    "re.sub({1}, {2}, {0})",
    "{0:9}.replace({1}, {2})",
    { words: "mask hide replace each digit letter with star censor" },
  ),
  op(
    "initials",
    "str, #joiner -> str",
    7,
    (s: string, j: string) =>
      s
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((w) => w[0])
        .join(j),
    "{1:9}.join(word[0] for word in {0:9}.split())",
    "{0:9}.trim().split(/\\s+/).map((word) => word.charAt(0)).join({1})",
    { words: "initials acronym first letters abbreviation monogram" },
  ),
  op(
    "pad_left",
    "str, #width, #pad -> str",
    6,
    (s: string, n: number, c: string) => s.padStart(n, c),
    "{0:9}.rjust({1}, {2})",
    "{0:9}.padStart({1}, {2})",
    { words: "pad zeros leading width left right-align" },
  ),
  op(
    "pad_right",
    "str, #width, #pad -> str",
    8,
    (s: string, n: number, c: string) => s.padEnd(n, c),
    "{0:9}.ljust({1}, {2})",
    "{0:9}.padEnd({1}, {2})",
    { words: "pad right trailing width left-align" },
  ),
  op(
    "centre",
    "str, #width, #pad -> str",
    12,
    (s: string, n: number, c: string) => {
      const gap = Math.max(0, n - s.length);
      const left = (gap >> 1) + (gap & n & 1);
      return c.repeat(left) + s + c.repeat(gap - left);
    },
    "{0:9}.center({1}, {2})",
    "centre({0}, {1}, {2})",
    { words: "center centre pad both sides", helpers: ["centre"] },
  ),
  op(
    "repeat",
    "#filler, num -> str",
    6,
    (c: string, n: number) => (Number.isInteger(n) && n >= 0 && n < 500 ? c.repeat(n) : undefined),
    "{0:6} * {1:7}",
    "{0:9}.repeat({1})",
    { words: "repeat stars times", precedence: PRECEDENCE.multiply, typescriptPrecedence: 9 },
  ),
  op(
    "repeat_text",
    "str, num -> str",
    7,
    (s: string, n: number) =>
      Number.isInteger(n) && n >= 0 && n * s.length < 2_000 ? s.repeat(n) : undefined,
    "{0:6} * {1:7}",
    "{0:9}.repeat({1})",
    { words: "repeat times copies", precedence: PRECEDENCE.multiply, typescriptPrecedence: 9 },
  ),
  op(
    "group_digits_from_right",
    "str, #count, #joiner -> str",
    9,
    (s: string, n: number, j: string) =>
      n < 2 || j === "" ? undefined : s.replace(new RegExp(`\\B(?=(?:.{${n}})+$)`, "g"), () => j),
    're.sub(r"\\B(?=(?:.{" + str({1}) + r"})+$)", {2}, {0})',
    '{0:9}.replace(new RegExp("\\\\B(?=(?:.{" + {1} + "})+$)", "g"), {2})',
    { words: "thousands group digits separator commas" },
  ),
  op(
    "chunk_text",
    "str, #count, #joiner -> str",
    8,
    (s: string, n: number, j: string) =>
      n < 1 || j === "" ? undefined : (s.match(new RegExp(`.{1,${n}}`, "g")) ?? []).join(j),
    "{2:9}.join({0:9}[i:i + {1}] for i in range(0, len({0}), {1}))",
    '({0:9}.match(new RegExp(".{1," + {1} + "}", "g")) ?? []).join({2})',
    { words: "group insert separator every n characters chunks card iban" },
  ),
  op(
    "sort_characters",
    "str -> str",
    9,
    (s: string) => [...s].sort().join(""),
    '"".join(sorted({0}))',
    '[...{0}].sort().join("")',
    { words: "sort characters letters alphabetically" },
  ),
  op(
    "unique_characters",
    "str -> str",
    9,
    (s: string) => [...new Set(s)].join(""),
    '"".join(dict.fromkeys({0}))',
    '[...new Set({0})].join("")',
    { words: "remove duplicate characters distinct unique" },
  ),
  op(
    "squeeze",
    "str -> str",
    9,
    (s: string) => s.replace(/(.)\1+/g, "$1"),
    're.sub(r"(.)\\1+", r"\\1", {0})',
    '{0:9}.replace(/(.)\\1+/g, "$1")',
    { words: "collapse repeated consecutive characters squeeze" },
  ),
  op(
    "run_length",
    "str -> str",
    10,
    (s: string) => s.replace(/(.)\1*/g, (run) => run[0]! + run.length),
    're.sub(r"(.)\\1*", lambda run: run[1] + str(len(run[0])), {0})',
    "{0:9}.replace(/(.)\\1*/g, (run) => run.charAt(0) + run.length)",
    { words: "run length encode compress" },
  ),
  op(
    "caesar",
    "str, num -> str",
    11,
    (s: string, n: number) => (Number.isInteger(n) ? caesar(s, n) : undefined),
    "caesar({0}, {1})",
    "caesar({0}, {1})",
    { words: "caesar cipher shift rotate letters rot13", helpers: ["caesar"] },
  ),
];

function caesar(text: string, shift: number): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((((letter.charCodeAt(0) - base + shift) % 26) + 26) % 26) + base);
  });
}
