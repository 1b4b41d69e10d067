/** Letters, digits and marks one by one. */
import { families } from "../family.ts";
import { firstName } from "../vocabulary/names.ts";
import { count, missing, ordinal, verdict } from "../vocabulary/wording.ts";
import {
  code,
  digits,
  invented,
  letters,
  plain,
  plainWords,
  sentence,
  token,
  tokens,
} from "../vocabulary/words.ts";

export const characters = families("characters", {
  "first-characters": {
    specs: [
      "[return|keep] the first {n} characters",
      "the first {n} letters",
      "cut after {n} characters",
      "[take|keep] {n} characters from the start",
    ],
    draw: (r) => {
      const n = r.between(2, 4);
      return {
        say: { n: count(r, n) },
        input: (q) => (q.chance(0.5) ? code(q) : plain(q) + plain(q)),
        output: (s) => s.slice(0, n),
      };
    },
  },
  "last-characters": {
    specs: [
      "[return|keep] the last {n} characters",
      "the final {n} characters",
      "[take|keep] {n} characters from the end",
      "last {n}",
    ],
    draw: (r) => {
      const n = r.between(2, 4);
      return {
        say: { n: count(r, n) },
        input: (q) => (q.chance(0.5) ? code(q) : plain(q) + digits(q, q.between(1, 5))),
        output: (s) => s.slice(-n),
      };
    },
  },
  "drop-first-characters": {
    specs: [
      "[remove|drop|cut] the first {n} characters",
      "everything after the first {n} characters",
      "skip {n} characters at the start",
    ],
    draw: (r) => {
      const n = r.between(2, 3);
      return {
        say: { n: count(r, n) },
        input: (q) => (q.chance(0.5) ? code(q) : plain(q) + plain(q)),
        output: (s) => s.slice(n),
      };
    },
  },
  "drop-last-characters": {
    specs: [
      "[remove|drop|cut] the last {n} characters",
      "everything but the last {n} characters",
      "shorten by {n} characters at the end",
    ],
    draw: (r) => {
      const n = r.between(2, 3);
      return {
        say: { n: count(r, n) },
        input: (q) => (q.chance(0.5) ? code(q) : plain(q) + plain(q)),
        output: (s) => s.slice(0, -n),
      };
    },
  },
  "remove-vowels": {
    specs: [
      "[remove|drop|delete] the vowels[ (a, e, i, o, u)|]",
      "consonants only: leave out a, e, i, o and u",
      "the text without vowels",
      "strip vowels",
    ],
    input: (r) => plainWords(r, 1, 3) + r.pick(["t", "s", ""]),
    output: (s) => s.replace(/[aeiou]/g, ""),
  },
  "remove-punctuation": {
    specs: [
      "[remove|strip|delete] [all |]punctuation",
      "no punctuation marks: letters, digits and spaces only",
      "drop commas, dots, question marks and the like",
    ],
    input: (r) => `${sentence(r, 3, r.pick([",", ";", ":"]))} ${sentence(r, 3)}`,
    output: (s) => s.replace(/[.,;:!?]/g, ""),
  },
  "remove-spaces": {
    specs: [
      "[remove|delete] [all |the |]spaces",
      "write it without spaces",
      "close up the text: no spaces",
      "join everything into one word",
    ],
    input: (r) => tokens(r, 2, 4),
    output: (s) => s.replaceAll(" ", ""),
  },
  "remove-digits": {
    specs: [
      "[remove|delete|strip] [all |the |]digits",
      "drop the numbers [from the text|], keep the rest",
      "everything but the digits 0-9",
    ],
    input: (r) =>
      r
        .many(r.upTo(1, 3), () => (r.chance(0.6) ? plain(r) + digits(r, r.between(1, 3)) : plain(r)))
        .join(" "),
    output: (s) => s.replace(/\d/g, ""),
  },
  "only-digits": {
    specs: [
      "[keep|return|extract] only the digits",
      "digits only[, nothing between|]",
      "strip everything but digits",
      "remove all that is not a digit",
    ],
    draw: (r) => {
      const none = missing(r, 0.3);
      return {
        note: none.note,
        input: (q) =>
          none.happens(q)
            ? plainWords(q, 1, 4)
            : q.chance(0.5)
              ? `${code(q)}/${digits(q, 2)}`
              : `${plain(q)} ${digits(q, q.between(1, 4))} ${token(q)}`,
        output: (s) => s.replace(/\D/g, "") || none.value,
      };
    },
  },
  "only-letters": {
    specs: [
      "[keep|return] only the letters",
      "letters only",
      "remove everything that is not a letter",
      "strip digits, spaces and marks",
    ],
    input: (r) =>
      r.chance(0.6)
        ? `${code(r)}`
        : `${plain(r)}${r.pick(["-", "_", " ", "."])}${digits(r, 2)}${r.pick(["!", "", "?"])}`,
    output: (s) => s.replace(/[^a-z]/gi, ""),
  },
  "count-letter": {
    specs: [
      "how [many times|often] does the letter {letter} occur",
      "count the letter {letter}",
      "number of {letter}'s[ in the text|]",
    ],
    draw: (r) => {
      const letter = r.pick([..."aeiost"]);
      return {
        say: { letter },
        input: (q) => plainWords(q, 1, 2),
        output: (s) => String([...s].filter((c) => c === letter).length),
      };
    },
  },
  length: {
    specs: [
      "[how long is the word|length of the word]",
      "[count|number of] characters",
      "how many letters",
      "return the length",
    ],
    input: (r) => (r.chance(0.5) ? plain(r) : invented(r, r.between(1, 3))),
    output: (s) => String(s.length),
  },
  "reverse-text": {
    specs: [
      "reverse the [text|letters|characters]",
      "write it backwards",
      "mirror the word: last letter first",
      "the input from right to left",
    ],
    input: (r) => (r.chance(0.7) ? plain(r) : digits(r, r.between(2, 5))),
    output: (s) => [...s].reverse().join(""),
  },
  "replace-character": {
    specs: [
      "replace {from} [with|by] {to}",
      "change every {from} to {to}",
      "{from} becomes {to}",
      "swap each {from} for {to}",
    ],
    draw: (r) => {
      const [from, to] = r.sample(["-", "_", " ", ".", "/", ",", ":", "+", "#"], 2) as [string, string];
      const say = (c: string) => (c === " " ? r.pick(["a space", "spaces"]) : `"${c}"`);
      return {
        say: { from: say(from), to: say(to) },
        input: (q) =>
          q
            .many(q.upTo(2, 4), () => (q.chance(0.3) ? digits(q, q.between(1, 3)) : plain(q)))
            .join(q.chance(0.85) ? from : " "),
        output: (s) => s.replaceAll(from, to),
      };
    },
  },
  "replace-letter": {
    specs: [
      "replace [the letter |]{from} [with|by] {to}",
      "every {from} becomes {to}",
      "write {to} instead of {from}",
    ],
    draw: (r) => {
      const from = r.pick([..."aeioslt"]);
      const to = r.pick([..."*#-0137xq_"]);
      return { say: { from, to }, input: (q) => plainWords(q, 1, 2), output: (s) => s.replaceAll(from, to) };
    },
  },
  "nth-character": {
    specs: ["[return|give] the {nth} character", "{nth} letter", "which character is at position {n}"],
    draw: (r) => {
      const n = r.int(4);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1) },
        input: (q) => (q.chance(0.5) ? `${letters(q, 2)}${digits(q, 4)}` : `${plain(q)}ing`),
        output: (s) => s[n] as string,
      };
    },
  },
  "mask-keep-end": {
    specs: [
      "mask all but the last {n} characters with {star}",
      "replace every character except the last {n} by {star}",
      "hide it: {star} for all characters but the final {n}",
    ],
    draw: (r) => {
      const n = r.between(2, 4);
      const star = r.pick(["*", "x", "#", "•"]);
      return {
        say: { n: count(r, n), star },
        input: (q) => digits(q, q.between(n + 1, 10)),
        output: (s) => star.repeat(s.length - n) + s.slice(-n),
      };
    },
  },
  "mask-keep-start": {
    specs: [
      "keep the first {n} characters and replace the rest by {star}",
      "mask everything after the first {n} characters with {star}",
      "show {n} characters, then {star} for each further one",
    ],
    draw: (r) => {
      const n = r.between(2, 3);
      const star = r.pick(["*", "x", "#"]);
      return {
        say: { n: count(r, n), star },
        input: (q) => (q.chance(0.5) ? `${firstName(q)}${plain(q)}` : plain(q) + digits(q, 3)),
        output: (s) => s.slice(0, n) + star.repeat(s.length - n),
      };
    },
  },
  "mask-digits": {
    specs: [
      "replace every digit [with|by] {star}",
      "mask the digits with {star}",
      "hide numbers: each digit becomes {star}",
    ],
    draw: (r) => {
      const star = r.pick(["*", "x", "#", "X", "_"]);
      return {
        say: { star },
        input: (q) =>
          q.chance(0.5) ? `${plain(q)} ${code(q)}` : `${token(q)} ${digits(q, q.between(2, 5))} ${plain(q)}`,
        output: (s) => s.replace(/\d/g, star),
      };
    },
  },
  "pad-zeros": {
    specs: [
      "pad the number with zeros to {n} digits",
      "[write|make it] {n} digits long, with leading zeros",
      "zero-pad to width {n}",
      "left-pad with 0 to {n} characters",
    ],
    draw: (r) => {
      const n = r.between(3, 7);
      return {
        say: { n: count(r, n) },
        input: (q) => digits(q, q.between(1, n)),
        output: (s) => s.padStart(n, "0"),
      };
    },
  },
  "strip-zeros": {
    specs: [
      "remove leading zeros",
      "drop the zeros at the front[ of the number|]",
      "strip zero padding",
      "write the number without leading zeros",
    ],
    input: (r) => "0".repeat(r.int(4)) + digits(r, r.between(1, 5)),
    output: (s) => s.replace(/^0+/, ""),
  },
  truncate: {
    specs: [
      "if longer than {n} characters, cut to {n} and add {dots}",
      "truncate to {n} characters; add {dots} when something was cut",
      "shorten texts over {n} characters: first {n}, then {dots}",
    ],
    draw: (r) => {
      const n = r.between(5, 10);
      const dots = r.pick(["...", "…", "~"]);
      return {
        say: { n: count(r, n), dots },
        input: (q) => plainWords(q, 1, 3),
        output: (s) => (s.length > n ? s.slice(0, n) + dots : s),
      };
    },
  },
  spell: {
    specs: [
      "spell the word with {name} between the letters",
      "put {name} between all letters",
      "letter by letter, separated by {name}",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        ["-", "hyphens"],
        [" ", "spaces"],
        [".", "dots"],
        [",", "commas"],
        ["_", "underscores"],
      ] as const);
      return {
        say: { name },
        input: (q) => (q.chance(0.7) ? plain(q) : letters(q, q.between(2, 5))),
        output: (s) => [...s].join(mark),
      };
    },
  },
  unspell: {
    specs: [
      "the word is spelled with {name} between the letters; write it normally",
      "remove the {name} between letters",
      "join the letters: take out the {name}",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        ["-", "hyphens"],
        [" ", "spaces"],
        [".", "dots"],
        ["_", "underscores"],
      ] as const);
      return { say: { name }, input: (q) => [...plain(q)].join(mark), output: (s) => s.split(mark).join("") };
    },
  },
  palindrome: {
    specs: [
      "is it a palindrome? {yes} or {no}",
      "{yes} if the text reads the same backwards, {no} otherwise",
      "palindrome check: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r);
      return {
        say,
        input: (q) => {
          const half = q.chance(0.5) ? digits(q, q.between(1, 3)) : invented(q, 1);
          const back = [...half].reverse().join("");
          return q.chance(0.5) ? half + back.slice(q.int(2)) : half + q.pick([invented(q, 1), digits(q, 2)]);
        },
        output: (s) => of(s === [...s].reverse().join("")),
      };
    },
  },
  "starts-with": {
    specs: [
      'does it start with "{head}"? {yes} or {no}',
      "{yes} if the text begins with {head}, else {no}",
      "check the beginning: {yes} for {head}, {no} for anything else",
    ],
    draw: (r) => {
      const head = r.pick([letters(r, 2), plain(r), digits(r, 2), "#", "http", "re"]);
      const { say, of } = verdict(r);
      return {
        say: { ...say, head },
        input: (q) =>
          (q.chance(0.5) ? head : q.chance(0.5) ? plain(q) : "") +
          token(q) +
          q.pick(["", `-${digits(q, 3)}`, ` ${plain(q)}`]),
        output: (s) => of(s.startsWith(head)),
      };
    },
  },
  "ends-with": {
    specs: [
      'does it end with "{tail}"? {yes} or {no}',
      "{yes} if the text ends in {tail}, else {no}",
      "check the ending: {yes} for {tail}, otherwise {no}",
    ],
    draw: (r) => {
      const tail = r.pick([".txt", ".com", "ing", "!", "?", "ed", "-x", digits(r, 1), plain(r)]);
      const { say, of } = verdict(r);
      return {
        say: { ...say, tail },
        input: (q) => tokens(q, 1, 2) + (q.chance(0.5) ? tail : q.pick(["", ".", "s", plain(q)])),
        output: (s) => of(s.endsWith(tail)),
      };
    },
  },
  "has-digit": {
    specs: [
      "does [the text|it] contain a [digit|number]? {yes} or {no}",
      "{yes} if there is a digit, {no} otherwise",
      "any digits: {yes}/{no}",
      "answer {yes} for text with a number in it and {no} for text without",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["digits", "letters"]]);
      return {
        say,
        input: (q) =>
          `${plainWords(q, 1, 3)}${q.chance(0.5) ? q.pick([` ${digits(q, 2)}`, digits(q, 1)]) : ""}${q.chance(0.4) ? ` ${plain(q)}` : ""}`,
        output: (s) => of(/\d/.test(s)),
      };
    },
  },
  "group-digits": {
    specs: [
      "[split|group] the digits into groups of {n}[ from the left|], separated by {name}",
      "put {name} after every {n} digits[ (not at the end)|]",
      "write the number in blocks of {n} with {name} between",
    ],
    draw: (r) => {
      const n = r.between(2, 4);
      const [mark, name] = r.pick([
        [" ", "a space"],
        ["-", "a hyphen"],
        [".", "a dot"],
        ["/", "a slash"],
      ] as const);
      return {
        say: { n: count(r, n), name },
        input: (q) => digits(q, n * q.between(1, 3) + q.int(2)),
        output: (s) => s.match(new RegExp(`.{1,${n}}`, "g"))?.join(mark) ?? s,
      };
    },
  },
  "insert-at": {
    specs: [
      "insert {mark} after the {nth} character",
      "put {mark} between character {n} and the next",
      "add {mark} after {count} characters",
    ],
    draw: (r) => {
      const n = r.between(1, 4);
      const mark = r.pick(["-", "/", ":", ".", " ", "_"]);
      return {
        say: {
          mark: mark === " " ? "a space" : `"${mark}"`,
          nth: ordinal(r, n - 1),
          n: String(n),
          count: count(r, n),
        },
        input: (q) =>
          q.chance(0.5)
            ? letters(q, q.between(2, 3)) + digits(q, q.between(3, 4))
            : digits(q, q.between(5, 8)),
        output: (s) => s.slice(0, n) + mark + s.slice(n),
      };
    },
  },
  "double-marks": {
    specs: [
      "[reduce|collapse] repeated punctuation to one mark (!!! → !)",
      "several identical marks in a row become one",
      "fix repeated ! ? and . : keep one",
    ],
    input: (r) =>
      `${plainWords(r, 1, 3)}${r.pick(["!", "?", ".", ","]).repeat(r.between(1, 4))} ${plain(r)}${r.pick(["!", "?", "."]).repeat(r.between(1, 3))}`,
    output: (s) => s.replace(/([!?.,])\1+/g, "$1"),
  },
});
