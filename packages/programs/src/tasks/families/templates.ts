/** Filling forms: fields in, a sentence, line or markup out. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, company, email, firstName, fullName, product } from "../vocabulary/names.ts";
import { separator } from "../vocabulary/wording.ts";
import { capital, code, digits, phrase, plain, plainWords, sentence, thing } from "../vocabulary/words.ts";

/** Kinds of field: the name in templates and what such a field holds. */
const fields: Readonly<Record<string, (random: Random) => string>> = {
  NAME: firstName,
  CITY: city,
  ITEM: product,
  PRICE: (r) => String(r.between(1, 500)),
  QTY: (r) => String(r.between(1, 20)),
  CODE: code,
  DAY: (r) => r.pick(["Monday", "Tuesday", "Friday", "Sunday"]),
  TIME: (r) => `${r.between(1, 23)}:${r.pick(["00", "15", "30", "45"])}`,
  COMPANY: company,
  THING: thing,
  YEAR: (r) => String(r.between(1950, 2049)),
};

/** Templates over the fields, in the order in which the input gives them. */
const twoFields: readonly (readonly [string, string, string])[] = [
  ["NAME", "CITY", "NAME lives in CITY."],
  ["NAME", "CITY", "NAME (CITY)"],
  ["NAME", "CITY", "From CITY: NAME"],
  ["NAME", "ITEM", "NAME bought a ITEM."],
  ["NAME", "ITEM", "ITEM for NAME"],
  ["NAME", "TIME", "Call NAME at TIME"],
  ["NAME", "DAY", "Hi NAME, see you on DAY!"],
  ["NAME", "CODE", "Dear NAME, your code is CODE."],
  ["NAME", "COMPANY", "NAME, COMPANY"],
  ["NAME", "COMPANY", "NAME works at COMPANY"],
  ["NAME", "THING", "NAME has a THING"],
  ["ITEM", "PRICE", "ITEM: $PRICE"],
  ["ITEM", "PRICE", "PRICE EUR for ITEM"],
  ["ITEM", "PRICE", "Buy ITEM for PRICE!"],
  ["ITEM", "QTY", "QTY x ITEM"],
  ["ITEM", "QTY", "ITEM (QTY pcs)"],
  ["QTY", "ITEM", "ITEM*QTY"],
  ["QTY", "ITEM", "Order: QTY ITEM"],
  ["CODE", "CITY", "Parcel CODE to CITY"],
  ["CODE", "NAME", "[CODE] NAME"],
  ["CODE", "THING", "CODE_THING"],
  ["CITY", "DAY", "DAY in CITY"],
  ["CITY", "TIME", "CITY TIME"],
  ["DAY", "TIME", "DAY, TIME"],
  ["DAY", "TIME", "every DAY at TIME"],
  ["THING", "YEAR", "THING (YEAR)"],
  ["THING", "YEAR", "YEAR - THING"],
  ["COMPANY", "CITY", "COMPANY, CITY"],
  ["COMPANY", "YEAR", "COMPANY since YEAR"],
];
const threeFields: readonly (readonly [string, string, string, string])[] = [
  ["NAME", "QTY", "ITEM", "NAME ordered QTY ITEM"],
  ["NAME", "CITY", "DAY", "DAY: NAME in CITY"],
  ["NAME", "ITEM", "PRICE", "NAME paid PRICE for ITEM"],
  ["ITEM", "QTY", "PRICE", "QTY x ITEM @ PRICE"],
  ["CODE", "NAME", "CITY", "CODE - NAME, CITY"],
  ["CITY", "DAY", "TIME", "CITY (DAY TIME)"],
  ["NAME", "COMPANY", "CITY", "NAME of COMPANY, CITY"],
  ["NAME", "DAY", "TIME", "NAME: DAY at TIME"],
];

const put = (template: string, values: Readonly<Record<string, string>>) =>
  template.replace(/[A-Z]{3,}/g, (name) => values[name] ?? name);

export const templates = families("templates", {
  "fill-two": {
    specs: [
      "the input is {header}, separated by {sep}; write '{form}'",
      "{header} ({sep} between) -> {form}",
      "fill in: {form}[; the input gives|, from] {header} separated by {sep}",
      "make '{form}' of {header} (separator: {sep})",
    ],
    draw: (r) => {
      const [a, b, form] = r.pick(twoFields);
      const { mark, name } = separator(r, [", ", ",", ";", " | ", "|", "/", " - "]);
      return {
        say: { header: `${a} and ${b}`, form, sep: name },
        pair: (q) => {
          const values = {
            [a]: (fields[a] as (x: Random) => string)(q),
            [b]: (fields[b] as (x: Random) => string)(q),
          };
          return [`${values[a]}${mark}${values[b]}`, put(form, values)];
        },
      };
    },
  },
  "fill-three": {
    specs: [
      "the input is {header}, separated by {sep}; write '{form}'",
      "{header} ({sep} between) -> {form}",
      "fill in: {form}[; the input gives|, from] {header} separated by {sep}",
    ],
    draw: (r) => {
      const [a, b, c, form] = r.pick(threeFields);
      const { mark, name } = separator(r, [", ", ",", ";", " | ", "|"]);
      return {
        say: { header: `${a}, ${b} and ${c}`, form, sep: name },
        pair: (q) => {
          const values = Object.fromEntries(
            [a, b, c].map((key) => [key, (fields[key] as (x: Random) => string)(q)]),
          );
          return [[a, b, c].map((key) => values[key]).join(mark), put(form, values)];
        },
      };
    },
  },
  "fill-pairs": {
    specs: [
      "fill '{form}' with the pairs [key=value|given as key=value]",
      "key=value pairs in, '{form}' out",
      "put the values into {form}[; the order of the pairs varies|]",
    ],
    draw: (r) => {
      const [a, b, form] = r.pick(twoFields);
      const glue = r.pick(["; ", ", ", "\n"]);
      return {
        say: { form },
        pair: (q) => {
          const values = {
            [a]: (fields[a] as (x: Random) => string)(q),
            [b]: (fields[b] as (x: Random) => string)(q),
          };
          return [
            q
              .shuffle([a, b])
              .map((key) => `${key.toLowerCase()}=${values[key]}`)
              .join(glue),
            put(form, values),
          ];
        },
      };
    },
  },
  "unfill-two": {
    specs: [
      "lines look like '{form}': return {wanted}",
      "extract {wanted} from '{form}'",
      "parse {form} and give {wanted}",
    ],
    draw: (r) => {
      const [a, b, form] = r.pick(twoFields.filter(([, , text]) => !text.includes("_")));
      const wanted = r.pick([a, b]);
      return {
        say: { form, wanted },
        pair: (q) => {
          const values = {
            [a]: (fields[a] as (x: Random) => string)(q),
            [b]: (fields[b] as (x: Random) => string)(q),
          };
          return [put(form, values), values[wanted] as string];
        },
      };
    },
  },
  "unfill-three": {
    specs: [
      "lines look like '{form}': return {wanted}",
      "extract {wanted} from '{form}'",
      "parse {form} and give {wanted}",
    ],
    draw: (r) => {
      const [a, b, c, form] = r.pick(threeFields);
      const wanted = r.pick([a, b, c]);
      return {
        say: { form, wanted },
        pair: (q) => {
          const values = Object.fromEntries(
            [a, b, c].map((key) => [key, (fields[key] as (x: Random) => string)(q)]),
          );
          return [put(form, values), values[wanted] as string];
        },
      };
    },
  },
  "unfill-json": {
    specs: [
      "lines look like '{form}': return JSON with the keys {keys}",
      "parse '{form}' to a JSON object ({keys}), all values strings",
      "{form} -> JSON {keys}",
    ],
    draw: (r) => {
      const [a, b, form] = r.pick(twoFields.filter(([, , text]) => !text.includes("_")));
      const order = r.chance(0.7) ? [a, b] : [b, a];
      return {
        say: { form, keys: order.map((key) => key.toLowerCase()).join(", ") },
        note: "compact, strings only",
        pair: (q) => {
          const values = {
            [a]: (fields[a] as (x: Random) => string)(q),
            [b]: (fields[b] as (x: Random) => string)(q),
          };
          return [
            put(form, values),
            JSON.stringify(Object.fromEntries(order.map((key) => [key.toLowerCase(), values[key]]))),
          ];
        },
      };
    },
  },
  refill: {
    specs: ["rewrite '{from}' as '{to}'", "{from} -> {to}", "lines like '{from}' become '{to}'"],
    draw: (r) => {
      const [a, b, from] = r.pick(twoFields.filter(([, , text]) => !text.includes("_")));
      const to = r.pick([
        `${a} / ${b}`,
        `${b}: ${a}`,
        `${a}=${b}`,
        `${b} (${a})`,
        `${a} -> ${b}`,
        `<${b}> ${a}`,
        `${b}, ${a}`,
      ]);
      return {
        say: { from, to },
        pair: (q) => {
          const values = {
            [a]: (fields[a] as (x: Random) => string)(q),
            [b]: (fields[b] as (x: Random) => string)(q),
          };
          return [put(from, values), put(to, values)];
        },
      };
    },
  },
  "html-tag": {
    specs: [
      "put the text into a <{tag}> element",
      "wrap it as <{tag}>…</{tag}>",
      "HTML: {tag} around the text",
    ],
    draw: (r) => {
      const tag = r.pick(["p", "h1", "h2", "li", "em", "strong", "td", "div", "title", "span"]);
      return { say: { tag }, input: (q) => plainWords(q, 1, 4), output: (s) => `<${tag}>${s}</${tag}>` };
    },
  },
  "markdown-link": {
    specs: [
      "make a Markdown link of 'text, url'",
      "text and URL separated by {name} -> [text](url)",
      "Markdown link from text {name} url",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", " | ", "; "]);
      return {
        say: { name },
        note: `text and URL are separated by ${name}`,
        input: (q) =>
          `${phrase(q)}${mark}${q.pick(["https://", "http://"])}${plain(q)}.${q.pick(["com", "org", "io"])}`,
        output: (s) => {
          const [text, url] = s.split(mark);
          return `[${text}](${url})`;
        },
      };
    },
  },
  "heading-level": {
    specs: [
      "write the text as a Markdown heading of level {n}",
      "{hashes} and a space before the title",
      "Markdown h{n}",
    ],
    draw: (r) => {
      const n = r.between(1, 4);
      return {
        say: { n: String(n), hashes: "#".repeat(n) },
        input: (q) => capital(plainWords(q, 1, 4)),
        output: (s) => `${"#".repeat(n)} ${s}`,
      };
    },
  },
  "function-call": {
    specs: [
      "write a call: the first word is the function, the others its arguments",
      "f a b -> f(a, b)",
      "turn 'name arg arg' into name(arg, arg)",
    ],
    input: (r) => plainWords(r, 2, 4),
    output: (s) => {
      const [name, ...rest] = s.split(" ");
      return `${name}(${rest.join(", ")})`;
    },
  },
  "call-parts": {
    specs: [
      "[return|give] the {part} of the call[ f(a, b)|]",
      "f(a, b): the {part}",
      "{part} of the function call",
    ],
    draw: (r) => {
      const name = r.chance(0.4);
      return {
        say: { part: name ? "function name" : "arguments, as written" },
        pair: (q) => {
          const [f, args] = [
            plain(q),
            q.many(q.upTo(1, 3), () => (q.chance(0.7) ? plain(q) : digits(q, 2))).join(", "),
          ];
          return [`${f}(${args})`, name ? f : args];
        },
      };
    },
  },
  assignment: {
    specs: ["write '{form}' for 'name value'", "name value -> {form}", "turn the two words into {form}"],
    draw: (r) => {
      const form = r.pick([
        "NAME = VALUE",
        "let NAME = VALUE;",
        "NAME: VALUE",
        "SET NAME VALUE",
        "--NAME=VALUE",
        "NAME := VALUE",
        'NAME="VALUE"',
        "var NAME = VALUE;",
        "export NAME=VALUE",
        "$NAME=VALUE",
      ]);
      return {
        say: { form },
        input: (q) => `${plain(q)} ${q.chance(0.5) ? plain(q) : digits(q, q.between(1, 3))}`,
        output: (s) => {
          const [name, value] = s.split(" ") as [string, string];
          return form.replace("NAME", name).replace("VALUE", value);
        },
      };
    },
  },
  "quote-for-shell": {
    specs: [
      "put {quote} around the text if it contains a space, otherwise leave it",
      "quote with {quote} only when there is a space",
      "a b -> {example}, ab -> ab",
    ],
    draw: (r) => {
      const quote = r.pick(['"', "'"]);
      return {
        say: { quote, example: `${quote}a b${quote}` },
        input: (q) => (q.chance(0.5) ? plain(q) : plainWords(q, 1, 3)),
        output: (s) => (s.includes(" ") ? quote + s + quote : s),
      };
    },
  },
  "mail-subject": {
    specs: [
      "make the mail subject '[{tag}] text'",
      "put [{tag}] before the text",
      "subject line with the tag {tag} in square brackets",
    ],
    draw: (r) => {
      const tag = r.pick(["URGENT", "INFO", "TEST", "News", "Bug", code(r), capital(plain(r))]);
      return { say: { tag }, input: (q) => sentence(q, 4, ""), output: (s) => `[${tag}] ${s}` };
    },
  },
  "subject-tag": {
    specs: [
      "which tag has the subject '[TAG] text'",
      "what is in the leading square brackets",
      "tag of the subject line",
    ],
    pair: (r) => {
      const tag = r.pick(["URGENT", "INFO", "Bug", code(r), capital(plain(r)), plain(r)]);
      return [`[${tag}] ${plainWords(r, 1, 4)}`, tag];
    },
  },
  "card-line": {
    specs: [
      "write 'NAME <EMAIL>' from name and email separated by {name}",
      "name and address ({name} between) -> Name <address>",
      "mail header form of name {name} email",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ";", " | "]);
      return {
        say: { name },
        input: (q) => `${fullName(q)}${mark}${email(q)}`,
        output: (s) => {
          const [who, address] = s.split(mark);
          return `${who} <${address}>`;
        },
      };
    },
  },
  "sql-where": {
    specs: [
      "name=value -> WHERE name = 'value'",
      "make a SQL WHERE clause of name=value, value in single quotes",
      "SQL condition: WHERE key = 'value'",
    ],
    input: (r) =>
      `${r.pick(["name", "city", "id", "status", "type", plain(r)])}=${r.chance(0.7) ? plain(r) : digits(r, 3)}`,
    output: (s) => {
      const [key, value] = s.split("=");
      return `WHERE ${key} = '${value}'`;
    },
  },
});
