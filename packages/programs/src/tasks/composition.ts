/**
 * Tasks of several steps. Three kinds: a chain of small text steps, a chain of steps over a list, and a step put after
 * any training family. Each family here is one shape of composition; its parameters choose the steps, so the number of
 * functions is the product of what it combines.
 */
import { ascending } from "./families/words.ts";
import { type Family, families, type Task } from "./family.ts";
import { dress, word } from "./phrasing.ts";
import type { Random } from "./random.ts";
import { splitOf } from "./splits.ts";
import { fullName } from "./vocabulary/names.ts";
import { count, separator, verdict } from "./vocabulary/wording.ts";
import { capital, invented, plain, plainWords, thing, tokens } from "./vocabulary/words.ts";

/** One step of a chain: how it is said as an instruction about the text so far, and what it does. */
interface Step {
  readonly say: string;
  apply(text: string): string;
}

const words = (text: string) => text.split(" ");

/** Steps that make sense for any text and leave one. */
const textSteps: readonly ((random: Random) => Step)[] = [
  (r) => ({
    say: word("[convert it to|make it|write it in] [upper case|capitals]", r),
    apply: (s) => s.toUpperCase(),
  }),
  (r) => ({
    say: word("[convert it to|make it|write it in] [lower case|small letters]", r),
    apply: (s) => s.toLowerCase(),
  }),
  (r) => ({
    say: word("[capitalise every word|use title case]", r),
    apply: (s) =>
      words(s)
        .map((w) => capital(w.toLowerCase()))
        .join(" "),
  }),
  (r) => ({
    say: word("[reverse the order of the words|put the words in reverse order]", r),
    apply: (s) => words(s).reverse().join(" "),
  }),
  (r) => ({ say: word("[take|keep] [only |]the first word", r), apply: (s) => words(s)[0] as string }),
  (r) => ({ say: word("[take|keep] [only |]the last word", r), apply: (s) => words(s).at(-1) as string }),
  (r) => ({
    say: word("[drop|remove] the first word[ if there are several|]", r),
    apply: (s) => (s.includes(" ") ? words(s).slice(1).join(" ") : s),
  }),
  (r) => ({
    say: word("[remove|delete] the vowels[ (aeiou)|]", r),
    apply: (s) => s.replace(/[aeiou]/gi, "") || "-",
  }),
  (r) => ({ say: word("[remove|delete] [all |]spaces", r), apply: (s) => s.replaceAll(" ", "") }),
  (r) => {
    const mark = r.pick(["-", "_", ".", "/", "+"]);
    return {
      say: word(`[replace spaces by ${mark}|join the words with ${mark}|turn spaces into "${mark}"]`, r),
      apply: (s) => s.replaceAll(" ", mark),
    };
  },
  (r) => {
    const mark = r.pick(["#", "@", "- ", "> ", "id:", `${invented(r, 1)}-`, "* "]);
    return {
      say: word(`[put "${mark}" in front|prefix it with "${mark}"|add "${mark}" at the start]`, r),
      apply: (s) => mark + s,
    };
  },
  (r) => {
    const mark = r.pick(["!", "?", ".", ";", "...", ` ${invented(r, 1)}`, "-x"]);
    return {
      say: word(`[put "${mark}" at the end|append "${mark}"|add "${mark}" after it]`, r),
      apply: (s) => s + mark,
    };
  },
  (r) => {
    const [open, close, name] = r.pick([
      ["(", ")", "parentheses"],
      ["[", "]", "square brackets"],
      ['"', '"', "double quotes"],
      ["<", ">", "angle brackets"],
    ] as const);
    return { say: word(`[wrap it in ${name}|put it in ${name}]`, r), apply: (s) => open + s + close };
  },
  (r) => {
    const n = r.between(2, 5);
    return { say: word(`[keep|take] the first ${count(r, n)} characters`, r), apply: (s) => s.slice(0, n) };
  },
  (r) => {
    const n = r.between(2, 4);
    return { say: word(`[keep|take] the last ${count(r, n)} characters`, r), apply: (s) => s.slice(-n) };
  },
  (r) => ({ say: word("[count|return the number of] [its |]characters", r), apply: (s) => String(s.length) }),
  (r) => ({ say: word("[write it twice|repeat it], with a space between", r), apply: (s) => `${s} ${s}` }),
  (r) => ({ say: word("[uppercase the first letter|start with a capital]", r), apply: (s) => capital(s) }),
  (r) => {
    const [a, b] = r.sample([..."aeiosn"], 2) as [string, string];
    return {
      say: word(`[replace|change] every ${a} [by|with|into] ${b}`, r),
      apply: (s) => s.replaceAll(a, b),
    };
  },
];

/** Steps over a list of words. */
interface ListStep {
  readonly say: string;
  /** It may leave nothing of items that an earlier step changed, so it goes first. */
  readonly filters?: true;
  apply(items: string[]): string[];
}
const listSteps: readonly ((random: Random) => ListStep)[] = [
  (r) => ({
    say: word("[sort them|sort the items][ alphabetically|]", r),
    apply: (l) => l.toSorted(ascending),
  }),
  (r) => ({ say: word("[reverse the order|reverse the list]", r), apply: (l) => l.toReversed() }),
  (r) => ({ say: word("[remove duplicates|keep each item once]", r), apply: (l) => [...new Set(l)] }),
  (r) => ({ say: word("[capitalise each|start each item with a capital]", r), apply: (l) => l.map(capital) }),
  (r) => ({
    say: word("[uppercase each item|write them in capitals]", r),
    apply: (l) => l.map((x) => x.toUpperCase()),
  }),
  (r) => {
    const n = r.between(1, 3);
    return {
      say: word(`[keep|take] the first ${n === 1 ? "item" : `${count(r, n)}`}`, r),
      apply: (l) => l.slice(0, n),
    };
  },
  (r) => ({
    say: word("[drop|remove] the first [item|one]", r),
    apply: (l) => (l.length > 1 ? l.slice(1) : l),
  }),
  (r) => ({
    say: word("[drop|remove] the last [item|one]", r),
    apply: (l) => (l.length > 1 ? l.slice(0, -1) : l),
  }),
  (r) => {
    const n = r.between(3, 5);
    return {
      say: word(`[keep|take] [only |]items with more than ${count(r, n)} letters`, r),
      filters: true,
      apply: (l) => l.filter((x) => x.length > n),
    };
  },
  (r) => {
    const letter = r.pick([..."abcdhlmprst"]);
    return {
      say: word(`[remove|drop] items that start with ${letter}`, r),
      filters: true,
      apply: (l) => l.filter((x) => !x.toLowerCase().startsWith(letter)),
    };
  },
  (r) => {
    const mark = r.pick(["#", "@", "-", "+", "$"]);
    return { say: word(`put ${mark} before each[ item|]`, r), apply: (l) => l.map((x) => mark + x) };
  },
  (r) => {
    const mark = r.pick(["!", "?", "s", "*"]);
    return { say: word(`[add|put] ${mark} after each[ item|]`, r), apply: (l) => l.map((x) => x + mark) };
  },
  (r) => ({
    say: word("[replace each item by its length|count the letters of each item]", r),
    apply: (l) => l.map((x) => String(x.length)),
  }),
  (r) => ({
    say: word("[keep|take] the first letter of each[ item|]", r),
    apply: (l) => l.map((x) => x.slice(0, 1)),
  }),
  (r) => {
    const item = plain(r);
    return { say: word(`[add|append] ${item} at the end`, r), apply: (l) => [...l, item] };
  },
];

/** "a, then b", "first a; then b and finally c", "1. a 2. b". */
function inOrder(steps: readonly string[], random: Random): string {
  const last = steps.at(-1) as string;
  const before = steps.slice(0, -1);
  switch (random.int(5)) {
    case 0:
      return `${before.join(", ")}, then ${last}`;
    case 1:
      return `first ${before.join(", then ")}; ${before.length > 1 ? "finally" : "then"} ${last}`;
    case 2:
      return steps.map((step, i) => `${i + 1}. ${step}`).join(" ");
    case 3:
      return `${before.join(", ")} and ${last}`;
    default:
      return steps.join(", then ");
  }
}

const differentSteps = <T>(random: Random, makers: readonly ((random: Random) => T)[], n: number): T[] =>
  random.sample(makers, n).map((make) => make(random));
const applyAll = (steps: readonly Step[], text: string) => steps.reduce((s, step) => step.apply(s), text);
const starts = [
  (r: Random) => plainWords(r, 2, 4),
  (r: Random) => tokens(r, 1, 4),
  (r: Random) => fullName(r),
  (r: Random) => plainWords(r, 1, 2),
];

/** Chains of `n` text steps. */
function textChain(n: number) {
  return {
    specs: ["{steps}", "take the text: {steps}", "with the input: {steps}", "do this: {steps}"],
    draw: (r: Random) => {
      const steps = differentSteps(r, textSteps, n);
      const start = r.pick(starts);
      return {
        say: {
          steps: inOrder(
            steps.map((step) => step.say),
            r,
          ),
        },
        input: start,
        output: (s: string) => applyAll(steps, s),
      };
    },
  };
}

/** Chains of `n` list steps between a separator in and a separator out. */
function listChain(n: number) {
  return {
    specs: [
      "the items are separated by {from}. {steps}. separate the result with {to}",
      "split at {from}; {steps}; join with {to}",
      "list with {from} between the items: {steps}. Output with {to} between",
      "input: items with {from}. output: items with {to}. steps: {steps}",
    ],
    draw: (r: Random) => {
      const from = separator(r, [", ", ",", "; ", " | ", "/", "-"]);
      const to = separator(r, [", ", ",", "; ", " | ", "/", "-", " > "]);
      const steps = differentSteps(r, listSteps, n).toSorted(
        (a, b) => Number(b.filters ?? false) - Number(a.filters ?? false),
      );
      const said =
        n === 1
          ? (steps[0] as ListStep).say
          : inOrder(
              steps.map((step) => step.say),
              r,
            );
      return {
        say: { from: from.name, to: to.name, steps: said },
        input: (q: Random) => {
          const items = q.many(q.upTo(2, 4), () => plain(q));
          if (q.chance(0.3)) items.push(q.pick(items));
          return items.join(from.mark);
        },
        output: (s: string) =>
          steps.reduce((list, step) => step.apply(list), s.split(from.mark)).join(to.mark),
      };
    },
  };
}

/** What may be true of a text. */
const conditions: readonly ((random: Random) => {
  say: string;
  holds(text: string): boolean;
  make(random: Random): string;
})[] = [
  () => ({
    say: "contains a digit",
    holds: (s) => /\d/.test(s),
    make: (q) => `${plainWords(q, 1, 3)}${q.chance(0.5) ? ` ${q.int(100)}` : ""}`,
  }),
  (r) => {
    const key = thing(r);
    return {
      say: `contains the word ${key}`,
      holds: (s) => words(s).includes(key),
      make: (q) => (q.chance(0.5) ? `${key} ${plainWords(q, 1, 3)}` : plainWords(q, 1, 4)),
    };
  },
  (r) => {
    const letter = r.pick([..."abcdhlmprst"]);
    return {
      say: `starts with ${letter}`,
      holds: (s) => s.startsWith(letter),
      make: (q) => (q.chance(0.5) ? letter : "") + plainWords(q, 1, 3),
    };
  },
  (r) => {
    const n = r.between(2, 3);
    return {
      say: `has more than ${count(r, n)} words`,
      holds: (s) => words(s).length > n,
      make: (q) => plainWords(q, 1, n * 2),
    };
  },
  () => ({
    say: "ends with a question mark",
    holds: (s) => s.endsWith("?"),
    make: (q) => plainWords(q, 1, 3) + (q.chance(0.5) ? "?" : q.pick(["", ".", "!"])),
  }),
  (r) => {
    const mark = r.pick(["@", "#", ":", "-", "/"]);
    return {
      say: `contains ${mark}`,
      holds: (s) => s.includes(mark),
      make: (q) => plainWords(q, 2, 3).replace(" ", q.chance(0.5) ? mark : " "),
    };
  },
];

const shapes = families("composition", {
  "text-two-steps": textChain(2),
  "text-three-steps": textChain(3),
  "list-one-step": listChain(1),
  "list-two-steps": listChain(2),
  "list-three-steps": listChain(3),
  "if-then-else": {
    specs: [
      "if the text {condition}, {a}; otherwise {b}",
      "when it {condition}: {a}. else: {b}",
      "{a} if the input {condition}, otherwise {b}",
      "texts where it {condition}: {a}; all others: {b}",
    ],
    draw: (r) => {
      const condition = r.pick(conditions)(r);
      const [a, b] = differentSteps(r, textSteps, 2) as [Step, Step];
      return {
        say: { condition: condition.say, a: a.say, b: b.say },
        input: condition.make,
        output: (s) => (condition.holds(s) ? a : b).apply(s),
      };
    },
  },
  "if-then": {
    specs: [
      "if the text {condition}, {a}; otherwise leave it as it is",
      "{a}, but only if the input {condition}",
      "when it {condition}: {a}. In all other cases repeat the input",
    ],
    draw: (r) => {
      const condition = r.pick(conditions)(r);
      const [a] = differentSteps(r, textSteps, 1) as [Step];
      return {
        say: { condition: condition.say, a: a.say },
        input: condition.make,
        output: (s) => (condition.holds(s) ? a.apply(s) : s),
      };
    },
  },
  "condition-label": {
    specs: [
      "{yes} if the text {condition}, otherwise {no}",
      "answer {yes} when it {condition} and {no} when not",
      "label: {yes} ({condition}) or {no}",
      "check whether the input {condition}: {yes}/{no}",
    ],
    draw: (r) => {
      const condition = r.pick(conditions)(r);
      const { say, of } = verdict(r, [
        [plain(r), plain(r)],
        ["A", "B"],
      ]);
      return {
        say: { ...say, condition: condition.say },
        input: condition.make,
        output: (s) => of(condition.holds(s)),
      };
    },
  },
  "two-conditions": {
    specs: [
      "{yes} if the text {a} and {b}, otherwise {no}",
      "both must hold ({a}; {b}): {yes}, else {no}",
      "{yes} only when it {a} and also {b}; {no} if not",
    ],
    draw: (r) => {
      const [a, b] = r.sample(conditions, 2).map((make) => make(r)) as [
        ReturnType<(typeof conditions)[number]>,
        ReturnType<(typeof conditions)[number]>,
      ];
      const { say, of } = verdict(r);
      return {
        say: { ...say, a: a.say, b: b.say },
        input: (q) => (q.chance(0.4) ? `${a.make(q)} ${b.make(q)}` : q.pick([a, b]).make(q)),
        output: (s) => of(a.holds(s) && b.holds(s)),
      };
    },
  },
  "each-word": {
    specs: [
      "for every word: {step}",
      "apply to each word: {step}",
      "word by word: {step}[; keep the spaces|]",
      "{step} - for each word separately",
    ],
    draw: (r) => {
      const step = r.pick(
        [0, 1, 7, 10, 11, 12, 13, 14, 15, 17, 18].map((i) => textSteps[i] as (random: Random) => Step),
      )(r);
      return {
        say: { step: step.say },
        input: (q) => plainWords(q, 1, 4),
        output: (s) =>
          words(s)
            .map((w) => step.apply(w))
            .join(" "),
      };
    },
  },
  "part-then-step": {
    specs: [
      "take the part {side} {mark} and {step}",
      "{step}: only the part {side} {mark}",
      "the text {side} {mark}; then {step}",
    ],
    draw: (r) => {
      const mark = r.pick([":", " - ", "=", "/", "|", ","]);
      const left = r.chance(0.5);
      const [step] = differentSteps(r, textSteps, 1) as [Step];
      return {
        say: {
          side: left ? r.pick(["before", "left of"]) : r.pick(["after", "right of"]),
          mark: `'${mark}'`,
          step: step.say,
        },
        input: (q) => `${plainWords(q, 1, 3)}${mark}${plainWords(q, 1, 3)}`,
        output: (s) => step.apply(s.split(mark)[left ? 0 : 1] as string),
      };
    },
  },
  "two-parts": {
    specs: [
      "left of {mark}: {a}; right of it: {b}; keep {mark}",
      "{a} on the part before {mark}, {b} on the part after",
      "split at {mark}; first part: {a}; second part: {b}; join again with {mark}",
    ],
    draw: (r) => {
      const mark = r.pick([":", "=", "/", "|", ","]);
      const [a, b] = differentSteps(r, textSteps, 2) as [Step, Step];
      return {
        say: { mark: `'${mark}'`, a: a.say, b: b.say },
        input: (q) => `${plainWords(q, 1, 2)}${mark}${plainWords(q, 1, 2)}`,
        output: (s) => {
          const [x, y] = s.split(mark) as [string, string];
          return a.apply(x) + mark + b.apply(y);
        },
      };
    },
  },
});

/** A text step put after the tasks of one theme: "return the surname. Then write it in capitals." */
function andThen(group: string, members: readonly Family[]): Family {
  const name = `${group}-then`;
  return {
    name,
    group: "composition",
    sample(random): Task {
      const first = random.pick(members).sample(random);
      const step = random.pick(textSteps)(random);
      const base = first.spec.replace(/[.!]$/, "");
      const spec = random.chance(0.6)
        ? `${base}. ${dress(random.pick([`then ${step.say}`, `after that ${step.say}`, `then, with the result: ${step.say}`]), random)}`
        : `${base}, then ${step.say}`;
      return {
        family: name,
        spec,
        ...(first.apply && {
          apply: (input: string) => step.apply((first.apply as (text: string) => string)(input)),
        }),
        example(source) {
          const { input, output } = first.example(source);
          return { input, output: step.apply(output) };
        },
      };
    },
  };
}

/** Themes whose outputs are words or short phrases, fit for a further step. */
const continued = [
  "words",
  "contacts",
  "names",
  "dates",
  "lists",
  "json",
  "pairs",
  "tables",
  "paths",
  "cleanup",
  "templates",
  "dialogue",
  "logs",
];

/** All compositions; those that build on other families build on training families alone. */
export function compositions(base: readonly Family[]): Family[] {
  const training = base.filter((family) => splitOf(family.name) === "training");
  return [
    ...shapes,
    ...continued.map((group) =>
      andThen(
        group,
        training.filter((family) => family.group === group),
      ),
    ),
  ];
}
