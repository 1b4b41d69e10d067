import type { JobEvent, JobEventBody } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { describeEvent, lossCurves, standingOf, stateAfter } from "./job-story.ts";

/** Events a second apart. */
function story(...bodies: JobEventBody[]): JobEvent[] {
  return bodies.map((body, index) => ({
    ...body,
    sequence: index + 1,
    time: new Date(Date.UTC(2026, 0, 1, 12, 0, index)).toISOString(),
  }));
}
const queued: JobEventBody = { type: "queued", attempt: 1 };
const started: JobEventBody = { type: "started", attempt: 1, worker: "w", device: "cpu" };
const train = (done: number, loss: number): JobEventBody => ({
  type: "progress",
  phase: "train",
  done,
  total: 10,
  metrics: { loss, step: done },
});

test("the state is that of the last event that has one", () => {
  expect(stateAfter([])).toBeUndefined();
  expect(stateAfter(story(queued))).toBe("queued");
  expect(stateAfter(story(queued, started, train(1, 2)))).toBe("running");
  expect(stateAfter(story(queued, started, train(1, 2), { type: "canceled" }))).toBe("canceled");
});

test("the time left follows from the pace of the phase", () => {
  expect(standingOf(story(queued))).toBeUndefined();
  expect(standingOf(story(queued, started, train(0, 3)))).toEqual({
    phase: "train",
    share: 0,
    secondsLeft: undefined,
  });
  // Two steps a second: 4 done, 6 left.
  expect(standingOf(story(started, train(0, 3), train(2, 2), train(4, 1)))).toEqual({
    phase: "train",
    share: 0.4,
    secondsLeft: 3,
  });
});

test("an attempt that begins again has made no progress yet", () => {
  const again: JobEventBody[] = [
    { type: "queued", attempt: 2 },
    { ...started, attempt: 2 },
  ];
  expect(standingOf(story(queued, started, train(5, 1), ...again))).toBeUndefined();
});

test("each training has a curve of its own", () => {
  const curves = lossCurves(story(started, train(1, 3), train(5, 1), train(1, 4), train(6, 2)));
  expect(curves.map((curve) => curve.map(({ step }) => step))).toEqual([
    [1, 5],
    [1, 6],
  ]);
});

test("an event is told in words", () => {
  expect(story(queued, started, train(3, 0.12345)).map(describeEvent)).toEqual([
    "queued",
    "attempt 1 started on cpu",
    "train 3 of 10, loss 0.123",
  ]);
});
