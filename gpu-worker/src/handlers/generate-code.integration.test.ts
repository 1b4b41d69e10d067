import { parseGenerateRequest } from "@weightsmith/contract";
import { Job, Program } from "@weightsmith/core";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../test/services.ts";
import { startWorker, type Worker } from "../worker.ts";
import { byKind } from "./by-kind.ts";
import { generateCodeHandler } from "./generate-code.ts";

let services: Services;
let worker: Worker;

beforeAll(async () => {
  services = await freshServices();
  worker = startWorker(
    services,
    { generate: byKind({ code: generateCodeHandler({ modelsFolder: "models" }) }) },
    {
      workerId: "coder",
      device: "cpu",
      leaseSeconds: 60,
      heartbeatSeconds: 0.2,
      attemptSeconds: 240,
      progressMs: 20,
      visibilitySeconds: 120,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 0,
    },
    pino({ level: "silent" }),
  );
}, 120_000);
afterAll(() => worker.stop());

async function generate(body: Record<string, unknown>): Promise<Job.Job> {
  const job = await services.submit(
    "generate",
    { ...parseGenerateRequest({ kind: "code", ...body }) },
    "code",
  );
  const { workspaceId } = services;
  const read = () => Job.get(services.db, { workspaceId, jobId: job.id });
  await expect
    .poll(async () => (await read()).finishedAt, { timeout: 200_000, interval: 100 })
    .not.toBeNull();
  return read();
}

test("a code job leaves a program whose source passed every example when it was executed", async () => {
  const job = await generate({
    language: "typescript",
    functionName: "extension",
    examples: [
      { input: "photo.JPG", output: "jpg" },
      { input: "a.b.Txt", output: "txt" },
      { input: "notes.MD", output: "md" },
    ],
    budgetSeconds: 20,
  });
  expect(job.state).toBe("succeeded");
  expect(job.result?.output).toMatchObject({
    kind: "code",
    status: "success",
    result: {
      program_ast: { type: "function", name: "extension", return_type: "string" },
      verified: { examples: 3, passed: 3, sandbox: "quickjs" },
    },
  });
  const { db, workspaceId } = services;
  const program = await Program.get(db, { workspaceId, programId: job.programId! });
  expect(program).toMatchObject({ kind: "code" });
}, 240_000);

test("a code job that finds nothing says so and leaves no program", async () => {
  const job = await generate({
    language: "typescript",
    examples: [
      { input: "a", output: "b" },
      { input: "a", output: "c" },
    ],
    budgetSeconds: 1,
  });
  expect(job.state).toBe("succeeded");
  expect(job.programId).toBeNull();
  expect(job.result?.output).toMatchObject({ status: "failed", result: null });
}, 240_000);
