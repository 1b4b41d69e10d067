import { AppError } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { persist } from "./persistence.ts";

const quick = { tries: 4, firstPauseMs: 1, longestPauseMs: 2 };

function failing(times: number, error: Error) {
  let calls = 0;
  return {
    calls: () => calls,
    work: async () => {
      calls++;
      if (calls <= times) throw error;
      return "stored";
    },
  };
}

test("what fails for a while is done in the end", async () => {
  const { work, calls } = failing(3, new Error("connection reset"));
  expect(await persist(work, quick)).toBe("stored");
  expect(calls()).toBe(4);
});

test("the last error comes out when patience ends", async () => {
  const { work, calls } = failing(9, new Error("connection reset"));
  await expect(persist(work, quick)).rejects.toThrow("connection reset");
  expect(calls()).toBe(4);
});

test.each(["job.lease_lost", "artifact.invalid"] as const)("%s is final at once", async (code) => {
  const { work, calls } = failing(9, new AppError(code));
  await expect(persist(work, quick)).rejects.toThrow(AppError);
  expect(calls()).toBe(1);
});

test("an aborted signal ends the waiting", async () => {
  const stop = new AbortController();
  const { work, calls } = failing(9, new Error("connection reset"));
  const slow = persist(work, { ...quick, firstPauseMs: 60_000, longestPauseMs: 60_000, signal: stop.signal });
  setTimeout(() => stop.abort(), 10);
  await expect(slow).rejects.toThrow("connection reset");
  expect(calls()).toBe(1);
});
