import { freshDatabase } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { peek, sweep, take } from "./index.ts";

let db: Database;
beforeAll(async () => {
  ({ db } = await freshDatabase());
});

/** An hour long, so that no test depends on how fast it runs. */
const rule = (subject: string, limit = 5) => ({ subject, bucket: "compile", limit, periodSeconds: 3600 });

test("exactly the limit passes, even if fifty ask at once", async () => {
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => take(db, rule("key:crowd", 7))));
  expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(7);
});

test("counts down, then says when to come back, and a refusal costs nothing", async () => {
  const remaining: number[] = [];
  for (let i = 0; i < 5; i++) remaining.push((await take(db, rule("key:a"))).remaining);
  expect(remaining).toEqual([4, 3, 2, 1, 0]);
  const refused = await take(db, rule("key:a"));
  expect(refused).toMatchObject({ allowed: false, limit: 5, remaining: 0 });
  expect(refused.retryAfterSeconds).toBeGreaterThan(700);
  expect(refused.retryAfterSeconds).toBeLessThanOrEqual(720);
  expect((await take(db, rule("key:a"))).retryAfterSeconds).toBeLessThanOrEqual(refused.retryAfterSeconds);
});

test("the allowance comes back evenly: a fifth of the hour gives one of five back", async () => {
  for (let i = 0; i < 5; i++) await take(db, rule("key:patient"));
  await db.sql`update rate_window set full_at = full_at - interval '12 minutes 1 second' where subject = 'key:patient'`;
  expect((await take(db, rule("key:patient"))).allowed).toBe(true);
  expect((await take(db, rule("key:patient"))).allowed).toBe(false);
});

test("subjects and buckets are apart", async () => {
  for (let i = 0; i < 5; i++) await take(db, rule("ip:192.0.2.1"));
  expect((await take(db, rule("ip:192.0.2.2"))).allowed).toBe(true);
  expect((await take(db, { ...rule("ip:192.0.2.1"), bucket: "run" })).allowed).toBe(true);
  expect((await take(db, rule("ip:192.0.2.1"))).allowed).toBe(false);
});

test("a use may cost more than one, and never more than there is", async () => {
  expect((await take(db, { ...rule("key:big"), cost: 4 })).remaining).toBe(1);
  expect((await take(db, { ...rule("key:big"), cost: 2 })).allowed).toBe(false);
  expect((await take(db, rule("key:big"))).allowed).toBe(true);
  const never = await take(db, { ...rule("key:huge"), cost: 6 });
  expect(never).toMatchObject({ allowed: false, remaining: 5, retryAfterSeconds: Infinity });
});

test("looking takes nothing", async () => {
  await take(db, rule("key:looker"));
  for (let i = 0; i < 3; i++) expect((await peek(db, rule("key:looker"))).remaining).toBe(4);
});

test("sweeping removes what limits nobody any more, and nothing else", async () => {
  await take(db, rule("key:current"));
  await take(db, rule("key:past"));
  await db.sql`update rate_window set full_at = now() - interval '1 second' where subject = 'key:past'`;
  expect(await sweep(db)).toBeGreaterThanOrEqual(1);
  expect((await peek(db, rule("key:current"))).remaining).toBe(4);
});
