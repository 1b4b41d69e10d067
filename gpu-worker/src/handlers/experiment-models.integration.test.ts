import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import {
  type ExperimentRequestInput,
  experimentOutputSchema,
  parseExperimentRequest,
} from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { fromCsv } from "@weightsmith/experiments";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BatchWorld, batchWorld } from "../../test/batch-world.ts";
import { startWorker, type Worker } from "../worker.ts";
import { makeHandlers } from "./index.ts";

let world: BatchWorld;
let worker: Worker;
beforeAll(async () => {
  world = await batchWorld();
  const { modelsFolder, services } = world;
  const handlers = makeHandlers({ device: "cpu", threads: 1, modelsFolder, allowPrivateEndpoints: true });
  worker = startWorker(
    services,
    { experiment: handlers.experiment! },
    {
      workerId: "experimenter",
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
});
afterAll(() => worker.stop());

async function outcome(request: ExperimentRequestInput) {
  const { services } = world;
  const job = await services.submit("experiment", { ...parseExperimentRequest(request) }, "playbook");
  const read = () => Job.get(services.db, { workspaceId: services.workspaceId, jobId: job.id });
  await expect.poll(async () => (await read()).finishedAt, { timeout: 100_000, interval: 50 }).not.toBeNull();
  const done = await read();
  expect(done.error).toBeNull();
  const output = experimentOutputSchema.parse((done.result as { output: unknown }).output);
  const records = fromCsv(gunzipSync(Buffer.from(output.resultsGzip, "base64")).toString("utf8"));
  return { report: output.report, records };
}

test("a program of the workspace is a model by its id", async () => {
  const id = world.programs[0]!;
  const { report, records } = await outcome({ model: id, task: "iot_tiny", limit: 2 });
  expect(report.model).toMatchObject({ id, identity: `program:${id}` });
  expect(records.map(({ modelId }) => modelId)).toEqual([id, id]);
});

test("an endpoint is asked for JSON and answers", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.on("data", (piece: Buffer) => asked.push(piece.toString("utf8")));
    request.on("end", () => {
      const content = JSON.stringify({ why: "because", answer: "high" });
      response.end(JSON.stringify({ choices: [{ message: { content } }] }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const model = `http://127.0.0.1:${port}/v1#some-model`;
  const { records } = await outcome({ model, task: "iot_tiny", limit: 2 }).finally(() => server.close());
  expect(records.map(({ pred }) => pred)).toEqual(["high", "high"]);
  expect(JSON.parse(asked[0]!)).toMatchObject({
    model: "some-model",
    response_format: { type: "json_schema" },
  });
});
