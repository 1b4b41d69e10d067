import { isFinalState, JOB_STATES } from "@weightsmith/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backOffSeconds, type JobAction, type JobFacts, transition } from "./transition.ts";

const actions: JobAction[] = [
  { type: "claim" },
  { type: "succeed" },
  { type: "fail", retryable: true },
  { type: "fail", retryable: false },
  { type: "stop" },
  { type: "release" },
  { type: "expire" },
  { type: "dead_letter" },
  { type: "cancel" },
];
const label = (action: JobAction) =>
  action.type === "fail" ? `fail ${action.retryable ? "retryably" : "for good"}` : action.type;

/** Every fact that can be: a queued job has an attempt left and no cancel request, a running one has begun. */
const MAX_ATTEMPTS = 3;
const reachable: JobFacts[] = JOB_STATES.flatMap((state) =>
  Array.from({ length: MAX_ATTEMPTS + 1 }, (_, attempts) => attempts).flatMap((attempts) =>
    [false, true].map((cancelRequested) => ({ state, attempts, maxAttempts: MAX_ATTEMPTS, cancelRequested })),
  ),
).filter(isLegal);

function isLegal({ state, attempts, maxAttempts, cancelRequested }: JobFacts): boolean {
  if (state === "queued") return attempts < maxAttempts && !cancelRequested;
  if (state === "running") return attempts >= 1 && attempts <= maxAttempts;
  return attempts <= maxAttempts;
}

/** The whole table, by hand: state (`!` cancel asked, `$` last attempt) → action → state, message. `-` is nothing. */
const table: Record<string, Record<string, string>> = {
  queued: {
    claim: "running none",
    succeed: "-",
    "fail retryably": "-",
    "fail for good": "-",
    stop: "-",
    release: "-",
    expire: "-",
    dead_letter: "queued later",
    cancel: "canceled none",
  },
  queued$: {
    claim: "running none",
    succeed: "-",
    "fail retryably": "-",
    "fail for good": "-",
    stop: "-",
    release: "-",
    expire: "-",
    dead_letter: "failed none exhausted",
    cancel: "canceled none",
  },
  running: {
    claim: "-",
    succeed: "succeeded none",
    "fail retryably": "queued later",
    "fail for good": "failed none",
    stop: "-",
    release: "queued now",
    expire: "queued now",
    dead_letter: "-",
    cancel: "running unchanged",
  },
  running$: {
    claim: "-",
    succeed: "succeeded none",
    "fail retryably": "failed none exhausted",
    "fail for good": "failed none",
    stop: "-",
    release: "queued now",
    expire: "failed none exhausted",
    dead_letter: "-",
    cancel: "running unchanged",
  },
  "running!": {
    claim: "-",
    succeed: "canceled none",
    "fail retryably": "canceled none",
    "fail for good": "canceled none",
    stop: "canceled none",
    release: "canceled none",
    expire: "canceled none",
    dead_letter: "-",
    cancel: "-",
  },
};
table["running!$"] = table["running!"]!;

function row({ state, attempts, maxAttempts, cancelRequested }: JobFacts): string {
  const last = state === "queued" ? attempts === maxAttempts - 1 : attempts === maxAttempts;
  return `${state}${cancelRequested ? "!" : ""}${last ? "$" : ""}`;
}

describe("every state and every action", () => {
  for (const job of reachable) {
    for (const action of actions) {
      const name = `${job.state}, attempt ${job.attempts}${job.cancelRequested ? ", cancel asked" : ""}: ${label(action)}`;
      test(name, () => {
        const step = transition(job, action);
        const wanted = isFinalState(job.state) ? "-" : table[row(job)]?.[label(action)];
        const got = step ? `${step.next.state} ${step.message}${step.exhausted ? " exhausted" : ""}` : "-";
        expect(got).toBe(wanted);
      });
    }
  }
});

test("from a legal job only legal jobs follow, and nothing but the four facts changes", () => {
  for (const job of reachable) {
    for (const action of actions) {
      const step = transition(job, action);
      if (!step) continue;
      expect(step.next, `${row(job)} ${label(action)}`).toSatisfy(isLegal);
      expect(step.next.maxAttempts).toBe(job.maxAttempts);
      if (job.cancelRequested) expect(step.next.cancelRequested).toBe(true);
    }
  }
});

test("a queued job has a message wanted for it, and a final one has none", () => {
  for (const job of reachable) {
    for (const action of actions) {
      const step = transition(job, action);
      if (step?.next.state === "queued") expect(["now", "later"]).toContain(step.message);
      if (step && isFinalState(step.next.state)) expect(step.message).toBe("none");
    }
  }
});

const anyAction = fc.constantFrom(...actions);

test("whatever happens, in whatever order, a final state stays and attempts never exceed their limit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(anyAction, { maxLength: 60 }),
      (maxAttempts, happenings) => {
        let job: JobFacts = { state: "queued", attempts: 0, maxAttempts, cancelRequested: false };
        for (const action of happenings) {
          const before = job;
          job = transition(job, action)?.next ?? job;
          expect(job).toSatisfy(isLegal);
          if (isFinalState(before.state)) expect(job).toBe(before);
        }
      },
    ),
  );
});

test("a worker that always dies ends the job after exactly the allowed attempts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (maxAttempts) => {
      let job: JobFacts = { state: "queued", attempts: 0, maxAttempts, cancelRequested: false };
      let claims = 0;
      while (!isFinalState(job.state)) {
        job = transition(job, { type: "claim" })!.next;
        claims++;
        job = transition(job, { type: "expire" })!.next;
      }
      expect({ claims, state: job.state }).toEqual({ claims: maxAttempts, state: "failed" });
    }),
  );
});

test("after an accepted cancel no order of events leads to success", () => {
  fc.assert(
    fc.property(
      fc.array(anyAction, { maxLength: 20 }),
      fc.array(anyAction, { maxLength: 40 }),
      (before, after) => {
        let job: JobFacts = { state: "queued", attempts: 0, maxAttempts: 3, cancelRequested: false };
        for (const action of before) job = transition(job, action)?.next ?? job;
        const canceled = transition(job, { type: "cancel" })?.next;
        fc.pre(canceled !== undefined);
        job = canceled!;
        for (const action of after) job = transition(job, action)?.next ?? job;
        expect(["running", "canceled"]).toContain(job.state);
      },
    ),
  );
});

describe("back-off", () => {
  test("grows fourfold to fifteen minutes", () => {
    expect([1, 2, 3, 4, 5, 6].map((attempts) => backOffSeconds(attempts, 0))).toEqual([
      5, 20, 80, 320, 900, 900,
    ]);
  });
  test("is spread over the last quarter", () => {
    expect(backOffSeconds(2, 0.999_999)).toBeCloseTo(15, 4);
  });
});
