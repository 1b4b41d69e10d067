/** OpenAI's own client, from file to file: the API takes the batch, a worker answers it. */

import { Account, Job, noLog } from "@weightsmith/core";
import { createApp, LOCAL_LIMITS } from "@weightsmith/functions";
import OpenAI, { toFile } from "openai";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeHandlers } from "../src/handlers/index.ts";
import { startWorker, type Worker } from "../src/worker.ts";
import { type BatchWorld, batchWorld } from "./batch-world.ts";

let world: BatchWorld;
let worker: Worker;
let openai: OpenAI;
beforeAll(async () => {
  world = await batchWorld();
  const { db, workspaceId } = world.services;
  const feed = Job.feed(db, { log: noLog });
  afterAll(() => feed.close());
  const app = createApp({
    ...world.services,
    freezes: false,
    feed,
    log: noLog,
    limits: LOCAL_LIMITS,
    interpreters: [],
    compilerRevision: "test",
    kinds: { compile: [], generate: [], experiment: ["batch"] },
    runs: undefined,
    localMode: true,
    runSeconds: 1,
    streamSeconds: 1,
    version: "0",
  });
  const { secret } = await Account.issueKey(db, { workspaceId, name: "test" });
  openai = new OpenAI({
    apiKey: secret,
    baseURL: "http://openai.test/v1",
    maxRetries: 0,
    fetch: async (url, init) => {
      const answer = await app.request(String(url), init as RequestInit);
      const moved = answer.headers.get("location");
      return answer.status === 302 && moved !== null ? fetch(moved) : answer;
    },
  });
  const handlers = makeHandlers({ device: "cpu", threads: 1, modelsFolder: world.modelsFolder });
  worker = startWorker(
    world.services,
    { experiment: handlers.experiment! },
    {
      workerId: "w1",
      device: "cpu",
      leaseSeconds: 60,
      heartbeatSeconds: 1,
      attemptSeconds: 600,
      progressMs: 10,
      visibilitySeconds: 30,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 1,
    },
    pino({ level: "silent" }),
  );
});
afterAll(() => worker.stop());

test("a file goes up, a batch runs, its answers come down", async () => {
  const lines = ["1", "2"].map((custom_id) => ({
    custom_id,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: world.programs[0], max_tokens: 3, messages: [{ role: "user", content: custom_id }] },
  }));
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  const input = await openai.files.create({
    file: await toFile(Buffer.from(text), "asked.jsonl"),
    purpose: "batch",
  });
  expect(input).toMatchObject({ object: "file", filename: "asked.jsonl", bytes: text.length });
  expect(await (await openai.files.content(input.id)).text()).toBe(text);

  const started = await openai.batches.create({
    input_file_id: input.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { why: "a test" },
  });
  expect(started).toMatchObject({ object: "batch", status: "validating", metadata: { why: "a test" } });
  await expect
    .poll(async () => (await openai.batches.retrieve(started.id)).status, { timeout: 60_000, interval: 50 })
    .toBe("completed");
  const batch = await openai.batches.retrieve(started.id);
  expect(batch.request_counts).toEqual({ total: 2, completed: 2, failed: 0 });
  const answers = (await (await openai.files.content(batch.output_file_id!)).text()).trim().split("\n");
  expect(answers.map((line) => JSON.parse(line).custom_id)).toEqual(["1", "2"]);
  expect(batch.error_file_id).toBeNull();

  const listed: string[] = [];
  for await (const each of openai.batches.list({ limit: 1 })) listed.push(each.id);
  expect(listed).toEqual([started.id]);
  await expect(openai.batches.cancel(started.id)).rejects.toBeInstanceOf(OpenAI.ConflictError);
  const files: string[] = [];
  for await (const each of openai.files.list({ limit: 1 })) files.push(each.purpose);
  expect(files).toEqual(["batch_output", "batch"]);
  expect(await openai.files.delete(input.id)).toMatchObject({ deleted: true });
  await expect(openai.files.retrieve(input.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});
