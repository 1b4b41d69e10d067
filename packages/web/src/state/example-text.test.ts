import { expect, test } from "vitest";
import { parseExamples } from "./example-text.ts";

test("JSON Lines, CSV with and without a head, and tab-separated rows give the same examples", () => {
  const wanted = [
    { input: "a,b", output: 'say "b"' },
    { input: "c", output: "" },
  ];
  expect(parseExamples('{"input":"a,b","output":"say \\"b\\""}\n{"input":"c","output":""}\n')).toEqual(
    wanted,
  );
  expect(parseExamples('input,output\n"a,b","say ""b"""\nc,\n')).toEqual(wanted);
  expect(parseExamples('a,b\tsay "b"\r\nc\t\r\n')).toEqual(wanted);
});

test("a row without two cells is named", () => {
  expect(() => parseExamples("input,output\na,b\nlonely\n")).toThrow(/Row 3 has 1 cells/);
  expect(() => parseExamples("a,b,c\n")).toThrow(/Row 1 has 3 cells/);
});

test("a malformed JSON line is named", () => {
  expect(() => parseExamples('{"input":"a","output":"b"}\n{"input":\n')).toThrow(/Line 2/);
});
