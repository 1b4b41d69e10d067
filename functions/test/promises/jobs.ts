/** What starts and follows jobs. */
import { gzipSync } from "node:zlib";
import {
  type ExperimentOutput,
  type JobId,
  jobPageSchema,
  jobSchema,
  newId,
  writtenExamplesSchema,
} from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { expect } from "vitest";
import { COMPILE } from "../api.ts";
import { type Bodies, type Cases, freshSpec, queuedJob, raw, tooLarge, type World } from "./world.ts";

const latency = { p50: 1, p95: 1, p99: 1, mean: 1 };
const EXPERIMENT_OUTPUT: ExperimentOutput = {
  report: {
    model: { id: "m", identity: "random:1", device: "cpu" },
    task: { name: "t", domain: "iot" },
    settings: {},
    scores: {
      n: 1,
      exactMatch: { mean: 1, low: 1, high: 1 },
      numericMatch: 1,
      tokenF1: 1,
      tatQa: { exactMatch: 1, f1: 1 },
      optionAccuracy: null,
      similarity: 1,
    },
    epochs: [],
    bestEpoch: null,
    latency: { answer: latency, generation: latency, reflection: null },
    resources: { peakMemoryBytes: 1, energyJoules: null, energySource: "not measured" },
    playbook: { entries: 0, characters: 0 },
    growth: [],
  },
  playbook: "",
  lessons: "[rules-00001] helpful=0 harmful=0 :: kiln load: normal 3 to 5\n",
  resultsGzip: gzipSync("model_id\r\nm\r\n").toString("base64"),
  pictures: { accuracy: "<svg/>", latency: "<svg/>", growth: "<svg/>" },
};

/** An experiment that has succeeded, as a worker leaves it. */
async function finishedExperiment({ services, ann }: World): Promise<JobId> {
  const { job } = await Job.create(services.db, {
    workspaceId: ann.workspaceId,
    type: "experiment",
    kind: "playbook",
    request: {},
  });
  const claim = await Job.claim(services.db, {
    jobId: job.id,
    workerId: "w",
    leaseSeconds: 60,
    device: "cpu",
  });
  if (claim.outcome !== "claimed") throw new Error(`the job is ${claim.outcome}`);
  const result = { programId: null, report: null, output: EXPERIMENT_OUTPUT };
  await Job.succeed(services.db, claim.lease, { result });
  return job.id;
}

async function runningJob(world: World): Promise<JobId> {
  const jobId = await queuedJob(world);
  await Job.claim(world.services.db, { jobId, workerId: "w", leaseSeconds: 60, device: "cpu" });
  return jobId;
}

export const cases: Cases = {
  compile: {
    200: ({ ask }) => ask("POST", "/v1/compile", COMPILE),
    202: ({ ask }) => ask("POST", "/v1/compile", freshSpec()),
    400: raw("POST", "/v1/compile", '{"spec": "x",}'),
    409: ({ ask }) => ask("POST", "/v1/compile", { kind: "specialist", name: "x" }),
    413: raw("POST", "/v1/compile", tooLarge),
    415: raw("POST", "/v1/compile", JSON.stringify(COMPILE), "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/compile", { ...COMPILE, spec: "" }),
  },
  generate: {
    200: async (world) => {
      const headers = { "idempotency-key": "generate-200" };
      const first = await world.ask("POST", "/v1/generate", { kind: "loda", terms: [1, 2] }, headers);
      const { id } = jobSchema.parse(await first.json());
      await Job.cancel(world.services.db, { workspaceId: world.ann.workspaceId, jobId: id });
      return world.ask("POST", "/v1/generate", { kind: "loda", terms: [1, 2] }, headers);
    },
    202: ({ ask }) => ask("POST", "/v1/generate", { kind: "loda", terms: [0, 1, 1, 2] }),
    400: raw("POST", "/v1/generate", "nonsense"),
    413: raw("POST", "/v1/generate", tooLarge),
    415: raw("POST", "/v1/generate", "kind=loda", "application/x-www-form-urlencoded"),
    422: ({ ask }) => ask("POST", "/v1/generate", { kind: "poem" }),
  },
  startExperiment: {
    200: async (world) => {
      const headers = { "idempotency-key": "experiment-200" };
      const first = await world.ask("POST", "/v1/experiments", { model: "m", task: "t" }, headers);
      const { id } = jobSchema.parse(await first.json());
      await Job.cancel(world.services.db, { workspaceId: world.ann.workspaceId, jobId: id });
      return world.ask("POST", "/v1/experiments", { model: "m", task: "t" }, headers);
    },
    202: ({ ask }) => ask("POST", "/v1/experiments", { model: "tiny", task: "iot_tiny" }),
    400: raw("POST", "/v1/experiments", "["),
    404: ({ ask }) =>
      ask("POST", "/v1/experiments", { model: "tiny", task: "iot_tiny", playbookId: newId("job") }),
    413: raw("POST", "/v1/experiments", tooLarge),
    415: raw("POST", "/v1/experiments", "{}", "application/xml"),
    422: ({ ask }) => ask("POST", "/v1/experiments", { model: "tiny" }),
  },
  getExperimentResults: {
    200: async (world) => world.ask("GET", `/v1/experiments/${await finishedExperiment(world)}/results`),
    404: ({ ask, finishedJob }) => ask("GET", `/v1/experiments/${finishedJob}/results`),
  },
  getExperimentPlaybook: {
    200: async (world) => {
      const id = await finishedExperiment(world);
      // An earlier playbook to start from is looked up the same way.
      const next = await world.ask("POST", "/v1/experiments", { model: "m", task: "t", playbookId: id });
      expect(next.status).toBe(202);
      return world.ask("GET", `/v1/experiments/${id}/playbook?format=text`);
    },
    400: ({ ask }) => ask("GET", `/v1/experiments/${newId("job")}/playbook?format=pdf`),
    404: ({ ask }) => ask("GET", `/v1/experiments/${newId("job")}/playbook`),
  },
  writeExamples: {
    200: ({ ask }) => ask("POST", "/v1/examples", { spec: "Upper case.", count: 2 }),
    400: raw("POST", "/v1/examples", "{"),
    413: raw("POST", "/v1/examples", tooLarge),
    415: raw("POST", "/v1/examples", "spec", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/examples", { spec: "" }),
  },
  listJobs: {
    200: ({ ask }) => ask("GET", "/v1/jobs?limit=2&state=succeeded&type=compile"),
    400: ({ ask }) => ask("GET", "/v1/jobs?limit=0"),
  },
  getJob: {
    200: ({ ask, finishedJob }) => ask("GET", `/v1/jobs/${finishedJob}`),
    404: ({ ask }) => ask("GET", `/v1/jobs/${newId("job")}`),
  },
  cancelJob: {
    200: async (world) => world.ask("DELETE", `/v1/jobs/${await queuedJob(world)}`),
    202: async (world) => world.ask("DELETE", `/v1/jobs/${await runningJob(world)}`),
    404: ({ ask }) => ask("DELETE", "/v1/jobs/job_nonsense"),
    409: ({ ask, finishedJob }) => ask("DELETE", `/v1/jobs/${finishedJob}`),
  },
  followJob: {
    200: ({ ask, finishedJob }) => ask("GET", `/v1/jobs/${finishedJob}/events`),
    400: ({ ask, finishedJob }) =>
      ask("GET", `/v1/jobs/${finishedJob}/events`, undefined, { "last-event-id": "abc" }),
    404: ({ ask }) => ask("GET", `/v1/jobs/${newId("job")}/events`),
  },
};

export const bodies: Bodies = {
  compile: jobSchema,
  generate: jobSchema,
  startExperiment: jobSchema,
  writeExamples: writtenExamplesSchema,
  listJobs: jobPageSchema,
  getJob: jobSchema,
  cancelJob: jobSchema,
};
