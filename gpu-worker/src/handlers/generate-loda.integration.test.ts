import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type GenerateRequestInput, parseGenerateRequest } from "@weightsmith/contract";
import { Artifact, Job, Program } from "@weightsmith/core";
import { parse, Verifier } from "@weightsmith/loda";
import { unpackProgram } from "@weightsmith/programs";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../test/services.ts";
import { startWorker, type Worker } from "../worker.ts";
import { byKind } from "./by-kind.ts";
import { generateLodaHandler } from "./generate-loda.ts";

// No model in it: the other routes have to do.
const modelsFolder = mkdtempSync(path.join(tmpdir(), "weightsmith-models-"));
const lodaProgramsFolder = path.resolve(import.meta.dirname, "../../../packages/loda/test/programs");
let services: Services;
let worker: Worker;

beforeAll(async () => {
  services = await freshServices();
  worker = startWorker(
    services,
    { generate: byKind({ loda: generateLodaHandler({ threads: 1, modelsFolder, lodaProgramsFolder }) }) },
    {
      workerId: "generator",
      device: "cpu",
      leaseSeconds: 30,
      heartbeatSeconds: 0.2,
      attemptSeconds: 60,
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

async function start(input: GenerateRequestInput) {
  const { workspaceId, db, dispatcher } = services;
  const request = parseGenerateRequest(input);
  const { job } = await Job.create(db, { workspaceId, type: "generate", kind: request.kind, request });
  await dispatcher.send(job);
  return () => Job.get(db, { workspaceId, jobId: job.id });
}

async function finished(read: () => Promise<Job.Job>): Promise<Job.Job> {
  await expect.poll(async () => (await read()).finishedAt, { timeout: 100_000, interval: 50 }).not.toBeNull();
  return read();
}

test("terms become a program that is kept, whose archive computes them", async () => {
  const terms = [1, 4, 7, 10, 13, 16, 19];
  const job = await finished(
    await start({ kind: "loda", terms, count: 1, name: "every third", tags: ["test"] }),
  );
  expect(job.state).toBe("succeeded");
  expect(job.result?.output).toMatchObject({
    kind: "loda",
    programs: [{ route: "polynomial", verifiedTerms: 7, givenTerms: 7 }],
  });
  const programId = job.programId!;
  const program = await Program.get(services.db, { workspaceId: services.workspaceId, programId });
  expect(program).toMatchObject({ kind: "loda", name: "every third", tags: ["test"], jobId: job.id });

  const files = unpackProgram(await Artifact.get(services.storage, program.artifactSha256));
  const text = (name: string) => new TextDecoder().decode(files.get(name));
  expect(JSON.parse(text("program.json"))).toMatchObject({ kind: "loda", programId });
  expect(
    new Verifier({ sequence: () => undefined, procedure: () => undefined }).verify(
      parse(text("program.asm")),
      terms,
    ).verified,
  ).toBe(7);
});

test("a description finds the known sequence of that name", async () => {
  const job = await finished(await start({ kind: "loda", description: "Fibonacci numbers", count: 1 }));
  expect(job.result?.output).toMatchObject({
    programs: [{ route: "description", terms: ["0", "1", "1", "2", "3", "5", "8", "13", "21", "34"] }],
  });
  expect(job.programId).not.toBeNull();
});

/** By hand, and nothing known. */
const arbitrary = [5, 0, 17, 3, 94, 2, 61, 8, 40, 1, 77, 12, 36, 90, 4, 58];

test("terms that no program computes end without a program, and say so", async () => {
  const job = await finished(await start({ kind: "loda", terms: arbitrary, budgetSeconds: 0.5 }));
  expect(job).toMatchObject({ state: "succeeded", programId: null });
  expect(job.result).toMatchObject({ programId: null, output: { programs: [] } });
});

test("a search is canceled within seconds", async () => {
  const read = await start({ kind: "loda", terms: arbitrary, budgetSeconds: 600 });
  await expect
    .poll(async () => (await read()).progress?.phase, { timeout: 60_000, interval: 20 })
    .toBe("mutate");
  const { workspaceId, db } = services;
  await Job.cancel(db, { workspaceId, jobId: (await read()).id });
  await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe("canceled");
});
