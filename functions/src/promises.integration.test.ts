/**
 * One test for each status that a route promises, on each way to the app. The cases are held against the published
 * description: a promise without a case, or a case without a promise, fails.
 */
import { gzipSync } from "node:zlib";
import {
  aliasPageSchema,
  aliasPublishedSchema,
  aliasSchema,
  casePageSchema,
  caseSchema,
  communitySchema,
  comparisonSchema,
  downloadLinkSchema,
  type ExperimentOutput,
  errorBodySchema,
  healthSchema,
  hubPageSchema,
  hubTagsSchema,
  interpreterFilesSchema,
  type JobId,
  jobPageSchema,
  jobSchema,
  keyListSchema,
  keySchema,
  LIMITS,
  leaderboardEntryPageSchema,
  leaderboardPredictionsSchema,
  leaderboardTaskListSchema,
  leaderboardTaskSchema,
  newId,
  newKeySchema,
  type ProgramId,
  programPageSchema,
  programSchema,
  runResultSchema,
  SESSION_COOKIE,
  sessionStateSchema,
  suiteListSchema,
  usageSchema,
  votesSchema,
  webhookSecretSchema,
  writtenExamplesSchema,
} from "@weightsmith/contract";
import { Account, Database, Job, Leaderboard, Session } from "@weightsmith/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import {
  COMPILE,
  finishJob,
  INTERPRETER,
  makeProgram,
  type TestServices,
  tenant,
  testServices,
} from "../test/api.ts";
import { type Ask, type Channel, transports } from "../test/transports.ts";
import { createApp } from "./app.ts";
import { openApiDocument } from "./routes/openapi/index.ts";
import type { Services } from "./services.ts";

/** What the cases of one channel share. */
interface World extends TestServices {
  readonly channel: Channel;
  readonly program: ProgramId;
  readonly finishedJob: JobId;
  /** A request with Ann's key; `body` is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same with a body of the caller's making. */
  send(ask: Ask): Promise<Response>;
}
type Case = (world: World) => Promise<Response>;

const NOBODY_PROGRAM = "0".repeat(20);
const tooLarge = JSON.stringify({ spec: "x".repeat(LIMITS.bodyBytes) });
const raw = (method: string, path: string, body: string, type = "application/json"): Case => {
  return (world) =>
    world.send({
      method,
      path,
      body,
      headers: { authorization: `Bearer ${world.ann.secret}`, "content-type": type },
    });
};

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

let specs = 0;
const freshSpec = () => ({ ...COMPILE, spec: `${COMPILE.spec} ${++specs}` });

async function queuedJob({ services, ann }: World): Promise<JobId> {
  const request = { kind: "weights", ...freshSpec() };
  const { job } = await Job.create(services.db, {
    workspaceId: ann.workspaceId,
    type: "compile",
    kind: "weights",
    request,
  });
  return job.id;
}

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

const github = { clientId: "app", clientSecret: "shh" };
const withGithub = async ({ services }: World, path: string, headers: Record<string, string> = {}) =>
  createApp({ ...services, github, publicUrl: "http://here" }).request(path, { headers });

/** All the way, with a GitHub that agrees to everything; routes/session has one that does not. */
async function signedInByGithub(world: World): Promise<Response> {
  const start = await withGithub(world, "/v1/session/github");
  const state = new URL(start.headers.get("location")!).searchParams.get("state");
  const cookie = start.headers.get("set-cookie")!.split(";")[0]!;
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async (url) =>
      Response.json(String(url).endsWith("/user") ? { id: 1, login: "ada" } : { access_token: "t" }),
    );
  try {
    return await withGithub(world, `/v1/session/github/callback?code=1&state=${state}`, { cookie });
  } finally {
    fetched.mockRestore();
  }
}

/** A task of its own with one entry. */
async function leaderboardTask({ services: { db, storage } }: World): Promise<string> {
  const id = `task-${++specs}`;
  const examples = [{ input: "a.PDF", output: "pdf" }];
  await Leaderboard.publishTask(db, storage, {
    id,
    title: "Extension",
    description: "",
    kinds: ["weights"],
    suites: [],
    publicExamples: examples,
    hiddenExamples: examples,
  });
  const measured = { correct: 1, n: 1, latencyMilliseconds: 1, predictions: [] };
  await Leaderboard.saveBaseline(db, { taskId: id, taskVersion: 1, name: "Copy", ...measured });
  return id;
}

const aliased = ({ ask, program }: World, name: string): Promise<Response> =>
  ask("PUT", `/v1/aliases/${name}`, { programId: program });

/** Statuses that every route answers in the same way have their cases further down. */
const CASES: Record<string, Record<number, Case>> = {
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
  listJobs: {
  writeExamples: {
    200: ({ ask }) => ask("POST", "/v1/examples", { spec: "Upper case.", count: 2 }),
    400: raw("POST", "/v1/examples", "{"),
    413: raw("POST", "/v1/examples", tooLarge),
    415: raw("POST", "/v1/examples", "spec", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/examples", { spec: "" }),
  },
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
  listPrograms: {
    200: ({ ask }) => ask("GET", "/v1/programs?q=extension&kind=weights"),
    400: ({ ask }) => ask("GET", "/v1/programs?sort=recent"),
  },
  getProgram: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}`),
  },
  updateProgram: {
    200: ({ ask, program }) =>
      ask("PATCH", `/v1/programs/${program}`, { name: "extension", tags: ["files"] }),
    400: (world) => raw("PATCH", `/v1/programs/${world.program}`, "{")(world),
    404: ({ ask }) => ask("PATCH", `/v1/programs/${NOBODY_PROGRAM}`, { name: "x" }),
    413: (world) => raw("PATCH", `/v1/programs/${world.program}`, tooLarge)(world),
    415: (world) => raw("PATCH", `/v1/programs/${world.program}`, "{}", "text/csv")(world),
    422: ({ ask, program }) => ask("PATCH", `/v1/programs/${program}`, {}),
  },
  deleteProgram: {
    204: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, freshSpec());
      return world.ask("DELETE", `/v1/programs/${programId}`);
    },
    404: ({ ask }) => ask("DELETE", `/v1/programs/${NOBODY_PROGRAM}`),
  },
  downloadProgram: {
    200: ({ ask, program }) =>
      ask("GET", `/v1/programs/${program}/download`, undefined, { accept: "application/json" }),
    302: ({ ask, program }) => ask("GET", `/v1/programs/${program}/download`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/download`),
  },
  getProgramArchive: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/archive`),
    304: async ({ ask, program }) => {
      const path = `/v1/programs/${program}/archive`;
      const tag = (await ask("GET", path)).headers.get("etag");
      return ask("GET", path, undefined, { "if-none-match": tag! });
    },
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/archive`),
  },
  getInterpreterFiles: {
    200: ({ ask }) => ask("GET", "/v1/interpreters/tiny"),
    422: ({ ask }) => ask("GET", "/v1/interpreters/huge"),
  },
  getInterpreterFile: {
    200: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${INTERPRETER.sha256}/config.json`),
    400: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${INTERPRETER.sha256}/interpreter.json`),
    422: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${"0".repeat(64)}/config.json`),
  },
  comparePrograms: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/compare/${program}`),
    404: ({ ask, program }) => ask("GET", `/v1/programs/${program}/compare/${NOBODY_PROGRAM}`),
  },
  voteProgram: {
    200: ({ ask, program }) => ask("PUT", `/v1/programs/${program}/vote`, { value: 1 }),
    400: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, "{")(world),
    404: ({ ask }) => ask("PUT", `/v1/programs/${NOBODY_PROGRAM}/vote`, { value: 1 }),
    413: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, tooLarge)(world),
    415: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, "1", "text/plain")(world),
    422: ({ ask, program }) => ask("PUT", `/v1/programs/${program}/vote`, { value: 2 }),
  },
  listCases: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/cases`),
    400: ({ ask, program }) => ask("GET", `/v1/programs/${program}/cases?limit=0`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/cases`),
  },
  addCase: {
    201: ({ ask, program }) => ask("POST", `/v1/programs/${program}/cases`, { input: "a.B", output: "b" }),
    400: (world) => raw("POST", `/v1/programs/${world.program}/cases`, "{")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/cases`, { input: "a", output: "b" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/cases`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/cases`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/cases`, { input: "a" }),
  },
  listAliases: {
    200: ({ ask }) => ask("GET", "/v1/aliases"),
    400: ({ ask }) => ask("GET", "/v1/aliases?limit=0"),
  },
  getAlias: {
    200: async (world) => {
      await aliased(world, "looked-at");
      return world.ask("GET", `/v1/aliases/${world.ann.workspaceId.slice(3)}/looked-at`);
    },
    404: ({ ask }) => ask("GET", "/v1/aliases/nobody/nothing"),
    422: ({ ask }) => ask("GET", "/v1/aliases/nobody/NOT-A-NAME"),
  },
  publishAlias: {
    200: (world) => aliased(world, "published"),
    400: raw("PUT", "/v1/aliases/some-name", "{"),
    404: ({ ask }) => ask("PUT", "/v1/aliases/some-name", { programId: NOBODY_PROGRAM }),
    409: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, freshSpec());
      await world.services.db.sql`
        update program set report = jsonb_set(report::jsonb, '{heldOut,exactMatch}', '0.5')::json where id = ${programId}`;
      return world.ask("PUT", "/v1/aliases/demanding", { programId, gate: { minimumScore: 1 } });
    },
    413: raw("PUT", "/v1/aliases/some-name", tooLarge),
    415: raw("PUT", "/v1/aliases/some-name", "{}", "text/plain"),
    422: ({ ask, program }) => ask("PUT", "/v1/aliases/X", { programId: program }),
  },
  rollBackAlias: {
    200: async (world) => {
      await aliased(world, "rolled-back");
      return world.ask("POST", "/v1/aliases/rolled-back/rollback", { version: 1 });
    },
    400: raw("POST", "/v1/aliases/some-name/rollback", "{"),
    404: ({ ask }) => ask("POST", "/v1/aliases/nothing-here/rollback", {}),
    413: raw("POST", "/v1/aliases/some-name/rollback", tooLarge),
    415: raw("POST", "/v1/aliases/some-name/rollback", "{}", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/aliases/some-name/rollback", { version: 0 }),
  },
  deleteAlias: {
    204: async (world) => {
      await aliased(world, "deleted");
      return world.ask("DELETE", "/v1/aliases/deleted");
    },
    404: ({ ask }) => ask("DELETE", "/v1/aliases/nothing-here"),
    422: ({ ask }) => ask("DELETE", "/v1/aliases/X"),
  },
  runProgram: {
    200: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: "a.jpg" }),
    400: (world) => raw("POST", `/v1/programs/${world.program}/run`, "")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/run`, { input: "a" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/run`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/run`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: 3 }),
    504: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: "hang" }),
  },
  searchHub: {
    200: ({ ask }) => ask("GET", "/v1/hub?q=extension&sort=score"),
    400: ({ ask }) => ask("GET", "/v1/hub?sort=luck"),
  },
  getCommunity: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/community`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/community`),
  },
  listHubTags: { 200: ({ ask }) => ask("GET", "/v1/hub/tags") },
  reportProgram: {
    204: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, { ...freshSpec(), public: true });
      return world.ask("POST", `/v1/programs/${programId}/reports`, { reason: "spam" });
    },
    400: (world) => raw("POST", `/v1/programs/${world.program}/reports`, "{")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/reports`, { reason: "spam" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/reports`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/reports`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/reports`, { reason: "dull" }),
  },
  listLeaderboardTasks: { 200: ({ ask }) => ask("GET", "/v1/leaderboard/tasks") },
  getLeaderboardTask: {
    200: async (world) => world.ask("GET", `/v1/leaderboard/tasks/${await leaderboardTask(world)}`),
    404: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere"),
  },
  listLeaderboardEntries: {
    200: async (world) => world.ask("GET", `/v1/leaderboard/tasks/${await leaderboardTask(world)}/entries`),
    400: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere/entries?limit=0"),
    404: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere/entries"),
  },
  getLeaderboardPredictions: {
    200: async (world) => {
      const taskId = await leaderboardTask(world);
      const { items } = await Leaderboard.entries(world.services.db, { taskId, version: 1 });
      return world.ask("GET", `/v1/leaderboard/entries/${items[0]!.entry.id}/predictions`);
    },
    404: ({ ask }) => ask("GET", "/v1/leaderboard/entries/ent_none/predictions"),
  },
  submitToLeaderboard: {
    202: async (world) =>
      world.ask("POST", `/v1/leaderboard/tasks/${await leaderboardTask(world)}/submissions`, {
        programId: world.program,
      }),
    400: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", "{"),
    404: ({ ask, program }) =>
      ask("POST", "/v1/leaderboard/tasks/nowhere/submissions", { programId: program }),
    413: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", tooLarge),
    415: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/leaderboard/tasks/nowhere/submissions", { score: 1 }),
  },
  listSuites: { 200: ({ ask }) => ask("GET", "/v1/leaderboard/suites") },
  getSession: { 200: ({ ask }) => ask("GET", "/v1/session") },
  signIn: {
    200: ({ ask, ann }) => ask("POST", "/v1/session", { apiKey: ann.secret }),
    400: raw("POST", "/v1/session", "{"),
    413: raw("POST", "/v1/session", tooLarge),
    415: raw("POST", "/v1/session", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/session", { apiKey: "short" }),
  },
  signOut: {
    204: ({ ask }) => ask("DELETE", "/v1/session"),
    403: async (world) => {
      const { token } = await Session.open(world.services.db, {
        workspaceId: world.ann.workspaceId,
        name: "x",
      });
      return world.ask("DELETE", "/v1/session", undefined, { cookie: `${SESSION_COOKIE}=${token}` });
    },
  },
  startGithubSignIn: {
    302: async (world) => withGithub(world, "/v1/session/github"),
    404: ({ ask }) => ask("GET", "/v1/session/github"),
  },
  endGithubSignIn: {
    302: async (world) => signedInByGithub(world),
    403: async (world) => withGithub(world, "/v1/session/github/callback?code=1&state=2"),
    404: ({ ask }) => ask("GET", "/v1/session/github/callback"),
  },
  createKey: {
    201: ({ ask }) => ask("POST", "/v1/keys", { name: "laptop" }),
    400: raw("POST", "/v1/keys", "{{"),
    413: raw("POST", "/v1/keys", tooLarge),
    415: raw("POST", "/v1/keys", "name=x", "application/x-www-form-urlencoded"),
    422: ({ ask }) => ask("POST", "/v1/keys", { name: "" }),
  },
  listKeys: { 200: ({ ask }) => ask("GET", "/v1/keys") },
  revokeKey: {
    200: async ({ services, ann, ask }) => {
      const { key } = await Account.issueKey(services.db, { workspaceId: ann.workspaceId, name: "old" });
      return ask("DELETE", `/v1/keys/${key.id}`);
    },
    404: ({ ask }) => ask("DELETE", `/v1/keys/${newId("key")}`),
  },
  getUsage: { 200: ({ ask }) => ask("GET", "/v1/usage") },
  getWebhookSecret: { 200: ({ ask }) => ask("GET", "/v1/webhook-secret") },
  getHealth: { 200: ({ ask }) => ask("GET", "/health") },
  getLiveness: { 200: ({ ask }) => ask("GET", "/health/live") },
};

/** The shape of each success. */
const BODIES: Record<string, z.ZodType> = {
  compile: jobSchema,
  generate: jobSchema,
  startExperiment: jobSchema,
  listJobs: jobPageSchema,
  getJob: jobSchema,
  cancelJob: jobSchema,
  listPrograms: programPageSchema,
  getProgram: programSchema,
  updateProgram: programSchema,
  downloadProgram: downloadLinkSchema,
  getInterpreterFiles: interpreterFilesSchema,
  runProgram: runResultSchema,
  comparePrograms: comparisonSchema,
  voteProgram: votesSchema,
  listCases: casePageSchema,
  addCase: caseSchema,
  listAliases: aliasPageSchema,
  getAlias: aliasSchema,
  publishAlias: aliasPublishedSchema,
  rollBackAlias: aliasSchema,
  getCommunity: communitySchema,
  searchHub: hubPageSchema,
  listHubTags: hubTagsSchema,
  listLeaderboardTasks: leaderboardTaskListSchema,
  getLeaderboardTask: leaderboardTaskSchema,
  listLeaderboardEntries: leaderboardEntryPageSchema,
  getLeaderboardPredictions: leaderboardPredictionsSchema,
  submitToLeaderboard: jobSchema,
  listSuites: suiteListSchema,
  getSession: sessionStateSchema,
  signIn: sessionStateSchema,
  createKey: newKeySchema,
  listKeys: keyListSchema,
  revokeKey: keySchema,
  getUsage: usageSchema,
  getWebhookSecret: webhookSecretSchema,
  getHealth: healthSchema,
  writeExamples: writtenExamplesSchema,
  getLiveness: healthSchema,
};

/** Answered before a route looks at its request, so tried on every route that promises them. */
const EVERYWHERE = new Set([401, 429, 500, 503]);

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly statuses: number[];
}

const someServices = {
  interpreters: [],
  kinds: {},
  runs: { program: async () => ({}) },
} as unknown as Services;
const operations: Operation[] = Object.entries(
  openApiDocument(createApp(someServices), "0").paths ?? {},
).flatMap(([path, item]) =>
  Object.entries(item as Record<string, { operationId: string; tags?: string[]; responses: object }>).map(
    ([method, { operationId, tags = [], responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path: path.replace("{id}", path.includes("programs") ? NOBODY_PROGRAM : newId("job")),
      tags,
      statuses: Object.keys(responses).map(Number),
    }),
  ),
);

// What the specialists' routes promise depends on the state of a mixture: routes/specialists has those cases.
test("every promise has a case and every case is promised", () => {
  const promised = operations
    .filter(({ tags }) => !tags.includes("Specialists"))
    .map(({ id, statuses }) => [id, statuses.filter((each) => !EVERYWHERE.has(each))]);
  const health: [string, number[]][] = [["getHealth", [200]]];
  expect(Object.fromEntries([...promised, ...health])).toEqual(
    Object.fromEntries(Object.entries(CASES).map(([id, cases]) => [id, Object.keys(cases).map(Number)])),
  );
});

describe.each(Object.keys(transports))("by %s", (name) => {
  let world: World;
  beforeAll(async () => {
    const shared = await testServices();
    const channel = await transports[name]!(shared.services);
    const { programId, jobId } = await makeProgram(shared.services, shared.ann);
    world = {
      ...shared,
      channel,
      program: programId,
      finishedJob: jobId,
      send: channel.send,
      ask: (method, path, body, headers = {}) =>
        channel.send({
          method,
          path,
          headers: {
            authorization: `Bearer ${shared.ann.secret}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
    };
  });
  afterAll(() => world.channel.close());

  for (const [id, cases] of Object.entries(CASES)) {
    for (const [status, send] of Object.entries(cases)) {
      test(`${id} answers ${status}`, async () => {
        const response = await send(world);
        const text = await response.text();
        expect(response.status, text).toBe(Number(status));
        expect(response.headers.get("x-request-id")).toBeTruthy();
        if (Number(status) >= 400) {
          const { error } = errorBodySchema.parse(JSON.parse(text));
          expect(error.status).toBe(Number(status));
          expect(error.requestId).toBe(response.headers.get("x-request-id"));
        } else if (BODIES[id] !== undefined && ![204, 302].includes(Number(status))) {
          BODIES[id].parse(JSON.parse(text));
        }
      });
    }
  }

  const withStatus = (status: number) => operations.filter(({ statuses }) => statuses.includes(status));
  const problem = async (response: Response) => errorBodySchema.parse(await response.json()).error;

  // What is wrong with a sign-in is the key in its body: routes/session has that case.
  test.each(withStatus(401).filter(({ id }) => id !== "signIn"))(
    "$id answers 401 to a wrong key and, unless anyone may ask, to none",
    async (operation) => {
      const { method, path } = operation;
      const wrong = await world.send({ method, path, headers: { "x-api-key": `wsk_${"x".repeat(43)}` } });
      expect(wrong.status).toBe(401);
      expect((await problem(wrong)).code).toBe("auth.invalid_key");
      expect(wrong.headers.get("www-authenticate")).toMatch(/^Bearer/);
      const none = await world.send({ method, path });
      const open =
        /^(getProgram|comparePrograms|listCases|getAlias|downloadProgram|getProgramArchive|getInterpreterFiles?|runProgram|searchHub|listHubTags|getCommunity|(get|list)Leaderboard\w+|listSuites)$/.test(
          operation.id,
        );
      if (open) expect(none.status).not.toBe(401);
      else expect((await problem(none)).code).toBe("auth.missing_key");
    },
  );

  test("every route answers 429 with Retry-After when the allowance is used up", async () => {
    const one = { limit: 1, periodSeconds: 3600 };
    const all = { read: one, write: one, create: one, run: one };
    const limits = { ...world.services.limits, key: all, address: all };
    const channel = await transports[name]!({ ...world.services, limits });
    for (const { method, path, id } of withStatus(429)) {
      const { secret } = await tenant(world.services);
      const headers = { authorization: `Bearer ${secret}` };
      const first = await channel.send({ method, path, headers });
      expect(first.headers.get("x-ratelimit-limit"), id).toBe("1");
      expect(first.headers.get("x-ratelimit-remaining"), id).toBe("0");
      await first.body?.cancel();
      const second = await channel.send({ method, path, headers });
      expect(second.status, id).toBe(429);
      expect(Number(second.headers.get("retry-after")), id).toBeGreaterThan(3500);
      expect((await problem(second)).code).toBe("rate_limit.exceeded");
    }
    await channel.close();
  });

  test("every route answers an unforeseen error with an opaque 500, and logs it", async () => {
    const broken = () => {
      throw new Error("the secret inside");
    };
    const db = { sql: broken, orm: broken } as unknown as Database.Database;
    const channel = await transports[name]!({ ...world.services, db });
    for (const { method, path, id } of withStatus(500)) {
      world.log.length = 0;
      const headers = { authorization: `Bearer ${world.ann.secret}`, "x-request-id": `mine-${id}` };
      const response = await channel.send({ method, path, headers });
      const text = await response.text();
      expect(response.status, id).toBe(500);
      expect(text).not.toContain("secret inside");
      expect(errorBodySchema.parse(JSON.parse(text)).error).toMatchObject({
        code: "internal.error",
        requestId: `mine-${id}`,
      });
      const line = world.log.find(({ level }) => level === "error");
      expect(line?.fields).toMatchObject({
        requestId: `mine-${id}`,
        error: { message: "the secret inside" },
      });
    }
    await channel.close();
  });

  test("every route answers 503 while the database is away", async () => {
    const db = Database.connect("postgres://nobody@127.0.0.1:1/none", {
      connectSeconds: 1,
      maxConnections: 1,
    });
    const channel = await transports[name]!({ ...world.services, db });
    const guarded = withStatus(503).filter(({ id }) => id !== "getHealth");
    const headers = { authorization: `Bearer ${world.ann.secret}` };
    const answers = guarded.map(async ({ method, path, id }) => {
      const response = await channel.send({ method, path, headers });
      expect(response.status, id).toBe(503);
      expect((await problem(response)).code).toBe("service.unavailable");
      expect(response.headers.get("retry-after")).toBe("2");
    });
    expect(await Promise.all(answers)).toHaveLength(guarded.length);
    const health = await channel.send({ method: "GET", path: "/health" });
    expect(health.status).toBe(503);
    expect(healthSchema.parse(await health.json())).toMatchObject({
      live: true,
      ready: false,
      parts: { postgres: { ok: false }, storage: { ok: true } },
    });
    const live = await channel.send({ method: "GET", path: "/health/live" });
    expect(live.status).toBe(200);
    await channel.close();
    await Database.close(db);
  });

  test("another tenant's job and program are not found, whatever is asked of them", async () => {
    const job = await queuedJob(world);
    const headers = { authorization: `Bearer ${world.bob.secret}`, "content-type": "application/json" };
    for (const { method, path, id } of operations.filter(({ path }) => /jobs\/job_|programs\/0/.test(path))) {
      const own = path.replace(/job_\w+/, job).replace(NOBODY_PROGRAM, world.program);
      const bodies: Record<string, string> = {
        updateProgram: '{"name":"x"}',
        runProgram: '{"input":"a"}',
        reportProgram: '{"reason":"spam"}',
      };
      const body = bodies[id];
      const response = await world.send({
        method,
        path: own,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      expect(response.status, id).toBe(404);
    }
    expect((await world.ask("GET", `/v1/jobs/${job}`)).status).toBe(200);
  });

  test("a job's events come in order and end after the final one", async () => {
    const jobId = await queuedJob(world);
    setTimeout(() => void finishLater(world, jobId), 50);
    const response = await world.ask("GET", `/v1/jobs/${jobId}/events`);
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).toMatch(/^retry: 1000\n\n/);
    const events = [...text.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)];
    expect(events.map(([, id, type]) => `${id} ${type}`)).toEqual([
      "1 queued",
      "2 started",
      "3 progress",
      "4 succeeded",
    ]);
    for (const [, id, type, data] of events) {
      expect(JSON.parse(data!)).toMatchObject({ sequence: Number(id), type });
    }
    const rest = await world.ask("GET", `/v1/jobs/${jobId}/events`, undefined, { "last-event-id": "2" });
    expect([...(await rest.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(["3", "4"]);
  });
});

/** A queued job of `queuedJob` has no program id of its own yet. */
async function finishLater({ services }: World, jobId: JobId): Promise<void> {
  const programId = newId("job")
    .slice(-20)
    .replace(/[^0-9a-f]/g, "0");
  await services.db.sql`update job set program_id = ${programId} where id = ${jobId}`;
  await finishJob(services, jobId);
}
