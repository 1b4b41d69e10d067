/** Taking text apart at its marks, and cleaning it. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { firstName } from "../vocabulary/names.ts";
import { missing } from "../vocabulary/wording.ts";
import {
  capital,
  code,
  digits,
  phrase,
  plain,
  plainWords,
  sentence,
  thing,
  tokens,
} from "../vocabulary/words.ts";

const brackets = [
  ["(", ")", ["parentheses", "round brackets"]],
  ["[", "]", ["square brackets"]],
  ["{", "}", ["curly braces"]],
  ["<", ">", ["angle brackets"]],
  ['"', '"', ["double quotes", "quotation marks"]],
  ["'", "'", ["single quotes"]],
  ["*", "*", ["asterisks"]],
  ["`", "`", ["backticks"]],
] as const;
type Bracket = (typeof brackets)[number];

function enclosed(random: Random, [open, close]: Bracket, inside: string): string {
  const before = random.chance(0.8) ? `${plainWords(random, 1, 3)} ` : "";
  return `${before}${open}${inside}${close}${random.chance(0.6) ? ` ${plainWords(random, 1, 2)}` : ""}`;
}

const cutMarks = [
  [":", ["the colon", "':'"]],
  ["-", ["the hyphen", "'-'"]],
  ["=", ["the equals sign", "'='"]],
  ["/", ["the slash", "'/'"]],
  ["@", ["the @ sign", "'@'"]],
  ["#", ["the #", "'#'"]],
  [",", ["the comma", "','"]],
  ["|", ["the vertical bar", "'|'"]],
  ["->", ["the arrow ->", "'->'"]],
  [";", ["the semicolon", "';'"]],
] as const;

/** `left MARK right` with the spaces people put. */
function divided(random: Random, mark: string, parts: readonly string[]): string {
  const glue = random.chance(0.5) ? ` ${mark} ` : random.chance(0.5) ? `${mark} ` : mark;
  return parts.join(glue);
}

const fillers = ["um", "uh", "like", "well", "you know", "er"];
const contractions: Readonly<Record<string, string>> = {
  "don't": "do not",
  "can't": "cannot",
  "it's": "it is",
  "I'm": "I am",
  "we're": "we are",
  "isn't": "is not",
  "you've": "you have",
  "they'll": "they will",
  "won't": "will not",
  "didn't": "did not",
};

export const cleanup = families("cleanup", {
  "inside-brackets": {
    loose: true,
    specs: [
      "[return|extract|give] the text inside the {marks}",
      "what is between the {marks}",
      "only what stands in {marks}",
      "content of the {marks}",
    ],
    draw: (r) => {
      const bracket = r.pick(brackets);
      const none = missing(r);
      return {
        say: { marks: r.pick(bracket[2]) },
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const inside = q.pick([phrase(q), plainWords(q, 1, 3), code(q), digits(q, 2)]);
          return [enclosed(q, bracket, inside), inside];
        },
      };
    },
  },
  "outside-brackets": {
    specs: [
      "remove the {marks} and what is in them",
      "the text without its part in {marks}",
      "drop everything in {marks}[ and the space before it|]",
    ],
    draw: (r) => {
      const [open, close, names] = r.pick(brackets.slice(0, 4));
      return {
        say: { marks: r.pick(names) },
        pair: (q) => {
          const [a, b] = [plainWords(q, 1, 3), q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""];
          return [q.chance(0.85) ? `${a} ${open}${phrase(q)}${close}${b}` : a + b, a + b];
        },
      };
    },
  },
  "swap-brackets": {
    specs: [
      "replace the {from} by {to}",
      "change {from} to {to}[, keep the text|]",
      "write {to} instead of {from}",
    ],
    draw: (r) => {
      const [a, b] = r.sample(brackets, 2) as [Bracket, Bracket];
      return {
        say: { from: r.pick(a[2]), to: r.pick(b[2]) },
        pair: (q) => {
          const inside = phrase(q);
          const [left, right] = [
            q.chance(0.8) ? `${plainWords(q, 1, 2)} ` : "",
            q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : "",
          ];
          return [left + a[0] + inside + a[1] + right, left + b[0] + inside + b[1] + right];
        },
      };
    },
  },
  "before-mark": {
    loose: true,
    specs: [
      "[return|give|keep] the text before {mark}",
      "everything left of {mark}[, trimmed|]",
      "cut at {mark} and keep the first part",
      "what stands before {mark}",
    ],
    draw: (r) => {
      const [mark, names] = r.pick(cutMarks);
      return {
        say: { mark: r.pick(names) },
        pair: (q) => {
          const left = plainWords(q, 1, 3);
          return [divided(q, mark, [left, tokens(q, 1, 3)]), left];
        },
      };
    },
  },
  "after-mark": {
    loose: true,
    specs: [
      "[return|give|keep] the text after {mark}",
      "everything right of {mark}[, trimmed|]",
      "cut at {mark} and keep the second part",
      "what follows {mark}",
    ],
    draw: (r) => {
      const [mark, names] = r.pick(cutMarks);
      return {
        say: { mark: r.pick(names) },
        pair: (q) => {
          const right = tokens(q, 1, 3);
          return [divided(q, mark, [plainWords(q, 1, 3), right]), right];
        },
      };
    },
  },
  "swap-sides": {
    specs: [
      "swap the two sides of {mark}[, keep it as it is|]",
      "exchange what is left and right of {mark}",
      "right part first, then {mark}, then the left part",
    ],
    draw: (r) => {
      const [mark, names] = r.pick(cutMarks);
      const glue = r.pick([` ${mark} `, mark]);
      return {
        say: { mark: r.pick(names) },
        input: (q) => `${plainWords(q, 1, 2)}${glue}${plainWords(q, 1, 2)}`,
        output: (s) => s.split(glue).reverse().join(glue),
      };
    },
  },
  "between-words": {
    specs: [
      'the text between "{a}" and "{b}"',
      "what stands between {a} and {b}",
      "[extract|return] everything from after {a} to before {b}",
    ],
    draw: (r) => {
      const [a, b] = r.pick([
        ["from", "to"],
        ["START", "END"],
        ["begin", "end"],
        ["<b>", "</b>"],
        ["{{", "}}"],
        ["[[", "]]"],
        ["by", "for"],
        ["if", "then"],
      ] as const);
      return {
        say: { a, b },
        pair: (q) => {
          const inside = plainWords(q, 1, 3);
          return [
            `${q.chance(0.5) ? `${plain(q)} ` : ""}${a} ${inside} ${b}${q.chance(0.6) ? ` ${plain(q)}` : ""}`,
            inside,
          ];
        },
      };
    },
  },
  "strip-tags": {
    specs: [
      "remove the HTML tags",
      "text without <tags>",
      "strip all tags, keep the text",
      "plain text of the HTML",
    ],
    pair: (r) => {
      const tag = () => r.pick(["b", "i", "p", "em", "span", "h1", "li", "a"]);
      const words = plainWords(r, 1, 4).split(" ");
      const marked = words.map((word) => {
        if (r.chance(0.5)) return word;
        const name = tag();
        return `<${name}>${word}</${name}>`;
      });
      const outer = tag();
      return [r.chance(0.5) ? `<${outer}>${marked.join(" ")}</${outer}>` : marked.join(" "), words.join(" ")];
    },
  },
  "tag-content": {
    specs: [
      "the text inside <{tag}>",
      "content of the {tag} tag",
      "[extract|return] what is in <{tag}>…</{tag}>",
    ],
    draw: (r) => {
      const tag = r.pick(["b", "title", "p", "name", "h1", "item", "price", "em"]);
      return {
        say: { tag },
        pair: (q) => {
          const inside = phrase(q);
          const other = q.pick(["i", "u", "id", "li"]);
          const extra = `<${other}>${plain(q)}</${other}>`;
          return [
            `${q.chance(0.4) ? extra : ""}<${tag}>${inside}</${tag}>${q.chance(0.4) ? extra : ""}`,
            inside,
          ];
        },
      };
    },
  },
  "strip-markdown": {
    specs: [
      "remove the Markdown marks **, * and `",
      "plain text: no asterisks, no backticks",
      "strip bold, italics and code marks",
    ],
    pair: (r) => {
      const words = plainWords(r, 1, 4).split(" ");
      return [
        words.map((word) => r.pick([word, word, `**${word}**`, `*${word}*`, `\`${word}\``])).join(" "),
        words.join(" "),
      ];
    },
  },
  "link-part": {
    specs: [
      "Markdown link: return the {part}",
      "[text](url): give the {part}",
      "the {part} of the Markdown link",
    ],
    draw: (r) => {
      const wantText = r.chance(0.5);
      return {
        say: { part: wantText ? "text" : r.pick(["url", "address"]) },
        pair: (q) => {
          const [text, url] = [
            phrase(q),
            `${q.pick(["https://", "http://", "/"])}${plain(q)}${q.pick([".com", ".org", ""])}`,
          ];
          return [`${q.chance(0.3) ? `${plain(q)} ` : ""}[${text}](${url})`, wantText ? text : url];
        },
      };
    },
  },
  "drop-quote-marks": {
    specs: [
      "remove all quotation marks",
      "no quotes, neither single nor double",
      "the text without \" and '",
    ],
    input: (r) =>
      plainWords(r, 1, 4)
        .split(" ")
        .map((word) => r.pick([word, `"${word}"`, `'${word}'`]))
        .join(" "),
    output: (s) => s.replace(/["']/g, ""),
  },
  ampersand: {
    specs: ["replace & by and", "write 'and' for &", "no ampersands: use the word and"],
    input: (r) =>
      `${capital(thing(r))} & ${capital(thing(r))}${r.chance(0.4) ? ` ${plain(r)}` : ""}${r.chance(0.2) ? ` & ${plain(r)}` : ""}`,
    output: (s) => s.replaceAll("&", "and"),
  },
  "comma-spacing": {
    specs: [
      "fix the spaces around commas: none before, one after",
      "comma spacing: a ,b -> a, b",
      "exactly one space after each comma and none before it",
    ],
    input: (r) =>
      r.many(r.upTo(2, 4), () => plain(r)).reduce((a, b) => a + r.pick([",", " ,", " , ", ", ", ",  "]) + b),
    output: (s) => s.replace(/\s*,\s*/g, ", "),
  },
  "first-sentence": {
    specs: [
      "keep only the first sentence",
      "cut after the first full stop, question or exclamation mark",
      "the first sentence of the text",
    ],
    input: (r) => r.many(r.upTo(1, 3), () => sentence(r, 4)).join(" "),
    output: (s) => (/^.*?[.!?]/.exec(s) as RegExpExecArray)[0],
  },
  "last-sentence": {
    specs: [
      "keep only the last sentence",
      "the final sentence of the text",
      "drop all sentences but the last",
    ],
    input: (r) => r.many(r.upTo(1, 3), () => sentence(r, 4)).join(" "),
    output: (s) => (s.match(/[^.!?]+[.!?]/g) as string[]).at(-1)?.trim() as string,
  },
  "count-sentences": {
    specs: [
      "how many sentences are there",
      "count the sentences",
      "number of sentences[ (they end in . ! or ?)|]",
    ],
    input: (r) => r.many(r.upTo(1, 4), () => sentence(r, 3)).join(" "),
    output: (s) => String((s.match(/[.!?]/g) as string[]).length),
  },
  "find-question": {
    specs: [
      "[return|extract] the sentence that is a question",
      "which sentence ends with a question mark",
      "only the question",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          const plainOnes = q.many(q.upTo(1, 2), () => sentence(q, 3, q.pick([".", "!"])));
          if (none.happens(q)) return [plainOnes.join(" "), none.value];
          const question = sentence(q, 4, "?");
          plainOnes.splice(q.int(plainOnes.length + 1), 0, question);
          return [plainOnes.join(" "), question];
        },
      };
    },
  },
  "expand-contractions": {
    specs: [
      "write out the contractions (don't -> do not)",
      "no contractions: it's becomes it is, can't becomes cannot, and so on",
      "expand short forms like I'm and won't",
    ],
    pair: (r) => {
      const [short, long] = r.pick(Object.entries(contractions));
      const [a, b] = [r.chance(0.5) ? `${plain(r)} ` : "", plainWords(r, 1, 3)];
      return [`${a}${short} ${b}`, `${a}${long} ${b}`];
    },
  },
  "drop-fillers": {
    specs: [
      "remove filler words: um, uh, er",
      "clean the transcript of um, uh and er",
      "drop um, uh, er and the comma after them",
    ],
    pair: (r) => {
      const words = plainWords(r, 2, 4).split(" ");
      const spoken = words.map((word) =>
        r.chance(0.4) ? `${r.pick(fillers.slice(0, 2).concat("er"))}${r.pick([",", ""])} ${word}` : word,
      );
      return [spoken.join(" "), words.join(" ")];
    },
  },
  "join-lines": {
    specs: [
      "join the lines with {name}",
      "put everything on one line, {name} between the lines",
      "newlines become {name}",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [" ", "a space"],
        [", ", "commas"],
        [" / ", "slashes"],
        ["; ", "semicolons"],
        [" | ", "vertical bars"],
      ] as const);
      return {
        say: { name },
        input: (q) => q.many(q.upTo(2, 3), () => plainWords(q, 1, 3)).join("\n"),
        output: (s) => s.split("\n").join(mark),
      };
    },
  },
  "nth-line": {
    specs: ["[return|give] the {which} line", "only line {n}", "the {which} line of the text"],
    draw: (r) => {
      const [which, n] = r.pick([
        ["first", 0],
        ["second", 1],
        ["third", 2],
      ] as const);
      return {
        say: { which, n: String(n + 1) },
        input: (q) => q.many(q.upTo(n + 1, n + 2), () => plainWords(q, 1, 3)).join("\n"),
        output: (s) => s.split("\n")[n] as string,
      };
    },
  },
  "line-with": {
    specs: ["[return|find] the line that contains {key}", "which line mentions {key}", "grep {key}"],
    draw: (r) => {
      const key = thing(r);
      return {
        say: { key },
        pair: (q) => {
          const lines = q.many(q.upTo(1, 2), () => plainWords(q, 1, 3)).filter((line) => !line.includes(key));
          const wanted = q.pick([`${key} ${plainWords(q, 1, 2)}`, `${plain(q)} ${key}`]);
          lines.splice(q.int(lines.length + 1), 0, wanted);
          return [lines.join("\n"), wanted];
        },
      };
    },
  },
  "drop-empty-lines": {
    specs: ["remove empty lines", "no blank lines", "keep only lines with text"],
    input: (r) =>
      r.many(r.upTo(2, 3), () => plainWords(r, 1, 2)).reduce((a, b) => a + "\n".repeat(r.between(1, 3)) + b),
    output: (s) => s.replace(/\n+/g, "\n"),
  },
  "speaker-name": {
    specs: [
      "who is speaking? lines look like 'Ann: hello'",
      "the name before the colon",
      "speaker of the chat line",
    ],
    pair: (r) => {
      const who = r.chance(0.7) ? firstName(r) : plain(r);
      return [
        `${r.chance(0.2) ? `[${r.between(10, 23)}:${r.between(10, 59)}] ` : ""}${who}: ${plainWords(r, 1, 5)}`,
        who,
      ];
    },
  },
  "what-was-said": {
    specs: [
      "what was said? 'Ann: hello' -> hello",
      "the message after the speaker's name",
      "chat line without the name",
    ],
    pair: (r) => {
      const said = sentence(r, 5);
      return [`${firstName(r)}: ${said}`, said];
    },
  },
  "chop-phrase": {
    specs: [
      'remove "{gone}" wherever it occurs[, nothing else|]',
      "delete the characters {gone}",
      "the text without {gone}",
    ],
    draw: (r) => {
      const gone = r.pick(["--", "::", "~", "##", "_", "@@", "++"]);
      return {
        say: { gone },
        input: (q) =>
          plainWords(q, 1, 3)
            .split(" ")
            .map((word) => (q.chance(0.5) ? word.slice(0, 2) + gone + word.slice(2) : word))
            .join(" "),
        output: (s) => s.replaceAll(gone, ""),
      };
    },
  },
});
