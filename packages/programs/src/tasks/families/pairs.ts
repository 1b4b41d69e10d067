/** Keys with values, in plain text. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { plain } from "../vocabulary/words.ts";
import { record, someKey, type Value } from "./json.ts";
import { ascending } from "./words.ts";

/** Ways to write pairs: [name in specs, between key and value, between pairs]. */
const forms = [
  ["key: value lines", ": ", "\n"],
  ["key=value lines", "=", "\n"],
  ["key=value; key=value", "=", "; "],
  ["key: value, key: value", ": ", ", "],
  ["key=value, key=value", "=", ", "],
  ["key=value&key=value", "=", "&"],
  ["key -> value; key -> value", " -> ", "; "],
  ["key:value|key:value", ":", "|"],
] as const;
type Form = (typeof forms)[number];

const write = (object: Readonly<Record<string, Value>>, [, middle, glue]: Form) =>
  Object.entries(object)
    .map(([k, v]) => k + middle + v)
    .join(glue);
const read = (text: string, [, middle, glue]: Form) =>
  text.split(glue).map((pair) => pair.split(middle) as [string, string]);
const simple = (random: Random, least: number, most: number, must: readonly string[] = []) =>
  Object.fromEntries(
    Object.entries(record(random, least, most, must)).map(([k, v]) => [
      k,
      typeof v === "string" ? v.split(" ").at(-1)! : v,
    ]),
  );

export const pairs = families("pairs", {
  "pair-get": {
    loose: true,
    specs: [
      "[return|give|extract] the value of {key} ({form})",
      "{form}: what is {key}",
      'look up "{key}" in {form}',
      "value for {key}; the input is {form}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const key = someKey(r);
      const none = missing(r);
      return {
        say: { key, form: form[0] },
        note: none.note,
        pair: (q) => {
          const object = simple(q, 1, 3, none.happens(q) ? [] : [key]);
          if (none.note === undefined || object[key] !== undefined)
            return [write(object, form), String(object[key])];
          return [write(object, form), none.value];
        },
      };
    },
  },
  "pair-keys": {
    specs: [
      "list the keys of {form}, separated by {name}",
      "{form}: only the keys, joined with {name}",
      "keys, {name} between; input: {form}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const [mark, name] = r.pick([
        [", ", "commas"],
        [" ", "spaces"],
        [";", "semicolons"],
      ] as const);
      return {
        say: { form: form[0], name },
        input: (q) => write(simple(q, 1, 3), form),
        output: (s) =>
          read(s, form)
            .map(([k]) => k)
            .join(mark),
      };
    },
  },
  "pair-values": {
    specs: [
      "list the values of {form}, separated by {name}",
      "{form}: only the values, joined with {name}",
      "values, {name} between; input: {form}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const [mark, name] = r.pick([
        [", ", "commas"],
        [" ", "spaces"],
        [";", "semicolons"],
      ] as const);
      return {
        say: { form: form[0], name },
        input: (q) => write(simple(q, 1, 3), form),
        output: (s) =>
          read(s, form)
            .map(([, v]) => v)
            .join(mark),
      };
    },
  },
  "pair-form": {
    specs: [
      "[convert|rewrite] {from} as {to}",
      "{from} -> {to}",
      "the pairs come as {from}; write them as {to}",
    ],
    draw: (r) => {
      const [from, to] = r.sample(forms, 2) as [Form, Form];
      return {
        say: { from: from[0], to: to[0] },
        input: (q) => write(simple(q, 1, 3), from),
        output: (s) =>
          read(s, from)
            .map(([k, v]) => k + to[1] + v)
            .join(to[2]),
      };
    },
  },
  "pair-swap": {
    specs: [
      "swap key and value in {form}",
      "{form}: exchange the sides of each pair",
      "value first, key second; format {form}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      return {
        say: { form: form[0] },
        input: (q) => write(simple(q, 1, 2), form),
        output: (s) =>
          read(s, form)
            .map(([k, v]) => v + form[1] + k)
            .join(form[2]),
      };
    },
  },
  "pair-set": {
    specs: [
      "set {key} to {value} in {form}",
      "{form}: change the value of {key} to {value}",
      "{key} becomes {value}; the rest of {form} stays",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const [key, value] = [someKey(r), plain(r)];
      return {
        say: { form: form[0], key, value },
        input: (q) => write(simple(q, 1, 3, [key]), form),
        output: (s) =>
          read(s, form)
            .map(([k, v]) => k + form[1] + (k === key ? value : v))
            .join(form[2]),
      };
    },
  },
  "pair-drop": {
    specs: ["remove {key} from {form}", "{form}: delete the pair {key}", "all pairs but {key}; input {form}"],
    draw: (r) => {
      const form = r.pick(forms);
      const key = someKey(r);
      return {
        say: { form: form[0], key },
        input: (q) => write(simple(q, 2, 3, q.chance(0.85) ? [key] : []), form),
        output: (s) =>
          read(s, form)
            .filter(([k]) => k !== key)
            .map(([k, v]) => k + form[1] + v)
            .join(form[2]),
      };
    },
  },
  "pair-sort": {
    specs: [
      "sort the pairs by key ({form})",
      "{form}: alphabetical order of the keys",
      "order {form} by key",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      return {
        say: { form: form[0] },
        input: (q) => write(simple(q, 2, 3), form),
        output: (s) =>
          read(s, form)
            .sort(([a], [b]) => ascending(a, b))
            .map(([k, v]) => k + form[1] + v)
            .join(form[2]),
      };
    },
  },
  "pair-has": {
    specs: [
      "is {key} set in {form}? {yes} or {no}",
      "{form}: {yes} if the key {key} is there, otherwise {no}",
      "does {form} contain the field {key}: {yes}/{no}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const key = someKey(r);
      const { say, of } = verdict(r);
      return {
        say: { ...say, form: form[0], key },
        input: (q) => write(simple(q, 1, 3, q.chance(0.5) ? [key] : []), form),
        output: (s) => of(read(s, form).some(([k]) => k === key)),
      };
    },
  },
  "pair-count": {
    specs: [
      "how many pairs are in {form}",
      "count the fields of {form}",
      "number of key-value pairs ({form})",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      return {
        say: { form: form[0] },
        input: (q) => write(simple(q, 1, 4), form),
        output: (s) => String(read(s, form).length),
      };
    },
  },
  "pair-key-of": {
    specs: [
      "which key has the value {value} in {form}",
      "{form}: find the key for {value}",
      "reverse lookup: {value} in {form}",
    ],
    draw: (r) => {
      const form = r.pick(forms);
      const value = plain(r);
      return {
        say: { form: form[0], value },
        pair: (q) => {
          const object = simple(q, 1, 3);
          const key = q.pick(Object.keys(object));
          object[key] = value;
          const first = Object.keys(object).find((k) => object[k] === value) as string;
          return [write(object, form), first];
        },
      };
    },
  },
  "env-export": {
    specs: [
      "turn 'name: value' into NAME=value[ (name in capitals)|]",
      "environment variable line: key in upper case, =, value",
      "key: value -> KEY=value",
    ],
    input: (r) => `${r.chance(0.5) ? someKey(r) : plain(r)}${r.pick([": ", ":", " : "])}${plain(r)}`,
    output: (s) => {
      const [key, value] = s.split(/\s*:\s*/) as [string, string];
      return `${key.toUpperCase()}=${value}`;
    },
  },
  "pair-sentence": {
    specs: [
      "write the pair as '{form}'",
      "key: value -> {form}",
      "make the sentence '{form}' of key and value",
    ],
    draw: (r) => {
      const form = r.pick([
        "The KEY is VALUE.",
        "KEY is VALUE",
        "VALUE is the KEY",
        "My KEY: VALUE!",
        "KEY (VALUE)",
        "VALUE (KEY)",
        "set KEY to VALUE",
      ]);
      const middle = r.pick([": ", "=", " = "]);
      return {
        say: { form },
        input: (q) => `${q.chance(0.5) ? someKey(q) : plain(q)}${middle}${plain(q)}`,
        output: (s) => {
          const [key, value] = s.split(middle) as [string, string];
          return form.replace("KEY", key).replace("VALUE", value);
        },
      };
    },
  },
  "comment-strip": {
    specs: [
      "remove the comment after {mark}",
      "cut off everything from {mark} on, and the spaces before it",
      "setting without its {mark} comment",
    ],
    draw: (r) => {
      const mark = r.pick(["#", "//", ";", "--"]);
      return {
        say: { mark },
        input: (q) =>
          `${someKey(q)}${q.pick(["=", " = ", ": "])}${plain(q)}${q.chance(0.8) ? `${q.pick([" ", "  "])}${mark} ${plain(q)} ${plain(q)}` : ""}`,
        output: (s) => (s.split(mark)[0] as string).trimEnd(),
      };
    },
  },
});
