/** Saying the input again, nearly: the skill everything else builds on. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { fullName } from "../vocabulary/names.ts";
import { code, digits, phrase, plain, plainWords, sentence, token, tokens } from "../vocabulary/words.ts";

function anything(random: Random): string {
  const kind = random.int(6);
  if (kind < 2) return tokens(random, 1, 6);
  if (kind === 2) return sentence(random);
  if (kind === 3) return `${fullName(random)} ${code(random)}`;
  if (kind === 4) return `${code(random)}: ${phrase(random)}, ${digits(random, 3)}`;
  return tokens(random, 1, 3);
}

export const copy = families("copy", {
  copy: {
    specs: [
      "[repeat|copy|echo] the [text|input|line]",
      "return the [input|text] [unchanged|as it is|exactly]",
      "say it again[ word for word|]",
      "output [exactly what is given|the same text]",
      "do nothing: the output equals the input",
      "copy",
    ],
    input: anything,
    output: (s) => s,
  },
  "tidy-spaces": {
    specs: [
      "[trim|strip] the text and collapse [repeated|multiple] spaces [to one|into a single space]",
      "clean up [the whitespace|extra spaces]",
      "remove [extra|superfluous] spaces[: leading, trailing and doubled|]",
      "normalise whitespace[ in the line|]",
      "fix the spacing: single spaces only, none at the ends",
    ],
    input: (r) => {
      const gap = () => r.pick([" ", "  ", "   ", "    "]);
      return (
        r.pick(["", " ", "  "]) +
        r.many(r.upTo(2, 6), () => token(r)).reduce((a, b) => a + gap() + b) +
        r.pick(["", "  "])
      );
    },
    output: (s) => s.trim().replace(/\s+/g, " "),
  },
  prefix: {
    specs: [
      "[put|add|prepend] {mark} [before|in front of] the text",
      "start the [line|text] with {mark}, then the input",
      "prefix the input with {mark}",
      "output {mark} followed by the input",
    ],
    draw: (r) => {
      const mark = r.pick([
        "- ",
        "> ",
        "# ",
        "* ",
        "Re: ",
        "Note: ",
        "TODO: ",
        "@",
        "#",
        "$",
        "ID-",
        "Dear ",
        "+ ",
        "// ",
        `${plain(r)}: `,
        `${plain(r)} `,
      ]);
      return { say: { mark: `"${mark}"` }, input: (q) => tokens(q, 1, 5), output: (s) => mark + s };
    },
  },
  suffix: {
    specs: [
      "[add|append|put] {mark} [at the end|after the text]",
      "end the [line|text] with {mark}",
      "append {mark} to the input",
      "output the input followed by {mark}",
    ],
    draw: (r) => {
      const mark = r.pick([
        "!",
        "?",
        ".",
        ";",
        "...",
        " (draft)",
        " [done]",
        ".txt",
        ".csv",
        " - end",
        " kg",
        " USD",
        `-${plain(r)}`,
        ` ${plain(r)}`,
      ]);
      return { say: { mark: `"${mark}"` }, input: (q) => tokens(q, 1, 5), output: (s) => s + mark };
    },
  },
  wrap: {
    specs: [
      "[wrap|enclose|put] the text in {marks}",
      "put {marks} around [it|the input]",
      "surround the input with {marks}",
      "return the input inside {marks}",
    ],
    draw: (r) => {
      const [open, close, name] = r.pick([
        ["(", ")", "parentheses"],
        ["(", ")", "round brackets"],
        ["[", "]", "square brackets"],
        ["{", "}", "curly braces"],
        ["<", ">", "angle brackets"],
        ['"', '"', "double quotes"],
        ["'", "'", "single quotes"],
        ["**", "**", "double asterisks"],
        ["*", "*", "asterisks"],
        ["`", "`", "backticks"],
        ["<b>", "</b>", "<b> tags"],
        ["<i>", "</i>", "<i> tags"],
        ["<<", ">>", "<< and >>"],
        ["__", "__", "double underscores"],
      ] as const);
      return { say: { marks: name }, input: (q) => tokens(q, 1, 5), output: (s) => open + s + close };
    },
  },
  unwrap: {
    specs: [
      "remove the {marks} around the text",
      "strip [surrounding|outer] {marks}[ if there are any|]",
      "[drop|take off] {marks} at both ends[, if any|]",
      "unwrap: the input may stand in {marks}; return what is inside",
    ],
    draw: (r) => {
      const [open, close, name] = r.pick([
        ["(", ")", "parentheses"],
        ["[", "]", "square brackets"],
        ["{", "}", "curly braces"],
        ["<", ">", "angle brackets"],
        ['"', '"', "double quotes"],
        ["'", "'", "single quotes"],
        ["**", "**", "double asterisks"],
        ["`", "`", "backticks"],
      ] as const);
      return {
        say: { marks: name },
        input: (q) => {
          const body = tokens(q, 1, 5);
          return q.chance(0.8) ? open + body + close : body;
        },
        output: (s) => (s.startsWith(open) && s.endsWith(close) ? s.slice(open.length, -close.length) : s),
      };
    },
  },
  twice: {
    specs: [
      "[repeat|write|output] the text {times}[, separated by {name}| with {name} between]",
      "say the input {times}, joined by {name}",
      "duplicate: the input {times} with {name} between copies",
    ],
    draw: (r) => {
      const n = r.pick([2, 2, 3]);
      const [mark, name] = r.pick([
        [" ", "a space"],
        [", ", "a comma and a space"],
        ["-", "a hyphen"],
        ["/", "a slash"],
        [" and ", "the word and"],
      ] as const);
      return {
        say: {
          times: n === 2 ? r.pick(["twice", "two times", "2 times"]) : r.pick(["three times", "3 times"]),
          name,
        },
        input: (q) => tokens(q, 1, 3),
        output: (s) => Array.from({ length: n }, () => s).join(mark),
      };
    },
  },
  "strip-prefix": {
    specs: [
      "remove {mark} from the [start|beginning][ of the text|][ if it is there|]",
      "drop the [prefix|leading] {mark}[, if any|]",
      "the input may start with {mark}; return it without",
      "strip {mark} from the front",
    ],
    draw: (r) => {
      const mark = r.pick([
        "Re: ",
        "- ",
        "> ",
        "# ",
        "Note: ",
        "www.",
        "#",
        "@",
        "the ",
        "ID-",
        "$ ",
        `${plain(r)}_`,
        `${plain(r)}: `,
      ]);
      return {
        say: { mark: `"${mark}"` },
        input: (q) => (q.chance(0.8) ? mark : "") + tokens(q, 1, 5),
        output: (s) => (s.startsWith(mark) ? s.slice(mark.length) : s),
      };
    },
  },
  "strip-suffix": {
    specs: [
      "remove {mark} from the end[ of the text|][ if it is there|]",
      "drop the [suffix|trailing] {mark}[, if any|]",
      "the input may end in {mark}; return it without",
      "strip {mark} at the end",
    ],
    draw: (r) => {
      const mark = r.pick([
        ".",
        "!",
        "?",
        ",",
        ";",
        ".txt",
        ".com",
        " Ltd",
        " Inc",
        " (copy)",
        " kg",
        "...",
        `-${plain(r)}`,
      ]);
      return {
        say: { mark: `"${mark}"` },
        input: (q) => tokens(q, 1, 4) + (q.chance(0.8) ? mark : ""),
        output: (s) => (s.endsWith(mark) ? s.slice(0, -mark.length) : s),
      };
    },
  },
  "replace-word": {
    specs: [
      'replace [the word |]"{from}" with "{to}"',
      "change every {from} to {to}",
      "substitute {to} for {from}",
      "[swap in|use] {to} wherever {from} appears",
      "s/{from}/{to}/[ (whole words)|]",
    ],
    draw: (r) => {
      const [from, to] = r.distinct(2, () => plain(r)) as [string, string];
      return {
        say: { from, to },
        input: (q) => {
          const words = plainWords(q, 2, 5).split(" ");
          if (q.chance(0.85)) words.splice(q.int(words.length + 1), 0, from);
          return words.join(" ");
        },
        output: (s) =>
          s
            .split(" ")
            .map((word) => (word === from ? to : word))
            .join(" "),
      };
    },
  },
  "remove-word": {
    specs: [
      'remove [the word |]"{gone}"[ from the text|]',
      "delete every {gone}",
      "drop all occurrences of {gone}",
      "leave out the word {gone}",
    ],
    draw: (r) => {
      const gone = plain(r);
      return {
        say: { gone },
        input: (q) => {
          const words = plainWords(q, 2, 5)
            .split(" ")
            .filter((word) => word !== gone);
          if (q.chance(0.85)) words.splice(q.int(words.length + 1), 0, gone);
          return words.join(" ");
        },
        output: (s) =>
          s
            .split(" ")
            .filter((word) => word !== gone)
            .join(" "),
      };
    },
  },
  "add-index": {
    specs: [
      "number the words[, starting at 1|]: 1.first 2.second[ and so on|]",
      "put a running number and a dot before each word",
      "prefix every word with its position and a dot",
    ],
    input: (r) => plainWords(r, 1, 5),
    output: (s) =>
      s
        .split(" ")
        .map((word, i) => `${i + 1}.${word}`)
        .join(" "),
  },
});
