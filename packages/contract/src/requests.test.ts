/** Generate, experiment, program and run requests: what is refused, with which code. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseKeyRequest } from "./account.ts";
import { parseCompileRequest } from "./compile.ts";
import { AppError } from "./error.ts";
import { parseExampleLines } from "./example.ts";
import { parseExperimentRequest } from "./experiment.ts";
import { parseGenerateRequest } from "./generate.ts";
import { parseProgramChange, parseRunRequest } from "./program.ts";

function refusal(parse: (body: unknown) => unknown, body: unknown): [string, string] {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.publicMessage];
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(body).slice(0, 200)}`);
}

test("a generate request is told apart by its kind", () => {
  expect(parseGenerateRequest({ kind: "loda", terms: [0, 1, "12345678901234567890"] })).toMatchObject({
    kind: "loda",
    count: 5,
    budgetSeconds: 30,
  });
  expect(parseGenerateRequest({ kind: "code", spec: "Reverse a string." })).toMatchObject({
    language: "python",
  });
  expect(parseGenerateRequest({ kind: "text", prompt: "Once" })).toMatchObject({ maxTokens: 200 });
});

test("an unknown kind is named with the kinds that exist", () => {
  const [code, message] = refusal(parseGenerateRequest, { kind: "poem" });
  expect(code).toBe("kind.unknown");
  expect(message).toMatch(/"poem".*code, loda, text/);
  expect(refusal(parseGenerateRequest, {})[0]).toBe("request.missing_field");
  expect(refusal(parseExperimentRequest, { kind: "poem", model: "m", task: "t" })[0]).toBe("kind.unknown");
});

test("a generate request with nothing to go by is refused", () => {
  expect(refusal(parseGenerateRequest, { kind: "loda" })[0]).toBe("spec.empty");
  expect(refusal(parseGenerateRequest, { kind: "code", spec: " " })[0]).toBe("spec.empty");
  expect(refusal(parseGenerateRequest, { kind: "text", prompt: "x", poem: 1 })[0]).toBe(
    "request.unknown_field",
  );
  expect(refusal(parseGenerateRequest, { kind: "loda", terms: [1.5] })[0]).toBe("request.invalid");
});

test("a value nested a hundred thousand levels deep is refused, not followed", () => {
  const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  const [code, message] = refusal(parseGenerateRequest, {
    kind: "code",
    examples: [{ input: deep, output: 1 }],
  });
  expect(code).toBe("request.invalid");
  expect(message).toMatch(/32 levels/);
});

test("an experiment has a task or a dataset, not both", () => {
  const dataset = [{ id: "1", question: "2+2?", answer: "4" }];
  expect(parseExperimentRequest({ model: "tiny", dataset })).toMatchObject({ mode: "baseline", epochs: 1 });
  expect(refusal(parseExperimentRequest, { model: "tiny" })[0]).toBe("request.missing_field");
  expect(refusal(parseExperimentRequest, { model: "tiny", task: "t", dataset })[0]).toBe("request.invalid");
});

test("a run takes a text or a list of texts", () => {
  expect(parseRunRequest({ input: "a" })).toEqual({ input: "a", details: false, stream: false });
  expect(parseRunRequest({ input: ["a", ""] }).input).toEqual(["a", ""]);
  expect(refusal(parseRunRequest, {})[0]).toBe("request.missing_field");
  expect(refusal(parseRunRequest, { inputs: ["a"] })[0]).toBe("request.unknown_field");
  expect(refusal(parseRunRequest, { input: [] })[0]).toBe("request.invalid");
  expect(refusal(parseRunRequest, { input: [1] })).toEqual([
    "request.invalid",
    "`input[0]` is not a string.",
  ]);
  expect(refusal(parseRunRequest, { input: "x".repeat(8_001) })[0]).toBe("run.input_too_long");
  expect(refusal(parseRunRequest, { input: Array(1_001).fill("x") })[0]).toBe("run.too_many_inputs");
  expect(refusal(parseRunRequest, { input: "\0" })[0]).toBe("request.invalid_text");
});

test("a change of a program changes something", () => {
  expect(parseProgramChange({ name: null })).toEqual({ name: null });
  expect(refusal(parseProgramChange, {})[0]).toBe("request.missing_field");
  expect(refusal(parseProgramChange, { spec: "other" })[0]).toBe("request.unknown_field");
});

/** Bodies that are nearly right, so that the parsers are taken past their first check. */
const nearlyRight = fc.record(
  Object.fromEntries(
    "kind spec examples method interpreter name tags seed public webhook input model task dataset terms prompt"
      .split(" ")
      .map((field) => [
        field,
        fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: "binary" }),
          fc.constantFrom("weights", "loda", "code", "text", "auto", "context", true, 0, 3),
          fc.array(fc.record({ input: fc.jsonValue(), output: fc.string() }, { requiredKeys: [] }), {
            maxLength: 4,
          }),
        ),
      ]),
  ),
  { requiredKeys: [] },
);

test("whatever the body, it is parsed or refused with a code and a remedy; nothing else happens", () => {
  const parsers: ((body: unknown) => unknown)[] = [
    parseCompileRequest,
    parseGenerateRequest,
    parseExperimentRequest,
    parseRunRequest,
    parseProgramChange,
    parseKeyRequest,
  ];
  fc.assert(
    fc.property(fc.oneof(nearlyRight, fc.jsonValue()), fc.constantFrom(...parsers), (body, parse) => {
      try {
        parse(body);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        const { status, publicMessage, remedy } = error as AppError;
        expect(status).toBe(422);
        expect(publicMessage.length).toBeGreaterThan(0);
        expect(publicMessage.length).toBeLessThan(1_000);
        expect(remedy.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("whatever the text, JSON Lines are parsed or refused with the line", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constant(""),
    fc.record({ input: fc.string(), output: fc.string() }).map((example) => JSON.stringify(example)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = lines.join("\n");
      try {
        for (const { line } of parseExampleLines(text))
          expect(line).toBeLessThanOrEqual(text.split("\n").length);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).context.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 1_000 },
  );
});
