/** The functions of the families on literal inputs: per theme a few whose outputs anyone can check by eye. */
import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";
import { everyFamily } from "./registry.ts";

/** The function of the first drawn task of a family whose spec matches. */
function fn(name: string, spec = /^/): (input: string) => string {
  const family = everyFamily.find((candidate) => candidate.name === name);
  if (!family) throw new Error(`no family ${name}`);
  const random = new Random(name);
  for (let tries = 0; tries < 5000; tries++) {
    const task = family.sample(random);
    if (spec.test(task.spec) && task.apply) return task.apply;
  }
  throw new Error(`no task of ${name} matches ${spec}`);
}

const cases: readonly (readonly [name: string, spec: RegExp, input: string, output: string])[] = [
  ["copy", /^/, "Ada  sees 3 cats", "Ada  sees 3 cats"],
  ["tidy-spaces", /^/, "  a   b c ", "a b c"],
  ["wrap", /square brackets/, "old oak", "[old oak]"],
  ["title", /^/, "the OLD man", "The Old Man"],
  ["words-to-identifier", /camelCase/, "Total unit price", "totalUnitPrice"],
  ["identifier-style", /camelCase.*kebab-case/, "totalUnitPrice", "total-unit-price"],
  ["nth-word", /second word$/i, "one two three", "two"],
  ["longest-word", /^/, "sun moon star", "moon"],
  ["sort-words", /^/, "pear apple fig", "apple fig pear"],
  ["dedupe-words", /^/, "a b a c b", "a b c"],
  ["remove-vowels", /^/, "banana split", "bnn splt"],
  ["mask-keep-end", /\*.*(final|last) (4|four)/i, "12345678", "****5678"],
  ["pad-zeros", /to 5 digits/, "42", "00042"],
  ["group-digits", /of 3.*(space)/, "12345678", "123 456 78"],
  ["join-and", /and/, "a, b, c", "a, b and c"],
  ["dedupe-list", /^/, "red, blue, red", "red, blue"],
  ["list-to-json", /semicolons?\b(?! without)/, "a; b; c", '["a","b","c"]'],
  ["common-items", /'\|'/, "a, b | b, c", "b"],
  ["email-domain", /^/, "ann@mail.example.org", "mail.example.org"],
  ["phone-layout", /\(123\) 456-7890/, "415.555.0132", "(415) 555-0132"],
  ["mask-email", /a\*\*\*@/, "ann@x.org", "a***@x.org"],
  ["largest-number", /^/, "7, 31, 12", "31"],
  ["european-number", /^/, "1.234,50", "1234.50"],
  ["number-to-words", /^/, "342", "three hundred forty-two"],
  ["words-to-number", /^/, "three hundred forty-two", "342"],
  ["ordinal-suffix", /^/, "112", "112th"],
  ["expand-range", /comma and a space/, "3-6", "3, 4, 5, 6"],
  ["minutes-to-hours", /^/, "135 min", "2h 15m"],
  ["time-zeros", /^/, "9:5", "09:05"],
  ["first-then-last", /^/, "Müller, Ada", "Ada Müller"],
  ["initials", /A\.B\./, "Íñigo May Stone", "Í.M.S."],
  ["drop-title", /^/, "Dr. Ada Stone", "Ada Stone"],
  ["json-keys", /commas/, '{"a": 1, "b": 2}', "a, b"],
  ["repair-keys", /^/, '{name: "Ann", age: 3}', '{"name": "Ann", "age": 3}'],
  ["repair-comma", /^/, "[1, 2, ]", "[1, 2]"],
  ["pair-form", /key=value&key=value.*key: value lines/, "a=1&b=2", "a: 1\nb: 2"],
  ["markdown-to-csv", /^/, "| a | b |", "a,b"],
  ["transpose", /^/, "a,b\n1,2", "a,1\nb,2"],
  ["base-stem", /^/, "/home/ann/report.final.pdf", "report.final"],
  ["url-path", /^/, "https://x.org/a/b?q=1", "/a/b"],
  ["version-bump", /minor/, "1.9.7", "1.10.0"],
  ["version-newer", /^/, "1.9.0 vs 1.10.0", "1.10.0"],
  ["sentence-kind", /^/, "Is it late?", "question"],
  ["comma-spacing", /^/, "a ,b,  c", "a, b, c"],
  ["first-sentence", /^/, "Stop! Go on.", "Stop!"],
  ["function-call", /^/, "move left fast", "move(left, fast)"],
  ["changed-lines", /^/, "+a\n-b\n+c", "2"],
  ["convert-unit", /kg.*1000/, "3 kg", "3000 g"],
  ["cents-to-price", /\$/, "1250", "$12.50"],
  ["text-shape", /^/, "Ab-12", "Aa-99"],
  ["compare-sign", /^/, "12 ? 7", "12 > 7"],
  ["text-two-steps", /(capitals|upper case).*reverse/, "one two", "TWO ONE"],
  ["film-year", /^/, "Stone Garden (1999)", "1999: Stone Garden"],
  ["swap-hands", /^/, "turn left, keep right", "turn right, keep left"],
  ["redact-names", /^/, "call Ann in Rome", "call [NAME] in [NAME]"],
];

describe("the function of", () => {
  it.each(cases)("%s (spec like %s) maps %j to %j", (name, spec, input, output) => {
    expect(fn(name, spec)(input)).toEqual(output);
  });
});

/** Families whose pairs are drawn together: every pair must satisfy an independent check. */
const relations: readonly (readonly [name: string, holds: (input: string, output: string) => boolean])[] = [
  [
    "to-24-hours",
    (input, output) =>
      new Date(`2000-01-01 ${input.trim().replace(/(am|pm)$/i, " $1")}`).toTimeString().startsWith(output),
  ],
  [
    "date-part",
    (input, output) =>
      (input.match(/\d+/g) ?? []).some((part) => Number(part) === Number(output)) || input.includes(output),
  ],
  [
    "any-date-to-iso",
    (input, output) => /\./.test(input) || new Date(`${input} UTC`).toISOString().startsWith(output),
  ],
  [
    "options-to-json",
    (input, output) => (JSON.parse(output) as string[]).every((option) => input.includes(option)),
  ],
  [
    "slots-json",
    (input, output) =>
      Object.values(JSON.parse(output) as Record<string, string>).every((value) => input.includes(value)),
  ],
  ["log-json", (input, output) => input.includes((JSON.parse(output) as { message: string }).message)],
  [
    "poll-majority",
    (input, output) =>
      input.split(", ").filter((vote) => vote === output).length * 2 > input.split(", ").length - 1,
  ],
  [
    "medal-count",
    (input, output) => (input.match(/\d+/g) ?? []).reduce((sum, n) => sum + Number(n), 0) === Number(output),
  ],
];

describe("every drawn pair of", () => {
  it.each(relations)("%s agrees with an independent check", (name, holds) => {
    const family = everyFamily.find((candidate) => candidate.name === name);
    const random = new Random(name);
    const pairs = random.many(200, () => family?.sample(random).example(random));
    expect(pairs.filter((pair) => !pair || !holds(pair.input, pair.output))).toEqual([]);
  });
});
