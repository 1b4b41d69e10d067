/** Picking, counting and ordering the words of a text. */
import { families } from "../family.ts";
import { count, missing, ordinal, separator, verdict } from "../vocabulary/wording.ts";
import { capital, plain, plainWords, small, token, tokens } from "../vocabulary/words.ts";

const list = (text: string) => text.split(" ");
const alphabet = "abcdefghilmnoprstw";
/** Code-unit order, the same on every machine. */
export const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const words = families("words", {
  "nth-word": {
    loose: true,
    specs: [
      "[return|give|output|print] the {nth} word",
      "[keep|extract] only the {nth} word[ of the text|]",
      "{nth} word",
      "what is the {nth} word[ of the input|]",
      "split at spaces and take the {nth} piece",
    ],
    draw: (r) => {
      const n = r.int(4);
      const none = missing(r, 0.25);
      return {
        say: { nth: ordinal(r, n) },
        note: none.note,
        input: (q) => (n > 0 && none.happens(q) ? tokens(q, 1, n) : tokens(q, n + 1, n + 5)),
        output: (s) => list(s)[n] ?? none.value,
      };
    },
  },
  "last-word": {
    loose: true,
    specs: [
      "[return|give|keep] [only |]the last word",
      "last word",
      "[output|extract] the final word[ of the text|]",
      "what word does the text end with",
      "the word at the end",
    ],
    input: (r) => tokens(r, 1, 6),
    output: (s) => list(s).at(-1) ?? "",
  },
  "word-from-end": {
    loose: true,
    specs: [
      "[return|give] the {nth} word from the end",
      "counting from the end, the {nth} word",
      "the {nth} to last word[, where the first to last is the last|]",
    ],
    draw: (r) => {
      const n = r.between(1, 2);
      return {
        say: { nth: ordinal(r, n) },
        input: (q) => tokens(q, n + 1, 6),
        output: (s) => list(s).at(-n - 1) ?? "",
      };
    },
  },
  "first-words": {
    loose: true,
    specs: [
      "[return|keep|give] the first {n} words",
      "[cut|truncate] the text after {n} words",
      "only the first {n} words[ of the input|]",
      "take {n} words from the start",
    ],
    draw: (r) => {
      const n = r.between(2, 4);
      return {
        say: { n: count(r, n) },
        input: (q) => tokens(q, n, n + 4),
        output: (s) => list(s).slice(0, n).join(" "),
      };
    },
  },
  "last-words": {
    loose: true,
    specs: [
      "[return|keep|give] the last {n} words",
      "only the final {n} words",
      "take {n} words from the end",
    ],
    draw: (r) => {
      const n = r.between(2, 3);
      return {
        say: { n: count(r, n) },
        input: (q) => tokens(q, n, n + 4),
        output: (s) => list(s).slice(-n).join(" "),
      };
    },
  },
  "drop-first-word": {
    loose: true,
    specs: [
      "[remove|drop|delete] the first word",
      "everything but the first word",
      "all words after the first",
      "skip the first word[ and return the rest|]",
    ],
    input: (r) => tokens(r, 2, 6),
    output: (s) => list(s).slice(1).join(" "),
  },
  "drop-last-word": {
    loose: true,
    specs: ["[remove|drop|delete] the last word", "everything but the last word", "cut off the final word"],
    input: (r) => tokens(r, 2, 6),
    output: (s) => list(s).slice(0, -1).join(" "),
  },
  "drop-nth-word": {
    specs: ["[remove|drop|delete] the {nth} word", "all words but the {nth}", "leave out word number {n}"],
    draw: (r) => {
      const n = r.between(1, 3);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1) },
        input: (q) => tokens(q, n + 1, n + 4),
        output: (s) => list(s).toSpliced(n, 1).join(" "),
      };
    },
  },
  "reverse-words": {
    specs: [
      "reverse the order of the words",
      "words in reverse order",
      "write the words backwards[: last word first|]",
      "last word first, first word last",
    ],
    input: (r) => tokens(r, 2, 5),
    output: (s) => list(s).reverse().join(" "),
  },
  "swap-ends": {
    specs: [
      "swap the first and the last word",
      "exchange first and last word",
      "the first word goes last and the last word first; the middle stays",
    ],
    input: (r) => tokens(r, 2, 5),
    output: (s) => {
      const w = list(s);
      return [w.at(-1), ...w.slice(1, -1), w[0]].join(" ");
    },
  },
  "first-and-last": {
    specs: [
      "[return|keep] [only |]the first and the last word",
      "first and last word[, separated by a space|]",
      "drop everything between the first and last word",
    ],
    input: (r) => tokens(r, 2, 6),
    output: (s) => `${list(s)[0]} ${list(s).at(-1)}`,
  },
  "move-first-to-end": {
    specs: ["move the first word to the end", "put the first word last", "rotate the words left by one"],
    input: (r) => tokens(r, 2, 5),
    output: (s) => [...list(s).slice(1), list(s)[0]].join(" "),
  },
  "longest-word": {
    specs: [
      "[return|find|give] the longest word",
      "which word is longest[; the first one if several are|]",
      "longest word[ (the first on a tie)|]",
      "the word with the most letters",
    ],
    input: (r) => plainWords(r, 2, 5),
    output: (s) => list(s).reduce((best, word) => (word.length > best.length ? word : best)),
  },
  "shortest-word": {
    specs: [
      "[return|find|give] the shortest word",
      "which word is shortest[; the first one if several are|]",
      "the word with the fewest letters",
      "shortest word",
    ],
    input: (r) => plainWords(r, 2, 5),
    output: (s) => list(s).reduce((best, word) => (word.length < best.length ? word : best)),
  },
  "count-words": {
    loose: true,
    specs: [
      "[count|number of] the words",
      "how many words",
      "word count",
      "return the number of words[ in the text|]",
    ],
    input: (r) => tokens(r, 1, 8),
    output: (s) => String(list(s).length),
  },
  "words-with-initial": {
    specs: [
      "[return|keep|list] the words that start with {letter}",
      "only words beginning with the letter {letter}",
      "filter words by first letter {letter}",
      "words starting with '{letter}'",
    ],
    draw: (r) => {
      const letter = r.pick([...alphabet]);
      const none = missing(r, 1);
      return {
        say: { letter },
        note: none.note,
        input: (q) => {
          const some = q.many(q.upTo(2, 4), () => plain(q));
          if (q.chance(0.8)) some.splice(q.int(some.length + 1), 0, letter + plain(q));
          return some.join(" ");
        },
        output: (s) =>
          list(s)
            .filter((word) => word.startsWith(letter))
            .join(" ") || none.value,
      };
    },
  },
  "words-longer": {
    specs: [
      "[return|keep|list] the words [with more than|longer than] {n} letters",
      "only words of more than {n} letters",
      "drop words with {n} letters or fewer",
    ],
    draw: (r) => {
      const n = r.between(3, 5);
      const none = missing(r, 1);
      return {
        say: { n: count(r, n) },
        note: none.note,
        input: (q) => plainWords(q, 2, 5),
        output: (s) =>
          list(s)
            .filter((word) => word.length > n)
            .join(" ") || none.value,
      };
    },
  },
  "word-after": {
    loose: true,
    specs: [
      '[return|give|extract] the word [after|following] "{key}"',
      "which word comes [right |]after {key}",
      "the word that follows {key}",
      "take the word next to {key}, on its right",
    ],
    draw: (r) => {
      const key = r.chance(0.4) ? r.pick(small) : plain(r);
      const none = missing(r);
      return {
        say: { key },
        note: none.note,
        input: (q) => {
          const w = list(plainWords(q, 2, 5)).map((word) => (word === key ? "other" : word));
          if (!none.happens(q)) w.splice(q.int(w.length), 0, key);
          return w.join(" ");
        },
        output: (s) => {
          const at = list(s).indexOf(key);
          return at < 0 ? none.value : (list(s)[at + 1] as string);
        },
      };
    },
  },
  "word-before": {
    loose: true,
    specs: [
      '[return|give|extract] the word before "{key}"',
      "which word comes [right |]before {key}",
      "the word that precedes {key}",
    ],
    draw: (r) => {
      const key = r.chance(0.4) ? r.pick(small) : plain(r);
      const none = missing(r);
      return {
        say: { key },
        note: none.note,
        input: (q) => {
          const w = list(plainWords(q, 2, 5)).map((word) => (word === key ? "other" : word));
          if (!none.happens(q)) w.splice(q.between(1, w.length), 0, key);
          return w.join(" ");
        },
        output: (s) => {
          const at = list(s).indexOf(key);
          return at < 1 ? none.value : (list(s)[at - 1] as string);
        },
      };
    },
  },
  "rest-after-word": {
    loose: true,
    specs: [
      '[return|give] everything after the word "{key}"',
      "the text that follows {key}",
      "cut everything up to and including {key}",
      "what comes after {key}",
    ],
    draw: (r) => {
      const key = plain(r);
      const none = missing(r);
      return {
        say: { key },
        note: none.note,
        input: (q) => {
          const w = list(tokens(q, 2, 6)).map((word) => (word === key ? "other" : word));
          if (!none.happens(q)) w.splice(q.int(w.length), 0, key);
          return w.join(" ");
        },
        output: (s) => {
          const at = list(s).indexOf(key);
          return at < 0
            ? none.value
            : list(s)
                .slice(at + 1)
                .join(" ");
        },
      };
    },
  },
  "text-before-word": {
    loose: true,
    specs: [
      '[return|give|keep] everything before the word "{key}"',
      "the text in front of {key}",
      "cut from {key} to the end",
      "what comes before {key}",
    ],
    draw: (r) => {
      const key = plain(r);
      const none = missing(r);
      return {
        say: { key },
        note: none.note,
        input: (q) => {
          const w = list(tokens(q, 2, 6)).map((word) => (word === key ? "other" : word));
          if (!none.happens(q)) w.splice(q.between(1, w.length), 0, key);
          return w.join(" ");
        },
        output: (s) => {
          const at = list(s).indexOf(key);
          return at < 1 ? none.value : list(s).slice(0, at).join(" ");
        },
      };
    },
  },
  "drop-small-words": {
    specs: [
      "remove the words {gone}",
      "drop these words: {gone}",
      "delete {gone} wherever they appear",
      "leave out {gone}",
    ],
    draw: (r) => {
      const gone = r.sample(small, r.between(2, 4));
      return {
        say: { gone: gone.length === 2 || r.chance(0.5) ? gone.join(" and ") : gone.join(", ") },
        input: (q) =>
          `${q.many(q.upTo(2, 6), () => (q.chance(0.35) ? q.pick(gone) : token(q))).join(" ")} ${plain(q)}`,
        output: (s) =>
          list(s)
            .filter((word) => !gone.includes(word))
            .join(" "),
      };
    },
  },
  "dedupe-words": {
    specs: [
      "remove repeated words[, keep the first|]",
      "[keep|list] each word once[, in order of appearance|]",
      "drop duplicate words",
      "unique words in order",
    ],
    input: (r) => {
      const pool = r.many(r.between(2, 4), () => plain(r));
      return r.many(r.upTo(2, 6), () => r.pick(pool)).join(" ");
    },
    output: (s) => [...new Set(list(s))].join(" "),
  },
  stutter: {
    specs: [
      "a word written twice in a row is a slip: keep it once",
      "fix doubled words (the the → the)",
      "collapse immediately repeated words",
    ],
    input: (r) =>
      list(plainWords(r, 2, 5))
        .map((word) => (r.chance(0.3) ? `${word} ${word}` : word))
        .join(" "),
    output: (s) =>
      list(s)
        .filter((word, i, w) => word !== w[i - 1])
        .join(" "),
  },
  "sort-words": {
    specs: [
      "sort the words[ alphabetically|]",
      "words in alphabetical order",
      "order the words from a to z",
      "alphabetise",
    ],
    input: (r) => r.distinct(r.upTo(2, 4), () => plain(r)).join(" "),
    output: (s) => list(s).sort(ascending).join(" "),
  },
  "has-word": {
    specs: [
      'does the text contain the word "{key}"? {yes} or {no}',
      "{yes} if {key} appears, {no} otherwise",
      "answer {yes} when the word {key} is present, else {no}",
      "check for {key}: {yes}/{no}",
    ],
    draw: (r) => {
      const key = plain(r);
      const { say, of } = verdict(r, [
        ["found", "absent"],
        ["keep", "skip"],
      ]);
      return {
        say: { ...say, key },
        input: (q) => {
          const w = list(plainWords(q, 1, 5));
          if (q.chance(0.5)) w.splice(q.int(w.length + 1), 0, key);
          return w.join(" ");
        },
        output: (s) => of(list(s).includes(key)),
      };
    },
  },
  "capital-words": {
    specs: [
      "[return|list|extract] the words that start with a capital letter",
      "only capitalised words",
      "keep words whose first letter is upper case",
      "drop all words in lower case",
    ],
    draw: (r) => {
      const none = missing(r, 1);
      return {
        note: none.note,
        input: (q) => q.many(q.upTo(2, 6), () => (q.chance(0.4) ? capital(plain(q)) : plain(q))).join(" "),
        output: (s) =>
          list(s)
            .filter((word) => /^[A-Z]/.test(word))
            .join(" ") || none.value,
      };
    },
  },
  "join-words": {
    specs: [
      "join the words with {name}",
      "replace the spaces [with|by] {name}",
      "separate the words with {name} [instead of spaces|]",
      "spaces become {name}",
    ],
    draw: (r) => {
      const { mark, name } = separator(r);
      return { say: { name }, input: (q) => tokens(q, 2, 5), output: (s) => list(s).join(mark) };
    },
  },
  "split-to-words": {
    specs: [
      "the words are separated by {name}; separate them with spaces",
      "replace {name} by spaces",
      "{name} become spaces",
      "split at {name} and join with a space",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ",", ";", "|", "/", "-", "_", " + ", " > ", ":"]);
      return {
        say: { name },
        input: (q) => q.many(q.upTo(2, 5), () => plain(q)).join(mark),
        output: (s) => s.split(mark).join(" "),
      };
    },
  },
  "same-initial": {
    specs: [
      "do all words start with the same letter? {yes} or {no}",
      "{yes} if every word has the same first letter, else {no}",
      "alliteration check: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r);
      return {
        say,
        input: (q) => {
          const letter = q.pick([...alphabet]);
          const match = q.chance(0.5);
          return q.many(q.upTo(2, 4), () => (match ? letter : q.pick([...alphabet])) + plain(q)).join(" ");
        },
        output: (s) => of(new Set(list(s).map((word) => word[0])).size === 1),
      };
    },
  },
  "word-lengths": {
    specs: [
      "[write|give] the length of each word",
      "replace every word by its number of letters",
      "word lengths, separated by spaces",
    ],
    input: (r) => plainWords(r, 1, 4),
    output: (s) =>
      list(s)
        .map((word) => word.length)
        .join(" "),
  },
  "count-of-word": {
    specs: [
      'how [many times|often] does "{key}" occur',
      "count the word {key}",
      "number of times {key} appears",
    ],
    draw: (r) => {
      const key = plain(r);
      return {
        say: { key },
        input: (q) => q.many(q.upTo(2, 6), () => (q.chance(0.4) ? key : plain(q))).join(" "),
        output: (s) => String(list(s).filter((word) => word === key).length),
      };
    },
  },
  "word-position": {
    specs: [
      'at which position is the word "{key}"[? The first word is 1|, counting from 1]',
      "position of {key} among the words[ (first = 1)|]",
      "index of the word {key}, starting at 1",
    ],
    draw: (r) => {
      const key = plain(r);
      return {
        say: { key },
        input: (q) => {
          const w = list(plainWords(q, 1, 4)).filter((word) => word !== key);
          w.splice(q.int(w.length + 1), 0, key);
          return w.join(" ");
        },
        output: (s) => String(list(s).indexOf(key) + 1),
      };
    },
  },
  "hide-word": {
    specs: [
      'replace the word "{key}" [with|by] stars[, one for each letter|]',
      "censor {key} with asterisks of the same length",
      "mask the word {key} with *",
    ],
    draw: (r) => {
      const key = plain(r);
      return {
        say: { key },
        input: (q) => {
          const w = list(plainWords(q, 2, 4));
          if (q.chance(0.8)) w.splice(q.int(w.length + 1), 0, key);
          return w.join(" ");
        },
        output: (s) =>
          list(s)
            .map((word) => (word === key ? "*".repeat(key.length) : word))
            .join(" "),
      };
    },
  },
});
