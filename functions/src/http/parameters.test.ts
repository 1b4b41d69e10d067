import { AppError, LIMITS } from "@weightsmith/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AppContext } from "./environment.ts";
import {
  idempotencyKeyOf,
  jobIdOf,
  keyIdOf,
  lastEventIdOf,
  programIdOf,
  waitSecondsOf,
} from "./parameters.ts";

const withHeader = (value: string | undefined) => ({ req: { header: () => value } }) as unknown as AppContext;
const withId = (id: string) => ({ req: { param: () => id } }) as unknown as AppContext;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return "none";
}

test("Prefer: wait=N is read among other preferences, capped, and otherwise ignored", () => {
  const cases: [string | undefined, number][] = [
    [undefined, 0],
    ["wait=10", 10],
    ["respond-async, wait=10", 10],
    ['Wait = "7" ; foo=bar, handling=lenient', 7],
    ["wait=100000", LIMITS.waitSeconds],
    ["wait=0", 0],
    ["wait=-1", 0],
    ["wait=ten", 0],
    ["await=9", 0],
    ["wait=99999999999999999999", 0],
  ];
  for (const [header, seconds] of cases) expect(waitSecondsOf(withHeader(header)), header).toBe(seconds);
});

test("no header value makes Prefer throw or wait longer than allowed", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const seconds = waitSecondsOf(withHeader(header));
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThanOrEqual(LIMITS.waitSeconds);
    }),
  );
});

test("an idempotency key is printable ASCII of a sensible length", () => {
  expect(idempotencyKeyOf(withHeader(undefined))).toBeUndefined();
  expect(idempotencyKeyOf(withHeader("order 66"))).toBe("order 66");
  for (const bad of ["", " ", "x".repeat(201), "ü", "a\tb", " a"]) {
    expect(codeOf(() => idempotencyKeyOf(withHeader(bad)))).toBe("idempotency.invalid_key");
  }
});

test("Last-Event-ID is the number of an event", () => {
  expect(lastEventIdOf(withHeader(undefined))).toBe(0);
  expect(lastEventIdOf(withHeader(""))).toBe(0);
  expect(lastEventIdOf(withHeader("17"))).toBe(17);
  for (const bad of ["-1", "1.5", "abc", "9999999999"]) {
    expect(codeOf(() => lastEventIdOf(withHeader(bad)))).toBe("request.invalid_parameter");
  }
});

test("an id of the wrong form is not found", () => {
  expect(codeOf(() => jobIdOf(withId("key_01jd3v8q2k7m4n5p6r8s9t0vwx")))).toBe("job.not_found");
  expect(codeOf(() => keyIdOf(withId("wsk_x")))).toBe("key.not_found");
  expect(codeOf(() => programIdOf(withId("../../etc")))).toBe("program.not_found");
});
