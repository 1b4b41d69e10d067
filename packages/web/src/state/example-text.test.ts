import { expect, test } from "vitest";
import { looksLikeExamples, parseExamples } from "./example-text.ts";

test("JSON Lines, a JSON list, CSV with and without a head, and tab-separated rows give the same examples", () => {
  const wanted = [
    { input: "a,b", output: 'say "b"' },
    { input: "c", output: "" },
  ];
  const lines = '{"input":"a,b","output":"say \\"b\\""}\n{"input":"c","output":""}\n';
  expect(parseExamples(lines)).toEqual(wanted);
  expect(parseExamples(`\uFEFF${lines.replaceAll("\n", "\r\n\r\n")}`)).toEqual(wanted);
  expect(parseExamples(JSON.stringify(wanted, null, 2))).toEqual(wanted);
  expect(parseExamples('input,output\n"a,b","say ""b"""\nc,\n')).toEqual(wanted);
  expect(parseExamples('a,b\tsay "b"\r\nc\t\r\n')).toEqual(wanted);
});

test("a cell in quotes may go over several lines", () => {
  expect(parseExamples('"a\nb",c\n')).toEqual([{ input: "a\nb", output: "c" }]);
});

test("a row without two cells is named", () => {
  expect(() => parseExamples("input,output\na,b\nlonely\n")).toThrow(/Row 3 has 1 cell;/);
  expect(() => parseExamples("a,b,c\n")).toThrow(/Row 1 has 3 cells;/);
});

test("a malformed JSON line is named", () => {
  expect(() => parseExamples('{"input":"a","output":"b"}\n{"input":\n')).toThrow(/Line 2 is not JSON/);
  expect(() => parseExamples('{"input":"a","output":"b"}\n\n{"input":"a"}')).toThrow(
    'Line 3 has no text as "output".',
  );
  expect(() => parseExamples('[{"input":"a","output":"b"},{"input":1,"output":"b"}]')).toThrow(
    'Example 2 has no text as "input".',
  );
});

test("only what can be nothing else is taken for examples when it is pasted into one field", () => {
  expect(looksLikeExamples('{"input": "a", "output": "b"}')).toBe(true);
  expect(looksLikeExamples("a\tb\nc\td")).toBe(true);
  expect(looksLikeExamples("a letter, in two lines\nand with commas, too")).toBe(false);
  expect(looksLikeExamples("a\tb")).toBe(false);
  expect(looksLikeExamples('{"level": "info"}\n{"level": "warn"}')).toBe(false);
});
