/** Validation against stated rules, and comparison of two things. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { firstName } from "../vocabulary/names.ts";
import { count, verdict } from "../vocabulary/wording.ts";
import { digits, invented, letters, plain, plainWords, thing, tokens } from "../vocabulary/words.ts";
import { ascending } from "./words.ts";

/** Shapes of codes: a for a letter, 9 for a digit. */
const shapes = [
  "AA-999",
  "A99",
  "AAA999",
  "99-AA",
  "AA999A",
  "999-999",
  "A-9999",
  "AAAA-99",
  "99/99",
  "AA.99",
];
const shaped = (shape: string, random: Random) =>
  shape.replace(/A+|9+/g, (run) =>
    run[0] === "A" ? letters(random, run.length) : digits(random, run.length, true),
  );
const pattern = (shape: string) =>
  new RegExp(`^${shape.replace(/[.]/g, "\\.").replace(/A/g, "[A-Z]").replace(/9/g, "\\d")}$`);

/** Changes one thing of a text. */
function damaged(text: string, random: Random): string {
  const at = random.int(text.length);
  return random.pick([
    text.slice(0, at) + text.slice(at + 1),
    `${text}${random.int(10)}`,
    text.toLowerCase(),
    letters(random, 1) + text,
    text.replace(/\W/, ""),
    text.slice(0, at) + random.pick(["x", "7", "-"]) + text.slice(at + 1),
  ]);
}

function twoOf(random: Random, make: () => string): string {
  return `${make()}${random.pick([" ", ", ", " / ", " or "])}${make()}`;
}
const split = (text: string) => text.split(/ \/ | or |, | /) as [string, string];

export const checks = families("checks", {
  "code-shape": {
    specs: [
      "does the code have the form {shape} (A = capital letter, 9 = digit)? {yes} or {no}",
      "{yes} for codes like {shape}, otherwise {no}; A is any capital letter, 9 any digit",
      "check the pattern {shape}: {yes}/{no}",
    ],
    draw: (r) => {
      const shape = r.pick(shapes);
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      const good = pattern(shape);
      return {
        say: { ...say, shape },
        input: (q) =>
          q.chance(0.5)
            ? shaped(shape, q)
            : q.chance(0.6)
              ? damaged(shaped(shape, q), q)
              : shaped(q.pick(shapes), q),
        output: (s) => of(good.test(s)),
      };
    },
  },
  "find-code-shape": {
    specs: [
      "find the code of the form {shape} (A letter, 9 digit)",
      "[extract|return] the part that looks like {shape}",
      "which token has the shape {shape}",
    ],
    draw: (r) => {
      const shape = r.pick(shapes);
      return {
        say: { shape },
        pair: (q) => {
          const wanted = shaped(shape, q);
          return [
            `${q.chance(0.7) ? `${plainWords(q, 1, 2)} ` : ""}${wanted}${q.chance(0.7) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            wanted,
          ];
        },
      };
    },
  },
  "text-shape": {
    specs: [
      "replace every capital by A, every small letter by a and every digit by 9",
      "the pattern of the text: A for capitals, a for small letters, 9 for digits",
      "shape of the code (letters A/a, digits 9, the rest stays)",
    ],
    input: (r) =>
      r.chance(0.6)
        ? shaped(r.pick(shapes), r)
        : `${firstName(r).replace(/[^A-Za-z]/g, "")}${r.pick(["-", "_", ""])}${digits(r, r.between(1, 3))}`,
    output: (s) => s.replace(/[a-z]/g, "a").replace(/[A-Z]/g, "A").replace(/\d/g, "9"),
  },
  "password-rule": {
    specs: [
      "valid passwords have at least {n} characters and a digit: {yes} or {no}",
      "{yes} if the password is {n} characters or longer and contains a digit, else {no}",
      "password rule (length >= {n}, one digit): {yes}/{no}",
    ],
    draw: (r) => {
      const n = r.pick([6, 8]);
      const { say, of } = verdict(r, [
        ["valid", "invalid"],
        ["strong", "weak"],
      ]);
      return {
        say: { ...say, n: count(r, n) },
        input: (q) => invented(q, q.between(1, 3)) + (q.chance(0.6) ? digits(q, q.between(1, 3)) : ""),
        output: (s) => of(s.length >= n && /\d/.test(s)),
      };
    },
  },
  "user-name-rule": {
    specs: [
      "{yes} if the user name has only small letters and digits, otherwise {no}",
      "allowed: a-z and 0-9. {yes} if allowed, {no} if not",
      "user name check (lower case and digits only): {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say,
        input: (q) =>
          q.chance(0.5)
            ? plain(q) + q.pick(["", digits(q, 2)])
            : q.pick([
                firstName(q),
                `${plain(q)}_${plain(q)}`,
                `${plain(q)} ${plain(q)}`,
                `${plain(q)}!`,
                plain(q).toUpperCase(),
                `${plain(q)}.${digits(q, 2)}`,
              ]),
        output: (s) => of(/^[a-z0-9]+$/.test(s)),
      };
    },
  },
  "brackets-closed": {
    specs: [
      "are all parentheses closed? {yes} or {no}",
      "{yes} if every ( has its ), otherwise {no}",
      "balanced parentheses: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["balanced", "unbalanced"]]);
      return {
        say,
        pair: (q) => {
          const good = q.pick([
            `${plain(q)} (${plain(q)})`,
            `(${plain(q)} (${plain(q)}))`,
            `(${plain(q)}) ${plain(q)} (${plain(q)})`,
            `((${plain(q)}))`,
          ]);
          if (q.chance(0.5)) return [good, of(true)];
          return [q.pick([good.replace(")", ""), good.replace("(", ""), `${good})`, `(${good}`]), of(false)];
        },
      };
    },
  },
  "one-of": {
    specs: [
      "is the input one of {list}? {yes} or {no}",
      "allowed values: {list}. {yes} if allowed, otherwise {no}",
      "{yes} for {list}; {no} for anything else",
    ],
    draw: (r) => {
      const list = r.distinct(r.between(2, 4), () => thing(r));
      const { say, of } = verdict(r, [
        ["allowed", "forbidden"],
        ["valid", "invalid"],
      ]);
      return {
        say: { ...say, list: list.join(", ") },
        input: (q) => (q.chance(0.5) ? q.pick(list) : thing(q)) + (q.chance(0.2) ? ` ${plain(q)}` : ""),
        output: (s) => of(list.includes(s)),
      };
    },
  },
  "in-range": {
    specs: [
      "is the number between {low} and {high}[, both included|]? {yes} or {no}",
      "{yes} for numbers from {low} to {high} inclusive, otherwise {no}",
      "range check {low}..{high}: {yes}/{no}",
    ],
    draw: (r) => {
      const low = r.pick([0, 1, 5, 10, 18, 100]);
      const high = low + r.pick([5, 10, 50, 100]);
      const { say, of } = verdict(r, [["inside", "outside"]]);
      return {
        say: { ...say, low: String(low), high: String(high) },
        input: (q) => `${q.chance(0.3) ? `${thing(q)} ` : ""}${q.int(high + (high - low) + 2)}`,
        output: (s) => of(Number(s.split(" ").at(-1)) >= low && Number(s.split(" ").at(-1)) <= high),
      };
    },
  },
  "required-field": {
    specs: [
      "does the record have a value for {key}? {yes} or {no} (fields key=value; an empty value counts as missing)",
      "{yes} if {key} is filled in, {no} if it is empty or absent",
      "required field {key}: {yes} when present and not empty, else {no}",
    ],
    draw: (r) => {
      const key = r.pick(["name", "email", "id", "date", "city", "price"]);
      const others = ["name", "email", "id", "date", "city", "price"].filter((other) => other !== key);
      const { say, of } = verdict(r, [
        ["complete", "incomplete"],
        ["ok", "missing"],
      ]);
      return {
        say: { ...say, key },
        pair: (q) => {
          const kind = q.pick([0, 0, 1, 2]);
          const fields = q
            .sample(others, q.upTo(1, 2))
            .map((other) => `${other}=${q.chance(0.8) ? plain(q) : ""}`);
          if (kind < 2) fields.splice(q.int(fields.length + 1), 0, `${key}=${kind === 0 ? plain(q) : ""}`);
          return [fields.join(q.pick(["; "])), of(kind === 0)];
        },
      };
    },
  },
  "same-text": {
    specs: [
      "are the two parts around the slash the same? {yes} or {no}",
      "a/b: {yes} if both sides are equal, otherwise {no}",
      "compare both sides of '/': {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["same", "different"],
        ["equal", "different"],
      ]);
      return {
        say,
        input: (q) => {
          const a = q.chance(0.5) ? plain(q) : digits(q, q.between(2, 4));
          const b = q.chance(0.5) ? a : q.pick([plain(q), damaged(a, q).toLowerCase(), digits(q, a.length)]);
          return `${a}/${b}`;
        },
        output: (s) => of(s.split("/")[0] === s.split("/")[1]),
      };
    },
  },
  "same-ignoring-case": {
    specs: [
      "are the two words (separated by '=') equal when case is ignored? {yes} or {no}",
      "a=b, case-insensitive comparison: {yes}/{no}",
      "{yes} if both sides of = are the same word in any case, else {no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["same", "different"]]);
      return {
        say,
        input: (q) => {
          const a = plain(q);
          const b = q.chance(0.5) ? a : plain(q);
          return `${q.pick([a, a.toUpperCase()])}=${q.pick([b, b.toUpperCase(), b])}`;
        },
        output: (s) => of(s.split("=")[0]?.toLowerCase() === s.split("=")[1]?.toLowerCase()),
      };
    },
  },
  "longer-of-two": {
    specs: [
      "which of the two words is longer[; the first on a tie|]",
      "[return|give] the longer word (the first if equally long)",
      "two words: the one with more letters",
    ],
    input: (r) => twoOf(r, () => plain(r)),
    output: (s) => {
      const [a, b] = split(s);
      return b.length > a.length ? b : a;
    },
  },
  "larger-of-two": {
    specs: [
      "which number is larger",
      "[return|give] the greater of the two numbers",
      "compare two numbers, return the bigger one",
    ],
    input: (r) => {
      const n = r.between(1, 4);
      return twoOf(r, () => digits(r, r.chance(0.6) ? n : r.between(1, 4)));
    },
    output: (s) => String(Math.max(...split(s).map(Number))),
  },
  "compare-sign": {
    specs: [
      "write <, > or = between the two numbers",
      "compare: replace the ? by <, > or =",
      "put the right sign (<, >, =) for the question mark",
    ],
    input: (r) => {
      const a = r.int(r.pick([10, 100, 1000]));
      return `${a} ? ${r.chance(0.25) ? a : r.int(r.pick([10, 100, 1000]))}`;
    },
    output: (s) => {
      const [a, b] = s.split(" ? ").map(Number) as [number, number];
      return `${a} ${a < b ? "<" : a > b ? ">" : "="} ${b}`;
    },
  },
  "cheaper-offer": {
    specs: [
      "which offer is cheaper[? Return its name|]: 'name price, name price'",
      "name of the item with the lower price",
      "two items with prices: the cheaper one's name",
    ],
    pair: (r) => {
      const [x, y] = r.distinct(2, () => r.between(1, 200)) as [number, number];
      const [a, b] = r.distinct(2, () => thing(r)) as [string, string];
      return [`${a} ${x}${r.pick([", ", "; ", " or "])}${b} ${y}`, x < y ? a : b];
    },
  },
  "alphabetical-first": {
    specs: [
      "which word comes first in the alphabet",
      "[return|give] the alphabetically smaller word",
      "of the two words, the one nearer to a",
    ],
    input: (r) => twoOf(r, () => plain(r)),
    output: (s) => [...split(s)].sort(ascending)[0] as string,
  },
  "who-won": {
    specs: [
      "who won? 'A 3 - 2 B' -> the name of the winner, or draw",
      "name of the team with more goals[ (draw if equal)|], A n - m B",
      "winner of the match, draw when the score is even",
    ],
    pair: (r) => {
      const [a, b] = r.distinct(2, () => (r.chance(0.5) ? firstName(r) : thing(r))) as [string, string];
      const [x, y] = [r.int(6), r.int(6)];
      return [`${a} ${x} - ${y} ${b}`, x > y ? a : x < y ? b : "draw"];
    },
  },
  "contains-all": {
    specs: [
      "does the text contain both {a} and {b}? {yes} or {no}",
      "{yes} only if the words {a} and {b} both occur, otherwise {no}",
      "both {a} and {b} present: {yes}/{no}",
    ],
    draw: (r) => {
      const [a, b] = r.distinct(2, () => thing(r)) as [string, string];
      const { say, of } = verdict(r);
      return {
        say: { ...say, a, b },
        input: (q) => {
          const w = plainWords(q, 1, 3).split(" ");
          const kind = q.pick([0, 0, 1, 2, 3]);
          if (kind <= 1) w.splice(q.int(w.length + 1), 0, a);
          if (kind === 0 || kind === 2) w.splice(q.int(w.length + 1), 0, b);
          return w.join(" ");
        },
        output: (s) => of(s.split(" ").includes(a) && s.split(" ").includes(b)),
      };
    },
  },
  "what-is-missing": {
    specs: [
      "which of {list} is missing in the text",
      "the text has all but one of {list}: name the missing one",
      "complete set: {list}. What is not there",
    ],
    draw: (r) => {
      const list = r.distinct(3, () => thing(r));
      return {
        say: { list: list.join(", ") },
        pair: (q) => {
          const gone = q.pick(list);
          const present = q.shuffle(list.filter((item) => item !== gone));
          if (q.chance(0.5)) present.splice(q.int(present.length + 1), 0, tokens(q, 1, 1));
          return [present.join(q.pick([", ", " "])), gone];
        },
      };
    },
  },
});
