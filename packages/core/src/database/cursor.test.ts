import { AppError, newId } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { decodeCursor, encodeCursor, pageOf } from "./cursor.ts";

test("a cursor gives back time and id", () => {
  const position = { createdAt: new Date("2026-11-20T10:11:12.345Z"), id: newId("job") };
  expect(decodeCursor(encodeCursor(position))).toEqual(position);
});

test.each([
  "",
  "x",
  "%%%",
  Buffer.from("1.").toString("base64url"),
  Buffer.from("1.a;drop").toString("base64url"),
])("what is no cursor of ours is refused: %j", (cursor) => {
  expect(() => decodeCursor(cursor)).toThrowError(AppError);
});

test("the last page has no cursor, a full one with more behind it has", () => {
  const rows = [3, 2, 1].map((n) => ({ createdAt: new Date(n), id: `job_${n}` }));
  expect(pageOf(rows, 3).nextCursor).toBeNull();
  const page = pageOf(rows, 2);
  expect(page.items).toHaveLength(2);
  expect(decodeCursor(page.nextCursor!)).toEqual(rows[1]);
});
