/** Lists in all the ways people write them. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, product } from "../vocabulary/names.ts";
import { count, missing, ordinal, separator, verdict } from "../vocabulary/wording.ts";
import { capital, phrase, plain, thing } from "../vocabulary/words.ts";
import { ascending } from "./words.ts";

/** Different items of one kind. */
function items(random: Random, least: number, most: number): string[] {
  const kind = random.pick([thing, phrase, product, firstName, city, plain]);
  return random.distinct(random.upTo(least, most), () => kind(random));
}

const comma = (text: string) => text.split(/\s*,\s*/);
const json = (values: readonly string[]) => JSON.stringify(values);
const jsonLoose = (values: readonly string[]) =>
  `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;

/** How an option may be marked. Each has a pattern that finds its marks. */
const optionMarks = {
  "(A) x (B) y": (i: number) => `(${"ABCDEF"[i]}) `,
  "A) x B) y": (i: number) => `${"ABCDEF"[i]}) `,
  "A. x B. y": (i: number) => `${"ABCDEF"[i]}. `,
  "(a) x (b) y": (i: number) => `(${"abcdef"[i]}) `,
  "a) x b) y": (i: number) => `${"abcdef"[i]}) `,
  "1) x 2) y": (i: number) => `${i + 1}) `,
  "1. x 2. y": (i: number) => `${i + 1}. `,
  "[1] x [2] y": (i: number) => `[${i + 1}] `,
  "(1) x (2) y": (i: number) => `(${i + 1}) `,
};
type OptionMark = keyof typeof optionMarks;
const optionMarkNames = Object.keys(optionMarks) as OptionMark[];

function options(random: Random, mark: OptionMark, chosen: readonly string[], noisy = true): string {
  const gap = () => (noisy ? random.pick([" ", " ", " ", "  ", ", ", "; "]) : " ");
  const parts = chosen.map((item, i) => {
    const label = optionMarks[mark](i);
    const tight = noisy && random.chance(0.12) ? label.trimEnd() : label;
    return tight + item;
  });
  let text = parts.reduce((all, part) => all + gap() + part);
  if (noisy && random.chance(0.15))
    text = `${random.pick(["Options:", "Choose:", "Pick one:", "Choices:"])} ${text}`;
  if (noisy && random.chance(0.1)) text += random.pick([" ", ".", " ."]);
  return text;
}

export const lists = families("lists", {
  "options-to-json": {
    loose: true,
    specs: [
      "[parse|turn|convert] options like '{sample}' into a JSON [list|array][ of strings|]",
      "the input holds options such as {sample}; return them as a JSON list[, without the labels|]",
      "extract the choices {sample} as a JSON array of strings[; ignore extra spaces, commas and headings|]",
      "JSON list of the options ({sample})[, robust to noise|]",
      "Multiple-choice options to JSON. Labels look like {sample}. Be robust to [noise|stray spaces and punctuation]",
    ],
    draw: (r) => {
      const mark = r.pick(optionMarkNames);
      const write = r.chance(0.6) ? json : jsonLoose;
      return {
        say: { sample: mark },
        note: write === jsonLoose ? "separate the elements with a comma and a space" : undefined,
        pair: (q) => {
          const chosen = items(q, 2, 4);
          return [options(q, mark, chosen), write(chosen)];
        },
      };
    },
  },
  "options-to-list": {
    loose: true,
    specs: [
      "list the options ({sample}) separated by {name}[, no labels|]",
      "remove the labels from {sample} and join the options with {name}",
      "options like {sample}: return the texts joined by {name}",
    ],
    draw: (r) => {
      const mark = r.pick(optionMarkNames);
      const { mark: glue, name } = separator(r, [", ", "; ", " | ", "/", "\n"]);
      return {
        say: { sample: mark, name },
        pair: (q) => {
          const chosen = items(q, 2, 4);
          return [options(q, mark, chosen), chosen.join(glue)];
        },
      };
    },
  },
  "option-by-label": {
    specs: [
      "[return|give] the text of option {label}[, options are written {sample}|]",
      "which text belongs to {label} in options like {sample}",
      "pick option {label} (format {sample}) and return its text",
    ],
    draw: (r) => {
      const mark = r.pick(optionMarkNames);
      const n = r.int(3);
      return {
        say: { sample: mark, label: optionMarks[mark](n).replace(/[^\w]/g, "") },
        pair: (q) => {
          const chosen = items(q, n + 1, 4);
          while (chosen.length <= n) chosen.push(plain(q) + chosen.length);
          return [options(q, mark, chosen), chosen[n] as string];
        },
      };
    },
  },
  "label-of-option": {
    specs: [
      'which letter has the option "{key}" in {sample}',
      "return the letter of the option {key}[ (options: {sample})|]",
      "find {key} among the options {sample} and answer with its letter",
    ],
    draw: (r) => {
      const mark = r.pick(["(A) x (B) y", "A) x B) y", "A. x B. y"] as const);
      const key = thing(r);
      return {
        say: { sample: mark, key },
        pair: (q) => {
          const chosen = items(q, 2, 4).filter((item) => item !== key);
          const at = q.int(chosen.length + 1);
          chosen.splice(at, 0, key);
          return [options(q, mark, chosen), "ABCDEF"[at] as string];
        },
      };
    },
  },
  "label-options": {
    specs: [
      "label the [items|options], separated by {name}, as {sample}",
      "items separated by {name}: write them as {sample}",
      "turn the list (separator: {name}) into options {sample}",
    ],
    draw: (r) => {
      const mark = r.pick(optionMarkNames);
      const { mark: glue, name } = separator(r, [", ", "; ", "|", "/"]);
      return {
        say: { sample: mark, name },
        input: (q) => items(q, 2, 4).join(glue),
        output: (s) =>
          s
            .split(glue)
            .map((item, i) => optionMarks[mark](i) + item)
            .join(" "),
      };
    },
  },
  "list-to-json": {
    specs: [
      "[convert|turn] the list separated by {name} into a JSON array",
      "JSON array of the items (separated by {name})",
      "split at {name} and return a JSON list of strings",
      "items separated by {name} -> JSON",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ",", "; ", ";", " | ", "|", "/", "\n"]);
      return { say: { name }, input: (q) => items(q, 1, 4).join(mark), output: (s) => json(s.split(mark)) };
    },
  },
  "json-to-list": {
    specs: [
      "join the [elements|strings] of the JSON [array|list] with {name}",
      "JSON list to text: items separated by {name}",
      "[write|print] the array's items with {name} between them",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ",", "; ", " | ", "/", "\n"]);
      return {
        say: { name },
        input: (q) => (q.chance(0.5) ? json : jsonLoose)(items(q, 1, 4)),
        output: (s) => (JSON.parse(s) as string[]).join(mark),
      };
    },
  },
  "change-separator": {
    specs: [
      "the items are separated by {from}; separate them by {to}",
      "change the separator from {from} to {to}",
      "list separator: {from} in, {to} out",
    ],
    draw: (r) => {
      const from = separator(r, [", ", "; ", " | ", " / ", "\n"]);
      let to = separator(r);
      while (to.mark === from.mark) to = separator(r);
      return {
        say: { from: from.name, to: to.name },
        input: (q) => items(q, 1, 4).join(from.mark),
        output: (s) => s.split(from.mark).join(to.mark),
      };
    },
  },
  "nth-item": {
    specs: [
      "[return|give] the {nth} item of the list separated by {name}",
      "{nth} entry[, entries are separated by {name}|]",
      "split at {name} and return the {nth} part",
      "take item number {n} (separator: {name})",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ",", ";", " | ", "|", "/", "\n", " - "]);
      const n = r.int(3);
      const none = missing(r, 0.3);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1), name },
        note: none.note,
        pair: (q) => {
          const list =
            n > 0 && none.happens(q) ? items(q, 1, n) : q.distinct(q.between(n + 1, n + 3), () => plain(q));
          return [list.join(mark), list[n] ?? none.value];
        },
      };
    },
  },
  "last-item": {
    specs: [
      "[return|give] the last item of the [comma separated |]list",
      "last entry after a comma",
      "the final element of a comma-separated list",
    ],
    loose: true,
    input: (r) => items(r, 1, 5).join(", "),
    output: (s) => comma(s).at(-1) as string,
  },
  "count-items": {
    specs: [
      "how many items are in the list[, separated by {name}|]",
      "count the entries[ (separator: {name})|]",
      "number of items[ separated by {name}|]",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", "; ", "|", "/"]);
      return {
        say: { name },
        note: r.chance(0.5) ? `items are separated by ${name}` : undefined,
        input: (q) => items(q, 1, 6).join(mark),
        output: (s) => String(s.split(mark).length),
      };
    },
  },
  "join-and": {
    specs: [
      "write the [comma list|items] as prose: a, b {word} c",
      "join the items with commas and '{word}' before the last",
      "natural list: commas, then {word}",
      "turn 'a, b, c' into 'a, b {word} c'",
    ],
    draw: (r) => {
      const conjunction = r.pick(["and", "and", "or", "&"]);
      return {
        say: { word: conjunction },
        input: (q) => items(q, 1, 4).join(", "),
        output: (s) => {
          const list = comma(s);
          return list.length < 2 ? s : `${list.slice(0, -1).join(", ")} ${conjunction} ${list.at(-1)}`;
        },
      };
    },
  },
  "and-to-list": {
    specs: [
      "turn 'a, b and c' into a list separated by {name}",
      "split an enumeration in prose (a, b and c) and join it with {name}",
      "items of an English enumeration, separated by {name}",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ";", " | ", "/", "\n"]);
      return {
        say: { name },
        pair: (q) => {
          const list = items(q, 2, 4);
          return [
            `${list.slice(0, -1).join(", ")}${q.pick([" and ", ", and ", " and "])}${list.at(-1)}`,
            list.join(mark),
          ];
        },
      };
    },
  },
  "sort-list": {
    specs: [
      "sort the [comma separated |]items[ alphabetically|]",
      "alphabetical order of the list[, keep the commas|]",
      "order the comma list from a to z",
    ],
    input: (r) => r.distinct(r.upTo(2, 4), () => plain(r)).join(", "),
    output: (s) => comma(s).sort(ascending).join(", "),
  },
  "sort-reverse": {
    specs: [
      "sort the comma separated items from z to a",
      "reverse alphabetical order of the list",
      "order the list in descending alphabetical order",
    ],
    input: (r) => r.distinct(r.upTo(2, 4), () => plain(r)).join(", "),
    output: (s) => comma(s).sort(ascending).reverse().join(", "),
  },
  "reverse-list": {
    specs: [
      "reverse the list[, separated by {name}|]",
      "items in the opposite order[ (separator: {name})|]",
      "last item first, first item last[; items are separated by {name}|]",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", "; ", " | ", "/", " > "]);
      return {
        say: { name },
        note: `the separator is ${name}`,
        input: (q) => items(q, 2, 4).join(mark),
        output: (s) => s.split(mark).reverse().join(mark),
      };
    },
  },
  "dedupe-list": {
    specs: [
      "remove duplicates from the comma list[, keep the first of each|]",
      "unique items[ in order of appearance|]",
      "drop repeated entries of the list",
      "each item once",
    ],
    input: (r) => {
      const pool = items(r, 2, 3);
      return r.many(r.upTo(2, 5), () => r.pick(pool)).join(", ");
    },
    output: (s) => [...new Set(comma(s))].join(", "),
  },
  "list-contains": {
    specs: [
      "is {key} in the [comma |]list? {yes} or {no}",
      "{yes} if the list has the item {key}, otherwise {no}",
      "check whether {key} is one of the items: {yes}/{no}",
    ],
    draw: (r) => {
      const key = thing(r);
      const { say, of } = verdict(r);
      return {
        say: { ...say, key },
        input: (q) => {
          const list = items(q, 2, 4);
          if (q.chance(0.5)) list[q.int(list.length)] = key;
          return list.join(", ");
        },
        output: (s) => of(comma(s).includes(key)),
      };
    },
  },
  "add-item": {
    specs: [
      "add {key} to the {end} of the comma list",
      "put the item {key} at the {end} of the list",
      "extend the list by {key} ({end})",
    ],
    draw: (r) => {
      const key = thing(r);
      const atEnd = r.chance(0.6);
      return {
        say: { key, end: atEnd ? "end" : "start" },
        input: (q) => items(q, 1, 4).join(", "),
        output: (s) => (atEnd ? `${s}, ${key}` : `${key}, ${s}`),
      };
    },
  },
  "remove-item": {
    specs: ["remove {key} from the comma list", "take the item {key} out of the list", "list without {key}"],
    draw: (r) => {
      const key = thing(r);
      return {
        say: { key },
        input: (q) => {
          const list = items(q, 2, 4);
          if (q.chance(0.8)) list.splice(q.int(list.length + 1), 0, key);
          return list.join(", ");
        },
        output: (s) =>
          comma(s)
            .filter((item) => item !== key)
            .join(", "),
      };
    },
  },
  "bullets-to-commas": {
    specs: [
      "turn the bullet [list|points] into a comma separated line",
      "lines starting with a bullet -> items separated by commas",
      "join bullet points with commas",
      "bullets to one line",
    ],
    pair: (r) => {
      const list = items(r, 2, 4);
      const bullet = r.pick(["- ", "* ", "• ", "+ "]);
      return [list.map((item) => bullet + item).join("\n"), list.join(", ")];
    },
  },
  "commas-to-bullets": {
    specs: [
      "write the comma list as bullet points with {name}",
      "one line for each item, starting with {name}",
      "make a bullet list ({name}) of the items",
    ],
    draw: (r) => {
      const [bullet, name] = r.pick([
        ["- ", "a dash"],
        ["* ", "an asterisk"],
        ["• ", "•"],
      ] as const);
      return {
        say: { name },
        input: (q) => items(q, 1, 4).join(", "),
        output: (s) =>
          comma(s)
            .map((item) => bullet + item)
            .join("\n"),
      };
    },
  },
  "numbered-to-commas": {
    specs: [
      "turn the numbered list into a comma separated line",
      "1. a 2. b on lines → a, b",
      "remove the numbers of the list and join the items with commas",
    ],
    pair: (r) => {
      const list = items(r, 2, 4);
      const mark = r.pick([". ", ") ", ": "]);
      return [list.map((item, i) => `${i + 1}${mark}${item}`).join("\n"), list.join(", ")];
    },
  },
  "number-items": {
    specs: [
      "number the comma separated items, one a line: 1. a",
      "make a numbered list of the items",
      "comma list to lines '1. item'",
    ],
    input: (r) => items(r, 1, 4).join(", "),
    output: (s) =>
      comma(s)
        .map((item, i) => `${i + 1}. ${item}`)
        .join("\n"),
  },
  "filter-by-start": {
    specs: [
      "keep the comma separated items that start with {letter}",
      "only the items beginning with {letter}",
      "filter the list: items starting with the letter {letter}",
    ],
    draw: (r) => {
      const letter = r.pick([..."abcdfhlmprst"]);
      const none = missing(r, 1);
      return {
        say: { letter },
        note: none.note,
        input: (q) => q.many(q.upTo(2, 4), () => (q.chance(0.35) ? letter + plain(q) : plain(q))).join(", "),
        output: (s) =>
          comma(s)
            .filter((item) => item.startsWith(letter))
            .join(", ") || none.value,
      };
    },
  },
  "first-half": {
    specs: [
      "keep the first {n} items of the comma list",
      "only the first {n} entries, separated by commas",
      "cut the list after {n} items",
    ],
    draw: (r) => {
      const n = r.between(2, 3);
      return {
        say: { n: count(r, n) },
        input: (q) => items(q, n, 6).join(", "),
        output: (s) => comma(s).slice(0, n).join(", "),
      };
    },
  },
  checked: {
    specs: [
      "[list|return] the {state} items of the checklist ([x] done, [ ] open)[, separated by commas|]",
      "lines '[x] task' are done, '[ ] task' open: return the {state} ones joined by commas",
      "checklist: which items are {state}",
    ],
    draw: (r) => {
      const done = r.chance(0.5);
      const none = missing(r, 1);
      return {
        say: { state: done ? r.pick(["done", "checked"]) : r.pick(["open", "unchecked"]) },
        note: none.note,
        pair: (q) => {
          const list = items(q, 2, 4).map((item) => ({ item, ticked: q.chance(0.5) }));
          const text = list.map(({ item, ticked }) => `[${ticked ? "x" : " "}] ${item}`).join("\n");
          return [
            text,
            list
              .filter(({ ticked }) => ticked === done)
              .map(({ item }) => item)
              .join(", ") || none.value,
          ];
        },
      };
    },
  },
  "capitalise-items": {
    specs: [
      "capitalise every item of the comma list",
      "each list item starts with a capital",
      "upper-case the first letter of all comma separated entries",
    ],
    input: (r) => r.distinct(r.upTo(2, 4), () => phrase(r)).join(", "),
    output: (s) => comma(s).map(capital).join(", "),
  },
  "tidy-list": {
    specs: [
      "tidy the comma list: one space after each comma, no empty items",
      "clean up a messy comma list",
      "fix spacing and drop empty entries in the comma separated list",
    ],
    pair: (r) => {
      const list = items(r, 2, 4);
      const noise = () => r.pick([",", " , ", ",  ", ", ", ",,", ", ,"]);
      return [list.reduce((text, item) => text + noise() + item) + r.pick(["", ",", " ,"]), list.join(", ")];
    },
  },
  "common-items": {
    specs: [
      "two comma lists separated by a {bar}: which items are in both[, in the order of the first|]",
      "intersection of the two lists (left and right of the {bar})",
      "items common to both lists, split by {bar}",
    ],
    draw: (r) => {
      const bar = r.pick(["|", ";", "/"]);
      const none = missing(r, 1);
      return {
        say: { bar: `'${bar}'` },
        note: none.note,
        input: (q) => {
          const pool = q.distinct(4, () => thing(q));
          const side = () => q.sample(pool, q.between(1, 3)).join(", ");
          return `${side()} ${bar} ${side()}`;
        },
        output: (s) => {
          const [left, right] = s.split(` ${bar} `).map(comma) as [string[], string[]];
          return left.filter((item) => right.includes(item)).join(", ") || none.value;
        },
      };
    },
  },
});
