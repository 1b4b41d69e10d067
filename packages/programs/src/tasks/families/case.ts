/** Letter case and the spellings of identifiers. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { ordinal } from "../vocabulary/wording.ts";
import { capital, plain, plainWords, sentence, tokens } from "../vocabulary/words.ts";

const title = (text: string) =>
  text
    .split(" ")
    .map((word) => capital(word.toLowerCase()))
    .join(" ");

/** Words in some mixture of cases. */
function mixed(random: Random, least = 1, most = 5): string {
  return random
    .many(random.upTo(least, most), () => {
      const word = plain(random);
      const kind = random.int(3);
      return kind === 0 ? word : kind === 1 ? word.toUpperCase() : capital(word);
    })
    .join(" ");
}

/** Identifier styles: how words are written, and how such a spelling is taken apart. */
const styles = {
  snake: {
    names: ["snake_case", "lower case words joined by underscores"],
    join: (w: string[]) => w.join("_"),
  },
  kebab: { names: ["kebab-case", "lower case words joined by hyphens"], join: (w: string[]) => w.join("-") },
  camel: {
    names: ["camelCase", "lower camel case"],
    join: (w: string[]) => w.map((word, i) => (i === 0 ? word : capital(word))).join(""),
  },
  pascal: { names: ["PascalCase", "upper camel case"], join: (w: string[]) => w.map(capital).join("") },
  constant: {
    names: ["CONSTANT_CASE", "upper case with underscores"],
    join: (w: string[]) => w.join("_").toUpperCase(),
  },
  dot: { names: ["dot.case", "lower case words joined by dots"], join: (w: string[]) => w.join(".") },
};
type Style = keyof typeof styles;
const styleNames = Object.keys(styles) as Style[];

/** The lower-case words of an identifier in any of the styles, or of ordinary text. */
export function identifierWords(text: string): string[] {
  const spaced =
    text.includes("_") || text.includes(" ") || text.includes("-") || text.includes(".")
      ? text
      : text.replace(/([a-z])([A-Z])/g, "$1 $2");
  return spaced
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter(Boolean);
}

export const letterCase = families("case", {
  upper: {
    specs: [
      "[convert|change|turn] the text to upper case",
      "make it all caps",
      "uppercase [the text|everything|the input]",
      "write [everything|it] in capital letters",
      "to upper",
      "SHOUT the input: capitals only",
    ],
    input: (r) => tokens(r, 1, 5),
    output: (s) => s.toUpperCase(),
  },
  lower: {
    specs: [
      "[convert|change|turn] the text to lower case",
      "lowercase [everything|the input|the text]",
      "no capital letters: make all letters small",
      "to lower",
      "write the input in small letters",
    ],
    input: (r) => mixed(r),
    output: (s) => s.toLowerCase(),
  },
  title: {
    specs: [
      "[convert to|use|apply] title case",
      "capitalise each word",
      "make the first letter of every word a capital and the rest small",
      "Title Case the input",
      "capitalize every word",
    ],
    input: (r) => (r.chance(0.6) ? plainWords(r, 1, 5) : mixed(r)),
    output: title,
  },
  "sentence-case": {
    specs: [
      "[convert to|use] sentence case",
      "only the first letter of the text is a capital, the rest lower case",
      "capitalise the first word and lowercase the rest",
      "fix the case as in a sentence: one capital at the start",
    ],
    input: (r) => mixed(r, 2, 5),
    output: (s) => capital(s.toLowerCase()),
  },
  "capital-first": {
    specs: [
      "capitalise the first letter[, leave the rest|]",
      "make the first letter upper case",
      "start with a capital letter",
      "uppercase only the first character",
    ],
    input: (r) => plainWords(r, 1, 4),
    output: capital,
  },
  "swap-case": {
    specs: [
      "[swap|invert|flip] the case of [every letter|the letters]",
      "upper case becomes lower case and the other way round",
      "toggle case",
    ],
    input: (r) => mixed(r, 1, 3),
    output: (s) => [...s].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(""),
  },
  "upper-nth": {
    specs: [
      "[uppercase|put in capitals] the {nth} word[, leave the others|]",
      "write [only |]the {nth} word in upper case",
      "the {nth} word in CAPS, the rest unchanged",
    ],
    draw: (r) => {
      const n = r.int(3);
      return {
        say: { nth: ordinal(r, n) },
        input: (q) => plainWords(q, n + 1, n + 4),
        output: (s) =>
          s
            .split(" ")
            .map((word, i) => (i === n ? word.toUpperCase() : word))
            .join(" "),
      };
    },
  },
  "upper-last": {
    specs: [
      "put the last word in capitals[, leave the others|]",
      "uppercase only the final word",
      "the last word in upper case, everything else as it is",
    ],
    input: (r) => plainWords(r, 1, 5),
    output: (s) => s.replace(/\S+$/, (word) => word.toUpperCase()),
  },
  "words-to-identifier": {
    specs: [
      "[convert|turn] the words [to|into] {style}",
      "make an identifier in {style}",
      "write the phrase in {style}",
      "{style} of the input",
      "a variable name in {style} from the words",
    ],
    draw: (r) => {
      const { names, join } = styles[r.pick(styleNames)];
      return {
        say: { style: r.pick(names) },
        input: (q) => (q.chance(0.6) ? plainWords(q, 2, 4) : mixed(q, 2, 4)),
        output: (s) => join(identifierWords(s)),
      };
    },
  },
  "identifier-to-words": {
    specs: [
      "[split|turn] the {style} [name|identifier] into [lower case |]words",
      "separate words of a {style} name with spaces[, in lower case|]",
      "{style} to plain lower case words",
      "read out the {style} identifier as words",
    ],
    draw: (r) => {
      const { names, join } = styles[r.pick(styleNames)];
      return {
        say: { style: names[0] as string },
        input: (q) => join(plainWords(q, 2, 4).split(" ")),
        output: (s) => identifierWords(s).join(" "),
      };
    },
  },
  "identifier-style": {
    specs: [
      "[convert|rename|rewrite] {from} [to|as] {to}",
      "the input is {from}; return {to}",
      "change the identifier from {from} to {to}",
      "{from} -> {to}",
    ],
    draw: (r) => {
      const [a, b] = r.sample(styleNames, 2) as [Style, Style];
      return {
        say: { from: styles[a].names[0] as string, to: styles[b].names[0] as string },
        input: (q) => styles[a].join(plainWords(q, 2, 4).split(" ")),
        output: (s) => styles[b].join(identifierWords(s)),
      };
    },
  },
  "which-style": {
    specs: [
      "which naming style is it: {list}",
      "classify the identifier as {list}",
      "name the case style ({list})",
    ],
    draw: (r) => {
      const chosen = r.sample(["snake", "kebab", "camel", "pascal", "constant"] as Style[], r.between(2, 4));
      const names = new Map(chosen.map((style) => [style, style]));
      return {
        say: { list: chosen.join(", ") },
        pair: (q) => {
          const style = q.pick(chosen);
          return [styles[style].join(plainWords(q, 2, 3).split(" ")), names.get(style) as string];
        },
      };
    },
  },
  "is-upper": {
    specs: [
      "[is|are] all letters upper case? [answer |]{yes} or {no}",
      "{yes} if the text is entirely in capitals, {no} otherwise",
      "detect shouting: {yes} when everything is upper case, else {no}",
    ],
    draw: (r) => {
      const [yes, no] = r.pick([
        ["yes", "no"],
        ["true", "false"],
        ["loud", "normal"],
        ["1", "0"],
        ["Y", "N"],
      ] as const);
      return {
        say: { yes, no },
        input: (q) =>
          q.chance(0.5) ? tokens(q, 1, 4).toUpperCase() : q.chance(0.5) ? mixed(q, 1, 4) : sentence(q, 4),
        output: (s) => (s === s.toUpperCase() ? yes : no),
      };
    },
  },
  "shout-to-calm": {
    specs: [
      "if the text is all capitals make it lower case, otherwise leave it",
      "lowercase texts that are entirely upper case, keep the others as they are",
      "calm down shouting: ALL CAPS becomes lower case; other text stays",
    ],
    input: (r) => (r.chance(0.5) ? plainWords(r, 1, 5).toUpperCase() : mixed(r, 2, 5)),
    output: (s) => (s === s.toUpperCase() ? s.toLowerCase() : s),
  },
});
