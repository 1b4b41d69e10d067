import { LIMITS } from "@weightsmith/contract";
import { Batch, Checkpoint, File, Job } from "@weightsmith/core";
import { pino } from "pino";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type BatchWorld, batchWorld, type Line } from "../../../test/batch-world.ts";
import { startWorker, type Worker } from "../../worker.ts";
import { makeHandlers } from "../index.ts";

let world: BatchWorld;
let worker: Worker | undefined;
beforeAll(async () => {
  world = await batchWorld();
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

function work({ batchTurnSeconds, batchPieceLines }: Record<string, number> = {}) {
  const { modelsFolder, services } = world;
  const handlers = makeHandlers({
    device: "cpu",
    threads: 1,
    modelsFolder,
    batchTurnSeconds,
    batchPieceLines,
  });
  worker = startWorker(
    services,
    { experiment: handlers.experiment! },
    {
      workerId: "w1",
      device: "cpu",
      leaseSeconds: 60,
      heartbeatSeconds: 0.2,
      attemptSeconds: 600,
      progressMs: 10,
      visibilitySeconds: 30,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 0,
    },
    pino({ level: "silent" }),
  );
}

const reaches = (job: Job.Job, state: string) =>
  expect.poll(async () => (await world.read(job.id)).state, { timeout: 60_000, interval: 50 }).toBe(state);
const inputs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ custom_id: `c${i}`, input: `input ${i}`, maxTokens: 4 }));

test("every line is answered in its place, by the program it names; what cannot be answered is in the errors", async () => {
  const [yes, no] = world.programs;
  work();
  const job = await world.submit(
    [
      { custom_id: "a", input: "x", maxTokens: 6 },
      { input: "x", program: no, maxTokens: 6 },
      "",
      "{not json",
      { custom_id: "b", input: "x", program: "0".repeat(20) },
      { custom_id: "c", input: 7 },
      { custom_id: "d", input: "y".repeat(LIMITS.batchLineBytes) },
      {
        custom_id: "e",
        input: "x",
        maxTokens: 6,
        details: true,
        constraint: { kind: "labels", labels: ["p", "q"] },
      },
    ],
    { program: yes },
  );
  await reaches(job, "succeeded");
  const { complete, results, errors } = await world.results(job.id);
  expect(complete).toBe(true);
  expect(results.map(({ line, custom_id, program }: Line) => [line, custom_id, program])).toEqual([
    [1, "a", yes],
    [2, undefined, no],
    [8, "e", yes],
  ]);
  expect(["p", "q"]).toContain(results[2].output);
  expect(results[2].confidence).toBeGreaterThan(0);
  expect(errors.map(({ line, custom_id, error }: Line) => [line, custom_id, error.code])).toEqual([
    [4, undefined, "request.invalid_json"],
    [5, "b", "program.not_found"],
    [6, "c", "request.invalid"],
    [7, undefined, "request.too_large"],
  ]);
  const view = Batch.view(await world.read(job.id));
  expect(view).toMatchObject({
    status: "completed",
    progress: 1,
    request_counts: { total: 7, completed: 3, failed: 4 },
  });
  const output = await File.get(world.services.db, {
    workspaceId: world.services.workspaceId,
    fileId: view.output_file_id as never,
  });
  expect(output).toMatchObject({ name: "in.results.jsonl", purpose: "batch_output" });
});

test("a batch gives way again and again, and its output is the one it would have been", async () => {
  work();
  const request = { program: world.programs[0] };
  const lines = inputs(6);
  const whole = await world.submit(lines, request);
  await reaches(whole, "succeeded");
  await worker!.stop();
  work({ batchTurnSeconds: 0, batchPieceLines: 1 });
  const turns = await world.submit(lines, request);
  await reaches(turns, "succeeded");
  expect((await world.results(turns.id)).results).toEqual((await world.results(whole.id)).results);
  const starts = await world.services.db.sql`
    select from job_event where job_id = ${turns.id} and type = 'started'`;
  expect(starts.length).toBeGreaterThan(3);
  expect((await world.read(turns.id)).attempts).toBe(1);
});

test("after a worker's death another goes on from the checkpoint: no line is missing and none is there twice", async () => {
  const { db, storage, workspaceId } = world.services;
  const job = await world.submit(inputs(9), { program: world.programs[0] });
  // What a worker leaves that died after its first piece was counted and its second one stored.
  const claim = await Job.claim(db, { jobId: job.id, workerId: "dead", leaseSeconds: 0 });
  if (claim.outcome !== "claimed") throw new Error(claim.outcome);
  const piece = async (number: number, content: string) => {
    const bytes = new TextEncoder().encode(content);
    await Batch.Store.putPiece(
      storage,
      { workspaceId, jobId: job.id },
      { number, attempt: 1, kind: "results" },
      bytes,
    );
    return { lines: 1, bytes: bytes.length };
  };
  const first = await piece(0, '{"line":1,"by":"the dead"}\n');
  await piece(1, '{"line":2,"by":"the dead, not counted"}\n');
  const line = Buffer.byteLength(`${JSON.stringify(inputs(1)[0])}\n`);
  const at = { offset: line, line: 1, completed: 1, failed: 0 };
  const checkpoint = { ...at, pieces: [{ attempt: 1, results: first, errors: { lines: 0, bytes: 0 } }] };
  await Checkpoint.save(db, storage, claim.lease, {
    bytes: new TextEncoder().encode(JSON.stringify(checkpoint)),
    step: 1,
  });
  const partial = await world.results(job.id);
  expect([partial.complete, partial.results]).toEqual([false, [{ line: 1, by: "the dead" }]]);

  await Job.expireLeases(db);
  work();
  await db.sql`update job set available_at = now() where id = ${job.id}`;
  await world.services.dispatcher.send(await world.read(job.id));
  await reaches(job, "succeeded");
  const { results } = await world.results(job.id);
  expect(results.map(({ line }: Line) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(results.map(({ by }: Line) => by).filter(Boolean)).toEqual(["the dead"]);
});

test("a canceled batch keeps what it had", async () => {
  work({ batchPieceLines: 1 });
  const job = await world.submit(inputs(4_000), { program: world.programs[0] });
  await expect
    .poll(async () => (await world.results(job.id)).results.length, { timeout: 60_000, interval: 50 })
    .toBeGreaterThan(0);
  await Job.cancel(world.services.db, { workspaceId: world.services.workspaceId, jobId: job.id });
  await reaches(job, "canceled");
  const { complete, results } = await world.results(job.id);
  expect(complete).toBe(false);
  expect(results.length).toBeGreaterThan(0);
  expect(Batch.view(await world.read(job.id))).toMatchObject({ status: "cancelled", output_file_id: null });
});

test("OpenAI's lines are answered as its endpoints answer, by interpreters and programs side by side", async () => {
  work();
  const [yes, no] = world.programs;
  const chat = (custom_id: string, model: string, more: object = {}) => ({
    custom_id,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model, max_tokens: 4, messages: [{ role: "user", content: "hello" }], ...more },
  });
  const job = await world.submit(
    [
      chat("1", yes),
      chat("2", "random"),
      chat("3", no, { n: 2, temperature: 1 }),
      chat("4", "nobody"),
      chat("5", yes, { messages: [{ role: "user", content: "long ".repeat(6_000) }] }),
      chat("6", yes, { stream: true }),
      { ...chat("7", yes), url: "/v1/completions" },
      chat("8", yes),
    ],
    { endpoint: "/v1/chat/completions" },
  );
  await reaches(job, "succeeded");
  const { results, errors } = await world.results(job.id);
  expect(results.map(({ custom_id, response }: Line) => [custom_id, response.status_code])).toEqual([
    ["1", 200],
    ["2", 200],
    ["3", 200],
    ["8", 200],
  ]);
  expect(results[0].response.body).toMatchObject({ object: "chat.completion", choices: [{ index: 0 }] });
  expect(results[2].response.body.choices).toHaveLength(2);
  expect(results[3].response.body.choices).toEqual(results[0].response.body.choices);
  expect(errors.map(({ custom_id, response }: Line) => [custom_id, response.body.error.code])).toEqual([
    ["4", "alias.not_found"],
    ["5", "run.input_too_long"],
    ["6", "request.invalid"],
    ["7", "request.invalid"],
  ]);
});
