import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CompileRequestInput, parseCompileRequest } from "@weightsmith/contract";
import { Artifact, Job, Program } from "@weightsmith/core";
import { openProgram, unpackArtifact } from "@weightsmith/programs";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../test/services.ts";
import { startWorker, type Worker } from "../worker.ts";
import { makeHandlers } from "./index.ts";

const modelsFolder = mkdtempSync(path.join(tmpdir(), "weightsmith-models-"));
let services: Services;
let worker: Worker;

beforeAll(async () => {
  await writeRandomInterpreter(modelsFolder, "random");
  services = await freshServices();
  worker = startWorker(
    services,
    makeHandlers({ device: "cpu", threads: 1, modelsFolder }),
    {
      workerId: "compiler",
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

const examples = Array.from({ length: 12 }, (_, index) => ({ input: `in${index}`, output: "ok" }));

async function compile(request: CompileRequestInput): Promise<Job.Job> {
  const parsed = parseCompileRequest({ interpreter: "random", ...request });
  const job = await services.submit("compile", { ...parsed });
  const { workspaceId } = services;
  const read = () => Job.get(services.db, { workspaceId, jobId: job.id });
  await expect.poll(async () => (await read()).finishedAt, { timeout: 100_000, interval: 50 }).not.toBeNull();
  return read();
}

test("a compile job leaves a program: a row with its report, and an archive that runs elsewhere", async () => {
  const job = await compile({
    spec: "Answer ok.",
    examples,
    method: "context",
    name: "okay",
    tags: ["test"],
  });
  expect(job.state).toBe("succeeded");
  const programId = job.programId!;
  const program = await Program.get(services.db, { workspaceId: services.workspaceId, programId });
  expect(program).toMatchObject({ name: "okay", tags: ["test"], method: "context", jobId: job.id });
  expect(program.report?.heldOut.n).toBeGreaterThan(0);
  expect(job.result).toEqual({ programId, report: program.report });

  const archive = await Artifact.get(services.storage, program.artifactSha256);
  const artifact = unpackArtifact(archive);
  expect(artifact.manifest.programId).toBe(programId);
  const runnable = await openProgram(artifact, { modelsFolder, threads: 1 });
  const [answer] = await runnable.run([program.report!.predictions[0]!.input]);
  await runnable.close();
  expect(answer?.output).toBe(program.report!.predictions[0]!.output);
});

test("an interpreter that this worker does not have ends the job with its code", async () => {
  const job = await compile({ spec: "Answer ok.", examples, interpreter: "elsewhere" });
  expect(job.state).toBe("failed");
  expect(job.error?.code).toBe("interpreter.unknown");
});

test("a training compile is canceled within seconds", async () => {
  const parsed = parseCompileRequest({ spec: "Answer ok.", examples, method: "lora", interpreter: "random" });
  const { id: jobId } = await services.submit("compile", { ...parsed });
  const { workspaceId } = services;
  const read = () => Job.get(services.db, { workspaceId, jobId });
  await expect
    .poll(async () => (await read()).progress?.phase, { timeout: 60_000, interval: 20 })
    .toBe("train");
  await Job.cancel(services.db, { workspaceId, jobId });
  await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe("canceled");
});
