import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { type JobId, jobIdSchema, type KeyId, newId, programIdSchema } from "./ids.ts";
import { canonicalJson, canonicalProgram, programIdOf } from "./program-id.ts";

test("ids are unique, well formed and sort by time", () => {
  const ids = Array.from({ length: 10_000 }, () => newId("job"));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(jobIdSchema.safeParse(id).success).toBe(true);
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 281_474_976_710_655];
  const sorted = times.map((time) => newId("key", time));
  expect([...sorted].sort()).toEqual(sorted);
});

test("an id of one noun is not an id of another", () => {
  expectTypeOf(newId("job")).toEqualTypeOf<JobId>();
  expectTypeOf<KeyId>().not.toExtend<JobId>();
  expectTypeOf<string>().not.toExtend<JobId>();
  expect(jobIdSchema.safeParse(newId("key")).success).toBe(false);
});

const base = {
  kind: "weights",
  spec: "Return the extension.",
  examples: [
    { input: "b.md", output: "md" },
    { input: "a.jpg", output: "jpg" },
  ],
  method: "auto",
  seed: 0,
  interpreter: { id: "base", sha256: "0".repeat(64) },
  compilerRevision: "1",
};

test("a program's canonical form and id never change", async () => {
  expect(canonicalProgram(base)).toMatchInlineSnapshot(
    `"{"compilerRevision":"1","examples":["[\\"a.jpg\\",\\"jpg\\"]","[\\"b.md\\",\\"md\\"]"],"format":1,"interpreter":{"id":"base","sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"kind":"weights","method":"auto","seed":0,"spec":"Return the extension."}"`,
  );
  expect(await programIdOf(base)).toMatchInlineSnapshot(`"1a724a5f280ba22b2728"`);
});

test("a program's id does not depend on the order of the examples, but on everything else", async () => {
  const id = await programIdOf(base);
  expect(programIdSchema.safeParse(id).success).toBe(true);
  expect(await programIdOf({ ...base, examples: base.examples.toReversed() })).toBe(id);
  const others = [
    { ...base, kind: "specialist" },
    { ...base, spec: "Return the extension" },
    { ...base, examples: base.examples.slice(1) },
    { ...base, examples: [{ input: "b.mdm", output: "d" }, base.examples[1]!] },
    { ...base, method: "lora" },
    { ...base, seed: 1 },
    { ...base, interpreter: { ...base.interpreter, sha256: "1".repeat(64) } },
    { ...base, interpreter: { ...base.interpreter, id: "other" } },
    { ...base, compilerRevision: "2" },
  ];
  const ids = await Promise.all(others.map(programIdOf));
  expect(new Set([id, ...ids]).size).toBe(others.length + 1);
});

test("canonical JSON is JSON, whatever the order of the members", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
      const reversed = Object.fromEntries(Object.entries(members).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(members));
    }),
  );
});
