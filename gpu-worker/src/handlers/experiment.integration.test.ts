import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type ExperimentRequestInput,
  experimentOutputSchema,
  parseExperimentRequest,
} from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { fromCsv, parsePlaybook } from "@weightsmith/experiments";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../test/services.ts";
import { startWorker, type Worker } from "../worker.ts";
import { byKind } from "./by-kind.ts";
import { experimentHandler } from "./experiment.ts";

const modelsFolder = mkdtempSync(path.join(tmpdir(), "weightsmith-models-"));
let services: Services;
let worker: Worker;

beforeAll(async () => {
  services = await freshServices();
  worker = startWorker(
    services,
    { experiment: byKind({ playbook: experimentHandler({ device: "cpu", threads: 1, modelsFolder }) }) },
    {
      workerId: "experimenter",
      device: "cpu",
      leaseSeconds: 30,
      heartbeatSeconds: 0.2,
      attemptSeconds: 120,
      progressMs: 20,
      visibilitySeconds: 60,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 0,
    },
    pino({ level: "silent" }),
  );
});
afterAll(async () => {
  await worker.stop();
  rmSync(modelsFolder, { recursive: true, force: true });
});

async function experiment(request: ExperimentRequestInput): Promise<Job.Job> {
  const parsed = parseExperimentRequest(request);
  const job = await services.submit("experiment", { ...parsed }, "playbook");
  const { workspaceId } = services;
  const read = () => Job.get(services.db, { workspaceId, jobId: job.id });
  await expect.poll(async () => (await read()).finishedAt, { timeout: 100_000, interval: 50 }).not.toBeNull();
  return read();
}

test("an experiment leaves its report, its playbook, every answer and pictures", async () => {
  const lessons = "[ranges-00004] helpful=2 harmful=0 :: pump level: normal 10 to 20\n";
  const job = await experiment({
    model: "random-tiny-gpt2",
    task: "iot_tiny",
    mode: "ace",
    limit: 3,
    playbook: lessons,
  });
  expect(job.error).toBeNull();
  expect(job.state).toBe("succeeded");
  const { output } = job.result as { output: unknown };
  const outcome = experimentOutputSchema.parse(output);
  expect(outcome.report.scores.n).toBe(3);
  const entries = parsePlaybook(outcome.playbook).entries.map(({ content }) => content);
  expect(entries[0]).toBe("pump level: normal 10 to 20");
  expect(entries.length).toBeGreaterThan(1);
  const records = fromCsv(gunzipSync(Buffer.from(outcome.resultsGzip, "base64")).toString("utf8"));
  expect(records.map(({ sampleId }) => sampleId)).toEqual(["iot_tiny-1", "iot_tiny-2", "iot_tiny-3"]);
  expect(outcome.pictures.growth).toMatch(/^<svg/);
});

test.each([
  [{ model: "nope", task: "iot_tiny" }, "model.unknown"],
  [{ model: "http://127.0.0.1:1/v1#m", task: "iot_tiny" }, "model.unknown"],
  [{ model: "https://127.0.0.1:1/v1#m", task: "iot_tiny" }, "model.unknown"],
  [{ model: "https://localhost.internal/v1#m", task: "iot_tiny" }, "model.unknown"],
  [{ model: "0".repeat(20), task: "iot_tiny" }, "program.not_found"],
  [{ model: "/etc", task: "iot_tiny" }, "model.unknown"],
  [{ model: "random-tiny-gpt2", task: "nope" }, "task.unknown"],
  [{ model: "random-tiny-gpt2", task: "iot_tiny", playbook: "no lessons" }, "playbook.invalid"],
] as const)("what cannot be run ends the job with its code: %j", async (request, code) => {
  const job = await experiment(request);
  expect(job).toMatchObject({ state: "failed", error: { code } });
});
