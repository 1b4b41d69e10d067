import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type CompileRequestInput,
  compileRequestSchema,
  parseCompileRequest,
  storedCompileRequestSchema,
} from "./compile.ts";
import { AppError } from "./error.ts";
import type { ErrorCode } from "./error-catalogue.ts";

const examples = [
  { input: "a.JPG", output: "jpg" },
  { input: "notes.md", output: "md" },
];
const good = { spec: "Return the extension in lower case.", examples } satisfies CompileRequestInput;

function refusal(body: unknown): AppError {
  try {
    parseCompileRequest(body);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(body).slice(0, 200)}`);
}

test("the smallest request gets its defaults", () => {
  expect(parseCompileRequest(good)).toEqual({
    ...good,
    kind: "weights",
    method: "auto",
    tags: [],
    parents: [],
    seed: 0,
    public: false,
  });
});

test("a parsed request is stored and read back unchanged", () => {
  const request = parseCompileRequest({ ...good, name: "ext", webhook: { url: "https://example.com/x" } });
  expect(storedCompileRequestSchema.parse(JSON.parse(JSON.stringify(request)))).toEqual(request);
});

test("examples may come as JSON Lines, with a byte-order mark, CRLF and empty lines", () => {
  const lines = `\uFEFF${examples.map((example) => JSON.stringify(example)).join("\r\n\r\n")}\r\n`;
  expect(parseCompileRequest({ ...good, examples: lines }).examples).toEqual(examples);
});

test("a repeated example counts once", () => {
  expect(parseCompileRequest({ ...good, examples: [...examples, examples[0]] }).examples).toEqual(examples);
  expect(refusal({ ...good, examples: [examples[0], examples[0]] }).code).toBe("examples.too_few");
});

test("the method that trains nothing needs no examples", () => {
  expect(parseCompileRequest({ spec: "x", method: "context" }).examples).toEqual([]);
});

test("a spec of exactly 16,000 characters fits, counted in code points", () => {
  expect(parseCompileRequest({ ...good, spec: "x".repeat(16_000) }).spec).toHaveLength(16_000);
  expect(parseCompileRequest({ ...good, spec: "😀".repeat(16_000) }).spec).toHaveLength(32_000);
  expect(refusal({ ...good, spec: "😀".repeat(16_001) }).code).toBe("spec.too_long");
});

describe("each bad input has its own code and says what is wrong", () => {
  const long = "x".repeat(8_001);
  const cases: [name: string, body: unknown, code: ErrorCode, message: RegExp][] = [
    ["not an object", [], "request.invalid", /an array; expected a JSON object/],
    ["no spec", { examples }, "request.missing_field", /`spec` is missing/],
    ["empty spec", { ...good, spec: "" }, "spec.empty", /empty/],
    ["blank spec", { ...good, spec: " \n\t" }, "spec.empty", /white space/],
    ["spec of 16,001", { ...good, spec: "x".repeat(16_001) }, "spec.too_long", /16001.*16000/],
    ["spec not text", { ...good, spec: 3 }, "request.invalid", /`spec` is 3; expected string/],
    ["NUL in spec", { ...good, spec: "a\0" }, "request.invalid_text", /NUL/],
    ["half a surrogate pair", { ...good, name: "\ud83d" }, "request.invalid_text", /surrogate/],
    [
      "unknown method",
      { ...good, method: "magic" },
      "method.unknown",
      /"magic".*auto, context, fast, train, lora, prefix/,
    ],
    ["unknown kind", { ...good, kind: "magic" }, "kind.unknown", /"magic".*weights/],
    ["unknown field", { ...good, exmaples: 1 }, "request.unknown_field", /`exmaples`.*`examples`/],
    ["misspelt required field", { spek: "x" }, "request.unknown_field", /`spek`/],
    ["prototype field", JSON.parse('{"spec":"x","__proto__":{}}'), "request.unknown_field", /__proto__/],
    ["no examples", { spec: "x" }, "examples.too_few", /no examples/],
    ["one example", { ...good, examples: [examples[0]] }, "examples.too_few", /one example/],
    ["examples not a list", { ...good, examples: 3 }, "examples.invalid", /array.*JSON Lines/],
    ["example not an object", { ...good, examples: [null] }, "examples.invalid", /Example 1 is null/],
    ["no output", { ...good, examples: [{ input: "a" }] }, "examples.invalid", /Example 1 has no "output"/],
    ["no input", { ...good, examples: [{ output: "a" }] }, "examples.invalid", /Example 1 has no "input"/],
    [
      "output a number",
      { ...good, examples: [{ input: "a", output: 1 }] },
      "examples.invalid",
      /a number as "output"/,
    ],
    ["extra field", { ...good, examples: [{ ...examples[0], weight: 1 }] }, "examples.invalid", /"weight"/],
    ["long input", { ...good, examples: [{ input: long, output: "" }] }, "examples.too_long", /8001.*8000/],
    [
      "NUL in example",
      { ...good, examples: [{ input: "\0", output: "" }] },
      "request.invalid_text",
      /Example 1/,
    ],
    ["10,001 examples", { ...good, examples: Array(10_001).fill(examples[0]) }, "examples.too_many", /10001/],
    [
      "contradiction",
      { ...good, examples: [...examples, { input: "a.JPG", output: "JPG" }] },
      "examples.contradictory",
      /Example 1 and example 3.*"a\.JPG".*"jpg" and "JPG"/,
    ],
    ["seed below 0", { ...good, seed: -1 }, "request.invalid", /`seed`/],
    ["seed not whole", { ...good, seed: 1.5 }, "request.invalid", /`seed`/],
    ["21 tags", { ...good, tags: Array(21).fill("t") }, "request.invalid", /`tags`/],
    ["empty webhook", { ...good, webhook: { url: "" } }, "webhook.invalid_url", /empty/],
    [
      "field in webhook",
      { ...good, webhook: { url: "x", a: 1 } },
      "request.unknown_field",
      /in `webhook`: `a`/,
    ],
  ];
  test.each(cases)("%s", (_, body, code, message) => {
    const error = refusal(body);
    expect(error.code).toBe(code);
    expect(error.publicMessage).toMatch(message);
  });
});

test("malformed JSON Lines name the line, counting empty ones", () => {
  const error = refusal({ ...good, examples: `${JSON.stringify(examples[0])}\n\n{"input": "x",}\n` });
  expect(error.code).toBe("examples.malformed_line");
  expect(error.context).toEqual({ line: 3 });
  expect(error.publicMessage).toMatch(/^Line 3 is not JSON: /);
});

test("contradictory JSON Lines name both lines", () => {
  const lines = [
    '{"input":"a","output":"1"}',
    "",
    '{"input":"b","output":"1"}',
    '{"input":"a","output":"2"}',
  ];
  const error = refusal({ ...good, examples: lines.join("\n") });
  expect(error.code).toBe("examples.contradictory");
  expect(error.context).toEqual({ places: ["line 1", "line 4"] });
});

test("details list every field that was wrong", () => {
  const error = refusal({ ...good, seed: -1, method: "magic" });
  const issues = error.context.issues as { path: string }[];
  expect(issues.map(({ path }) => path).sort()).toEqual(["method", "seed"]);
});

test("the published schema states the limits that parsing enforces", () => {
  const schema = JSON.stringify(
    z.toJSONSchema(compileRequestSchema, { io: "input", unrepresentable: "any" }),
  );
  expect(schema).toContain('"maxLength":16000');
  expect(schema).toContain('"additionalProperties":false');
});
