import { expect, test } from "vitest";
import { calibrate, confidenceOf, logitOf, uncalibrated } from "./confidence.ts";

test("without examples the confidence is the answer's probability", () => {
  expect(calibrate([])).toEqual({ slope: 1, offset: 0, n: 0 });
  for (const p of [0.01, 0.3, 0.5, 0.9, 0.999]) {
    expect(confidenceOf(Math.log(p), uncalibrated)).toBeCloseTo(p, 6);
  }
  expect(confidenceOf(0, uncalibrated)).toBeGreaterThan(0.99999);
  expect(confidenceOf(-1000, uncalibrated)).toBeGreaterThan(0);
});

test("a logit is finite for every probability, and rises with it", () => {
  const logits = [-1e9, -20, -1, -1e-3, -1e-12, 0].map(logitOf);
  expect(logits.every(Number.isFinite)).toBe(true);
  expect(logits).toEqual([...logits].sort((a, b) => a - b));
});

test("many wrong answers that looked certain lower the confidence of such answers", () => {
  const answers = Array.from({ length: 40 }, (_, i) => ({
    logProbability: Math.log(0.95),
    correct: i % 2 === 0,
  }));
  const confidence = confidenceOf(Math.log(0.95), calibrate(answers));
  expect(confidence).toBeGreaterThan(0.45);
  expect(confidence).toBeLessThan(0.62);
});

test("a single example moves the confidence only a little", () => {
  const wrong = calibrate([{ logProbability: Math.log(0.9), correct: false }]);
  expect(confidenceOf(Math.log(0.9), wrong)).toBeGreaterThan(0.3);
  expect(confidenceOf(Math.log(0.9), wrong)).toBeLessThan(0.9);
});

test("what separates right from wrong is learnt, and a likelier answer never gets a lower confidence", () => {
  const answers = Array.from({ length: 60 }, (_, i) => {
    const p = 0.2 + (0.79 * i) / 59;
    return { logProbability: Math.log(p), correct: p > 0.6 };
  });
  const fitted = calibrate(answers);
  expect(confidenceOf(Math.log(0.95), fitted)).toBeGreaterThan(0.9);
  expect(confidenceOf(Math.log(0.25), fitted)).toBeLessThan(0.15);
  const upsideDown = calibrate(
    answers.map(({ logProbability, correct }) => ({ logProbability, correct: !correct })),
  );
  expect(upsideDown.slope).toBeGreaterThan(0);
});
