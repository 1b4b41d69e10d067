import { AppError, LIMITS } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { type Line, linesOf } from "./lines.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function read(bytes: Uint8Array, from = { offset: 0, line: 0 }, rangeBytes = 7): Promise<Line[]> {
  const source = {
    bytes: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, Math.min(end, start + rangeBytes)),
  };
  const lines: Line[] = [];
  for await (const line of linesOf(source, from)) lines.push(line);
  return lines;
}
const shown = (lines: readonly Line[]) =>
  lines.map(({ content }) => (content instanceof AppError ? content.code : content));

test("lines are the same however the file is cut into ranges, letters of several bytes too", async () => {
  const bytes = bytesOf("erste Zeile\n\nzweite: äöü 🙂\nohne Ende");
  for (const range of [1, 2, 3, 5, 1000]) {
    expect(shown(await read(bytes, undefined, range)), `${range}`).toEqual([
      "erste Zeile",
      "",
      "zweite: äöü 🙂",
      "ohne Ende",
    ]);
  }
});

test("reading goes on where a line ended", async () => {
  const bytes = bytesOf("a\nbb\nccc\n");
  const [first, second] = await read(bytes);
  expect(first).toMatchObject({ number: 1, end: 2 });
  expect(await read(bytes, { offset: second!.end, line: second!.number })).toEqual([
    { number: 3, end: 9, content: "ccc" },
  ]);
  expect(await read(bytes, { offset: 9, line: 3 })).toEqual([]);
});

test("a line that is too long or not UTF-8 is an error in its place, and the next one is whole", async () => {
  const bytes = Buffer.concat([
    bytesOf("ok\n"),
    Buffer.alloc(LIMITS.batchLineBytes + 1, "x"),
    bytesOf("\n"),
    Buffer.from([0xff, 0xfe, 0x0a]),
    bytesOf("fine"),
  ]);
  expect(shown(await read(bytes, undefined, 65_536))).toEqual([
    "ok",
    "request.too_large",
    "request.invalid_json",
    "fine",
  ]);
});
