import { expect, test } from "vitest";
import { emfMeter } from "./index.ts";

test("a measurement is one line that says which of its members are metrics, and of what", () => {
  const lines: string[] = [];
  emfMeter((line) => lines.push(line))({
    dimensions: { state: "succeeded" },
    metrics: { JobsEnded: { value: 1, unit: "Count" }, JobSeconds: { value: 2.5, unit: "Seconds" } },
    properties: { jobId: "job_1" },
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0]!)).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: "Weightsmith",
          Dimensions: [["state"]],
          Metrics: [
            { Name: "JobsEnded", Unit: "Count" },
            { Name: "JobSeconds", Unit: "Seconds" },
          ],
        },
      ],
    },
    jobId: "job_1",
    state: "succeeded",
    JobsEnded: 1,
    JobSeconds: 2.5,
  });
});
