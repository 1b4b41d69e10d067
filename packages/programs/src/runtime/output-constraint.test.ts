import { expect, test } from "vitest";
import { constraintFromOutputs } from "./output-constraint.ts";

test("a few labels, each seen more than once, are the labels", () => {
  expect(constraintFromOutputs(["spam", "ham", "spam", "ham", "spam"])).toEqual({
    kind: "labels",
    labels: ["ham", "spam"],
  });
  expect(constraintFromOutputs(["spam", "ham", "eggs", "toast", "beans"])).toBeUndefined();
});

test("numbers and dates in one form become that form, the narrowest", () => {
  expect(constraintFromOutputs(["1", "20", "-3", "0"])).toEqual({
    kind: "regex",
    pattern: "-?(?:0|[1-9]\\d*)",
  });
  expect(constraintFromOutputs(["007", "1", "2", "3"])).toEqual({ kind: "regex", pattern: "-?\\d+" });
  expect(constraintFromOutputs(["2026-01-02", "1999-12-31", "2000-02-29", "2024-06-05"])).toEqual({
    kind: "regex",
    pattern: "\\d{4}-\\d{2}-\\d{2}",
  });
});

test("compact JSON of one shape becomes its schema; fields that may be missing are optional", () => {
  const outputs = ['{"a":1,"b":"x"}', '{"a":2}', '{"a":3,"b":"y"}', '{"a":-4,"b":"z"}'];
  expect(constraintFromOutputs(outputs)).toEqual({
    kind: "jsonSchema",
    schema: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    },
  });
  expect(constraintFromOutputs(['["a"]', "[]", '["b","c"]', '["d"]'])).toEqual({
    kind: "jsonSchema",
    schema: { type: "array", items: { type: "string" } },
  });
});

test("varied text, JSON with spaces, and too few examples give no constraint", () => {
  expect(constraintFromOutputs(["one", "two words", "three", "fourth"])).toBeUndefined();
  expect(constraintFromOutputs(['{"a": 1}', '{"a": 2}', '{"a": 3}', '{"a": 4}'])).toBeUndefined();
  expect(constraintFromOutputs(["1", "2", "3"])).toBeUndefined();
});
