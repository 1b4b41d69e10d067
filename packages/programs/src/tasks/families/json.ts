/** JSON: reading it, writing it, changing it, repairing it. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, product } from "../vocabulary/names.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { capital, plain, thing } from "../vocabulary/words.ts";
import { ascending } from "./words.ts";

export type Value = string | number | boolean;
const keys =
  "name age city color size price qty id type status country year title code role total score tag unit brand level team day".split(
    " ",
  );

/** A value that suits the key. */
export function valueFor(key: string, random: Random): Value {
  if (["age", "qty", "score", "level"].includes(key)) return random.between(1, 99);
  if (["price", "total"].includes(key)) return random.between(1, 500);
  if (key === "year") return random.between(1950, 2049);
  if (key === "id") return random.between(1, 9999);
  if (key === "name") return firstName(random);
  if (key === "city") return city(random);
  if (key === "title" || key === "brand") return capital(thing(random));
  if (key === "type") return random.chance(0.6) ? product(random) : plain(random);
  return plain(random);
}

/** An object with `least` … `most` of the usual keys, `must` among them. */
export function record(
  random: Random,
  least: number,
  most: number,
  must: readonly string[] = [],
): Record<string, Value> {
  const others = random.sample(
    keys.filter((key) => !must.includes(key)),
    Math.max(0, random.upTo(least, most) - must.length),
  );
  const order = random.shuffle([...must, ...others]);
  return Object.fromEntries(order.map((key) => [key, valueFor(key, random)]));
}

export const someKey = (random: Random): string => random.pick(keys);
const dense = (value: unknown) => JSON.stringify(value);
/** JSON on one line with a space after commas and colons. */
const airy = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(airy).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${airy(inner)}`)
    .join(", ")}}`;
};
const written = (random: Random, value: unknown) => (random.chance(0.5) ? airy(value) : dense(value));
const read = (text: string) => JSON.parse(text) as Record<string, Value>;

/** The note that fixes how output JSON is spaced. */
const compact = "write compact JSON without spaces";

export const json = families("json", {
  "json-get": {
    specs: [
      "[return|give|extract] the value of {key}[ from the JSON object|]",
      "JSON object: what is {key}",
      'the field "{key}" of the JSON',
      "get .{key}",
    ],
    draw: (r) => {
      const key = someKey(r);
      const none = missing(r);
      return {
        say: { key },
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) {
            const other = record(q, 1, 3);
            delete other[key];
            return [written(q, Object.keys(other).length ? other : { x: 1 }), none.value];
          }
          const object = record(q, 1, 3, [key]);
          return [written(q, object), String(object[key])];
        },
      };
    },
  },
  "json-keys": {
    specs: [
      "list the keys of the [JSON |]object, separated by {name}",
      "field names of the JSON object joined by {name}",
      "only the keys ({name} between)",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [", ", "commas"],
        [" ", "spaces"],
        [";", "semicolons"],
        ["\n", "newlines"],
      ] as const);
      return {
        say: { name },
        input: (q) => written(q, record(q, 1, 3)),
        output: (s) => Object.keys(read(s)).join(mark),
      };
    },
  },
  "json-values": {
    specs: [
      "list the values of the [JSON |]object, separated by {name}",
      "only the values, joined by {name}",
      "JSON object -> its values with {name} between",
    ],
    draw: (r) => {
      const [mark, name] = r.pick([
        [", ", "commas"],
        [" ", "spaces"],
        ["; ", "semicolons"],
        [" | ", "pipes"],
      ] as const);
      return {
        say: { name },
        input: (q) => written(q, record(q, 1, 3)),
        output: (s) => Object.values(read(s)).join(mark),
      };
    },
  },
  "json-to-lines": {
    specs: ["write the JSON object as {form}", "JSON to {form}", "print each field like {form}"],
    draw: (r) => {
      const [form, middle, glue] = r.pick([
        ["key: value lines", ": ", "\n"],
        ["key=value pairs separated by spaces", "=", " "],
        ["key=value; key=value", "=", "; "],
        ["key: value, key: value", ": ", ", "],
        ["key=value&key=value", "=", "&"],
      ] as const);
      return {
        say: { form },
        input: (q) => written(q, record(q, 1, 3)),
        output: (s) =>
          Object.entries(read(s))
            .map(([k, v]) => k + middle + v)
            .join(glue),
      };
    },
  },
  "pairs-to-json": {
    specs: [
      "turn {form} into a JSON object[ (all values are strings)|]",
      "{form} -> JSON with string values",
      "parse {form} to JSON[; values stay strings|]",
    ],
    draw: (r) => {
      const [form, middle, glue] = r.pick([
        ["key: value lines", ": ", "\n"],
        ["key=value; key=value", "=", "; "],
        ["key: value, key: value", ": ", ", "],
        ["key=value&key=value", "=", "&"],
        ["key=value pairs", "=", " "],
      ] as const);
      const write = r.chance(0.6) ? dense : airy;
      return {
        say: { form },
        note: write === dense ? compact : undefined,
        pair: (q) => {
          const object = Object.fromEntries(
            Object.entries(record(q, 1, 3)).map(([k, v]) => [k, String(v).replaceAll(" ", "-")]),
          );
          return [
            Object.entries(object)
              .map(([k, v]) => k + middle + v)
              .join(glue),
            write(object),
          ];
        },
      };
    },
  },
  "numbers-to-json": {
    specs: [
      "turn {form} into a JSON object with number values",
      "{form}: make a JSON object, the values are numbers",
      "parse {form} to JSON numbers",
    ],
    draw: (r) => {
      const [form, middle, glue] = r.pick([
        ["a=1; b=2", "=", "; "],
        ["a: 1, b: 2", ": ", ", "],
        ["a 1, b 2", " ", ", "],
        ["a=1 b=2", "=", " "],
      ] as const);
      return {
        say: { form },
        note: compact,
        pair: (q) => {
          const object = Object.fromEntries(
            q.distinct(q.upTo(1, 3), () => thing(q)).map((key) => [key, q.between(1, 99)]),
          );
          return [
            Object.entries(object)
              .map(([k, v]) => k + middle + v)
              .join(glue),
            dense(object),
          ];
        },
      };
    },
  },
  "json-drop": {
    specs: [
      "remove the {key} field[ from the JSON object|]",
      "delete {key} from the object",
      "the JSON without {key}",
    ],
    draw: (r) => {
      const key = someKey(r);
      return {
        say: { key },
        note: compact,
        pair: (q) => {
          const object = record(q, 2, 3, q.chance(0.85) ? [key] : []);
          return [
            written(q, object),
            dense(Object.fromEntries(Object.entries(object).filter(([k]) => k !== key))),
          ];
        },
      };
    },
  },
  "json-rename": {
    specs: [
      "rename the key {from} to {to}",
      "the field {from} is now called {to}",
      "JSON: change key {from} into {to}",
    ],
    draw: (r) => {
      const [from, to] = r.sample(keys, 2) as [string, string];
      return {
        say: { from, to },
        note: compact,
        pair: (q) => {
          const object = record(q, 1, 3, [from]);
          delete object[to];
          return [
            written(q, object),
            dense(Object.fromEntries(Object.entries(object).map(([k, v]) => [k === from ? to : k, v]))),
          ];
        },
      };
    },
  },
  "json-add": {
    specs: [
      'add "{key}": {value} at the end of the object',
      "append the field {key} with the value {value}",
      "extend the JSON by {key} = {value}",
    ],
    draw: (r) => {
      const key = r.pick(["ok", "new", "done", "source", "lang", "version", "active"]);
      const value: Value = r.pick<Value>([true, false, 1, 0, "x", "en", "web", 2]);
      return {
        say: { key, value: dense(value) },
        note: compact,
        input: (q) => written(q, record(q, 1, 2)),
        output: (s) => dense({ ...read(s), [key]: value }),
      };
    },
  },
  "json-pick": {
    specs: [
      "keep only {a} and {b}[, in this order|]",
      "a JSON object with just the fields {a} and {b}",
      "reduce the object to {a}, {b}",
    ],
    draw: (r) => {
      const [a, b] = r.sample(keys, 2) as [string, string];
      return {
        say: { a, b },
        note: compact,
        pair: (q) => {
          const object = record(q, 2, 4, [a, b]);
          return [written(q, object), dense({ [a]: object[a], [b]: object[b] })];
        },
      };
    },
  },
  "json-to-sentence": {
    specs: [
      "write '{form}' from the JSON object",
      "fill '{form}' with the fields of the JSON",
      "JSON to text: {form}",
    ],
    draw: (r) => {
      const [form, a, b] = r.pick([
        ["NAME is from CITY", "name", "city"],
        ["NAME (AGE)", "name", "age"],
        ["TITLE costs PRICE", "title", "price"],
        ["QTY x TYPE", "qty", "type"],
        ["ID: STATUS", "id", "status"],
        ["TITLE, YEAR", "title", "year"],
        ["NAME - ROLE", "name", "role"],
      ] as const);
      return {
        say: { form },
        pair: (q) => {
          const object = record(q, 2, 3, [a, b]);
          return [
            written(q, object),
            form.replace(a.toUpperCase(), String(object[a])).replace(b.toUpperCase(), String(object[b])),
          ];
        },
      };
    },
  },
  "array-length": {
    specs: ["how many elements has the JSON array", "length of the array", "count the elements of the list"],
    input: (r) =>
      written(
        r,
        r.many(r.upTo(1, 5), () => (r.chance(0.6) ? thing(r) : r.int(100))),
      ),
    output: (s) => String((JSON.parse(s) as unknown[]).length),
  },
  "array-item": {
    specs: [
      "[return|give] the {which} element of the JSON array",
      "the {which} entry of the list",
      "JSON array: {which} element, without quotes",
    ],
    draw: (r) => {
      const [which, at] = r.pick([
        ["first", 0],
        ["second", 1],
        ["last", -1],
      ] as const);
      return {
        say: { which },
        note: "no quotes",
        input: (q) =>
          written(
            q,
            q.many(q.upTo(2, 4), () => (q.chance(0.8) ? thing(q) : capital(thing(q)))),
          ),
        output: (s) => (JSON.parse(s) as string[]).at(at) as string,
      };
    },
  },
  "array-sort": {
    specs: [
      "sort the JSON array of {kind}",
      "JSON list of {kind} in ascending order",
      "order the array ({kind})",
    ],
    draw: (r) => {
      const numeric = r.chance(0.4);
      return {
        say: { kind: numeric ? "numbers" : "strings" },
        note: compact,
        input: (q) =>
          written(
            q,
            numeric ? q.distinct(q.upTo(2, 4), () => q.int(100)) : q.distinct(q.upTo(2, 3), () => thing(q)),
          ),
        output: (s) =>
          dense(
            numeric
              ? (JSON.parse(s) as number[]).sort((a, b) => a - b)
              : (JSON.parse(s) as string[]).sort(ascending),
          ),
      };
    },
  },
  "array-add": {
    specs: ["append {value} to the JSON array", "add {value} at the end of the list", "push {value}"],
    draw: (r) => {
      const value = dense(r.chance(0.7) ? thing(r) : r.int(100));
      return {
        say: { value },
        note: compact,
        input: (q) =>
          written(
            q,
            q.many(q.upTo(1, 3), () => thing(q)),
          ),
        output: (s) => dense([...(JSON.parse(s) as unknown[]), JSON.parse(value)]),
      };
    },
  },
  "array-from-lines": {
    specs: ["lines to a JSON array", "one JSON string for each line", "put the lines into a JSON list"],
    note: compact,
    input: (r) =>
      r.many(r.upTo(1, 4), () => (r.chance(0.6) ? thing(r) : `${plain(r)} ${plain(r)}`)).join("\n"),
    output: (s) => dense(s.split("\n")),
  },
  "nested-get": {
    specs: [
      "[return|give] {outer}.{inner} of the JSON",
      'the "{inner}" inside "{outer}"',
      "value at {outer} -> {inner}",
    ],
    draw: (r) => {
      const [outer, inner] = [r.pick(["user", "item", "data", "order", "address"]), someKey(r)];
      return {
        say: { outer, inner },
        pair: (q) => {
          const nested = record(q, 1, 2, [inner]);
          const object = q.chance(0.5) ? { [outer]: nested } : { ok: q.chance(0.5), [outer]: nested };
          return [written(q, object), String(nested[inner])];
        },
      };
    },
  },
  "repair-quotes": {
    specs: [
      "the object uses single quotes: make it valid JSON",
      "replace single by double quotes[ to get JSON|]",
      "fix the quotes[: ' to \"|]",
    ],
    input: (r) =>
      written(r, record(r, 1, 3))
        .replaceAll("'", "")
        .replaceAll('"', "'"),
    output: (s) => s.replaceAll("'", '"'),
  },
  "repair-comma": {
    specs: [
      "remove the trailing comma[ to get valid JSON|]",
      "fix JSON: no comma before } or ]",
      "drop a comma that stands before the closing bracket",
    ],
    input: (r) => {
      const text = written(r, r.chance(0.5) ? record(r, 1, 3) : r.many(r.upTo(1, 3), () => thing(r)));
      return r.chance(0.8) ? text.slice(0, -1) + r.pick([",", ", "]) + text.slice(-1) : text;
    },
    output: (s) => s.replace(/,\s*([}\]])$/, "$1"),
  },
  "repair-bracket": {
    specs: [
      "add the missing closing bracket",
      "the JSON may lack its last } or ]: add it",
      "close the JSON[ if it is not closed|]",
    ],
    input: (r) => {
      const text = written(r, r.chance(0.5) ? record(r, 1, 2) : r.many(r.upTo(1, 3), () => thing(r)));
      return r.chance(0.8) ? text.slice(0, -1) : text;
    },
    output: (s) => (s.startsWith("{") ? (s.endsWith("}") ? s : `${s}}`) : s.endsWith("]") ? s : `${s}]`),
  },
  "repair-keys": {
    specs: [
      'quote the keys: {a: 1} -> {"a": 1}',
      "keys without quotes: make it JSON",
      "add double quotes around the object's keys",
    ],
    input: (r) => airy(record(r, 1, 3)).replace(/"(\w+)": /g, "$1: "),
    output: (s) => s.replace(/(\w+): /g, '"$1": '),
  },
  "json-compact": {
    specs: ["remove the spaces after commas and colons of the JSON", "compact the JSON", "minify"],
    input: (r) => airy(r.chance(0.7) ? record(r, 1, 3) : r.many(r.upTo(2, 3), () => thing(r))),
    output: (s) => dense(JSON.parse(s)),
  },
  "json-space": {
    specs: [
      "put a space after every comma and colon of the JSON",
      "space out the compact JSON[ on one line|]",
      "JSON with spaces after : and ,",
    ],
    input: (r) => dense(r.chance(0.7) ? record(r, 1, 3) : r.many(r.upTo(2, 3), () => thing(r))),
    output: (s) => airy(JSON.parse(s)),
  },
  "json-valid": {
    specs: [
      "is it valid JSON? {yes} or {no}",
      "{yes} if the text parses as JSON, otherwise {no}",
      "JSON check: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say,
        pair: (q) => {
          const text = written(q, q.chance(0.6) ? record(q, 1, 2) : q.many(q.upTo(1, 3), () => thing(q)));
          if (q.chance(0.5)) return [text, of(true)];
          return [
            q.pick([
              text.slice(0, -1),
              text.slice(1),
              text.replace('"', ""),
              text.replaceAll('"', "'"),
              `${text.slice(0, -1)},${text.slice(-1)}`,
            ]),
            of(false),
          ];
        },
      };
    },
  },
  "json-flip": {
    specs: [
      "turn true into false and false into true",
      "flip the booleans of the JSON",
      "negate every boolean",
    ],
    input: (r) =>
      written(
        r,
        Object.fromEntries(
          r
            .sample(["on", "ok", "new", "open", "paid", "done", "read"], r.upTo(1, 3))
            .map((key) => [key, r.chance(0.5)]),
        ),
      ),
    output: (s) => s.replace(/true|false/g, (word) => (word === "true" ? "false" : "true")),
  },
  "words-to-array": {
    specs: [
      "the words as a JSON array",
      "each word becomes a JSON string in a list",
      "split at spaces into a JSON list",
    ],
    note: compact,
    input: (r) => r.many(r.upTo(1, 4), () => (r.chance(0.7) ? plain(r) : capital(plain(r)))).join(" "),
    output: (s) => dense(s.split(" ")),
  },
  "one-field": {
    specs: [
      'wrap the text in a JSON object under "{key}"',
      'make {"{key}": TEXT}',
      "JSON object with the single field {key}[ that holds the text|]",
    ],
    draw: (r) => {
      const key = r.pick(["text", "name", "q", "value", "title", "message", someKey(r)]);
      return {
        say: { key },
        note: compact,
        input: (q) => (q.chance(0.5) ? `${plain(q)} ${thing(q)}` : capital(thing(q))),
        output: (s) => dense({ [key]: s }),
      };
    },
  },
});
