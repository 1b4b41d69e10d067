/** The API over real servers, with two tenants; what a test needs to send requests and to make jobs and programs. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  AppError,
  type CompileRequestInput,
  type JobId,
  type ProgramId,
  parseCompileRequest,
  programDeterminants,
  programIdOf,
  type Report,
  type WorkspaceId,
} from "@weightsmith/contract";
import { Account, Artifact, Job, Outbox } from "@weightsmith/core";
import { freshBucket, freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { afterAll } from "vitest";
import { LOCAL_LIMITS, type RunProgram, type Runs, type Services } from "../src/services.ts";
import { ECHO } from "./echo-mixture.ts";

export const INTERPRETER = { id: "tiny", sha256: "ab".repeat(32) };

export const EXAMPLES = [
  { input: "a.JPG", output: "jpg" },
  { input: "notes.md", output: "md" },
  { input: "x.tar.GZ", output: "gz" },
];
export const COMPILE: CompileRequestInput = {
  spec: "Return the extension in lower case.",
  examples: EXAMPLES,
};

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Runs nothing: shows what it was asked, in capitals. Real programs are run in run/'s own tests. */
export const shout: RunProgram = async ({ inputs, signal, scores }) => {
  if (inputs.includes("hang")) {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }
  // Surer of short inputs than of long ones.
  const sure = (input: string) => ({
    logProbability: -input.length / 10,
    confidence: 1 / (1 + input.length),
  });
  const answers = inputs.map((input) => ({
    output: input.toUpperCase(),
    tokens: input.length,
    complete: true,
    ...(scores ? sure(input) : {}),
  }));
  return { answers, milliseconds: 1 };
};

const notHere = async () => {
  throw new Error("this test runs nothing");
};
const noSuchModel = async () => {
  throw new AppError("interpreter.unknown");
};
export const RUNS: Runs = {
  program: shout,
  async *stream(call) {
    const { answers } = await shout(call);
    for (const [index, answer] of answers.entries()) {
      yield { index, text: answer.output };
      yield { index, answer };
    }
  },
  paw: notHere,
  runtime: noSuchModel,
  baseModel: noSuchModel,
  interpreterFiles: async () => ({
    ...INTERPRETER,
    files: [{ name: "config.json", bytes: new TextEncoder().encode("{}"), sha256: INTERPRETER.sha256 }],
  }),
  importAdapter: notHere,
  text: notHere,
  specialists: ECHO,
};

export interface Tenant {
  readonly workspaceId: WorkspaceId;
  readonly secret: string;
}

export interface TestServices {
  readonly services: Services;
  readonly databaseUrl: string;
  readonly log: LogLine[];
  readonly ann: Tenant;
  readonly bob: Tenant;
}

/** A database, a bucket and queues of their own, and two tenants. */
export async function testServices(): Promise<TestServices> {
  const writer = createServer((_, response) => {
    const examples = [
      { input: "a.JPG", output: "jpg" },
      { input: "photo.PNG", output: "png" },
    ];
    const content = JSON.stringify({ examples });
    response.end(JSON.stringify({ choices: [{ message: { content } }] }));
  });
  await new Promise<void>((resolve) => writer.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(writer.address() as AddressInfo).port}/v1`;
  const [{ db, url }, storage, queues] = await Promise.all([freshDatabase(), freshBucket(), freshQueues()]);
  const log: LogLine[] = [];
  const write: Services["log"] = (level, message, fields = {}) => log.push({ level, message, fields });
  const dispatcher = Outbox.dispatcher(db, queues, { log: write });
  const feed = Job.feed(db, { log: write });
  afterAll(async () => {
    writer.close();
    await feed.close();
    await dispatcher.drained();
  });
  const services: Services = {
    db,
    storage,
    queues,
    dispatcher,
    freezes: false,
    feed,
    log: write,
    limits: LOCAL_LIMITS,
    interpreters: [INTERPRETER],
    compilerRevision: "test-1",
    kinds: { compile: ["weights", "specialist"], generate: ["loda"], experiment: ["playbook", "batch"] },
    runs: RUNS,
    localMode: false,
    runSeconds: 0.2,
    streamSeconds: 60,
    exampleWriter: { baseUrl, apiKey: "sk-test", model: "writer" },
    version: "0.0.0-test",
  };
  return { services, databaseUrl: url, log, ann: await tenant(services), bob: await tenant(services) };
}

export async function tenant({ db }: Services): Promise<Tenant> {
  const workspaceId = await freshWorkspace(db);
  return { workspaceId, secret: (await Account.issueKey(db, { workspaceId, name: "test" })).secret };
}

export const REPORT: Report = {
  heldOut: { exactMatch: 1, n: 1 },
  training: { exactMatch: 1, n: 2, steps: 10, seconds: 0.1, finalLoss: 0.01 },
  predictions: [{ input: "x.tar.GZ", expected: "gz", output: "gz", correct: true }],
};

/** Does a worker's part for a job that was accepted: claims it and finishes it with a program. */
export async function finishJob(services: Services, jobId: JobId): Promise<void> {
  const { db, storage } = services;
  const claim = await Job.claim(db, { jobId, workerId: "test", leaseSeconds: 30, device: "cpu" });
  if (claim.outcome !== "claimed") throw new Error(`the job is ${claim.outcome}`);
  const { job, lease } = claim;
  await Job.progress(db, lease, { phase: "train", done: 5, total: 10, metrics: { loss: 0.5 } });
  const bytes = new TextEncoder().encode(`archive of ${job.programId}`);
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/gzip" });
  const { spec, name, tags } = job.request as { spec: string; name?: string; tags: string[] };
  await Job.succeed(db, lease, {
    result: { programId: job.programId, report: REPORT },
    program: {
      id: job.programId!,
      kind: "weights",
      spec,
      seed: 0,
      artifactSha256: sha256,
      method: "lora",
      interpreter: INTERPRETER,
      report: REPORT,
      tags,
      public: job.request.public === true,
      ...(name === undefined ? {} : { name }),
    },
  });
}

/** A program of a tenant, by the way that every program comes: a job. */
export async function makeProgram(
  services: Services,
  { workspaceId }: Tenant,
  request: Partial<CompileRequestInput> = {},
): Promise<{ programId: ProgramId; jobId: JobId }> {
  const parsed = parseCompileRequest({ ...COMPILE, ...request });
  const determinants = programDeterminants(parsed, INTERPRETER, services.compilerRevision);
  const programId = await programIdOf(determinants);
  const { job } = await Job.create(services.db, {
    workspaceId,
    type: "compile",
    kind: "weights",
    request: { ...parsed },
    programId,
  });
  if (job.state === "queued") await finishJob(services, job.id);
  return { programId, jobId: job.id };
}
