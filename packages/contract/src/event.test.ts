import { expect, test } from "vitest";
import { isFinalEvent, jobEventBodySchema, jobEventSchema } from "./event.ts";
import { isFinalState, JOB_STATES } from "./job.ts";

const stamp = { sequence: 1, time: "2026-01-31T12:00:00.000Z" };
const bodies = [
  { type: "queued", attempt: 1 },
  { type: "started", attempt: 1, worker: "w1", device: "cpu" },
  { type: "progress", phase: "train", done: 3, total: 10, metrics: { loss: 0.5 } },
  { type: "log", level: "warn", message: "slow" },
  { type: "checkpoint", step: 100 },
  { type: "succeeded", programId: "0123456789abcdef0123" },
  {
    type: "failed",
    error: { code: "training.diverged", title: "t", message: "m", remedy: "r", retryable: false },
  },
  { type: "canceled" },
];

test("every type of event parses, with and without its stamp", () => {
  for (const body of bodies) {
    expect(jobEventBodySchema.parse(body)).toEqual(body);
    expect(jobEventSchema.parse({ ...body, ...stamp })).toEqual({ ...body, ...stamp });
    expect(jobEventSchema.safeParse(body).success).toBe(false);
  }
});

test("three states and the three events that lead to them are final", () => {
  const final = ["succeeded", "failed", "canceled"];
  expect(JOB_STATES.filter(isFinalState)).toEqual(final);
  expect(
    bodies
      .map((body) => jobEventBodySchema.parse(body))
      .filter(isFinalEvent)
      .map(({ type }) => type),
  ).toEqual(final);
});
