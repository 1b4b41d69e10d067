/**
 * `npm run bench -- api [--json] [--seconds N] [--clients N]`: the local stack under load, through its public HTTP API.
 * A stack of its own on an empty folder: durable Postgres, the queues, the object store, the API and the real worker,
 * all on this machine together with the load generator, whose cost is therefore in the figures.
 *
 * - accept: clients that each send one `POST /v1/compile` after the other, every one a new job that is answered 202
 * - read: the same with `GET /v1/jobs/{id}`
 * - queueToWorker: from the job's creation until a free worker has begun it, by the database's clock, one job at a time
 */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startStack } from "@weightsmith/cli/stack";
import type { Job } from "@weightsmith/contract";
import { freePort } from "@weightsmith/embedded";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: "10" },
    clients: { type: "string", default: "8" },
    samples: { type: "string", default: "100" },
  },
});
const seconds = Number(flags.seconds);
const clients = Number(flags.clients);
const samples = Number(flags.samples);

const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), "weightsmith-bench-"));
const say = (text: string) => void (flags.json ? undefined : console.log(text));

const stack = await startStack(
  {
    home,
    port: await freePort(0, "API"),
    once: false,
    sample: false,
    device: "cpu",
    models: path.join(repositoryRoot, "models"),
    databaseUrl: undefined,
    help: false,
  },
  repositoryRoot,
  { onUp: () => {}, onNotice: (message) => console.error(message), signal: new AbortController().signal },
);
try {
  const { url, credentials } = stack;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const call = caller(url, credentials.apiKey, agent);

  // Before the load: a worker with nothing else to do.
  const waits: number[] = [];
  for (let sample = -5; sample < samples; sample++) {
    const wait = await queueToWorkerMs(call, sample);
    if (sample >= 0) waits.push(wait);
  }

  const jobs: string[] = [];
  await load(clients, 2, (index) => accept(call, `warm up ${index}`));
  const accepted = await load(clients, seconds, async (index) => {
    jobs.push(await accept(call, `case ${index}`));
  });
  const read = await load(clients, seconds, async (index) => {
    const { status } = await call("GET", `/v1/jobs/${jobs[index % jobs.length]}`);
    if (status !== 200) throw new Error(`GET /v1/jobs/{id} answered ${status}`);
  });

  const figures = {
    acceptedPerSecond: round(accepted.length / seconds),
    acceptP50Ms: percentile(accepted, 0.5),
    acceptP99Ms: percentile(accepted, 0.99),
    readPerSecond: round(read.length / seconds),
    readP50Ms: percentile(read, 0.5),
    readP99Ms: percentile(read, 0.99),
    queueToWorkerP50Ms: percentile(waits, 0.5),
    queueToWorkerP99Ms: percentile(waits, 0.99),
    clients,
    seconds,
    samples,
  };
  if (flags.json) console.log(JSON.stringify(figures, null, 2));
  else for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(20)} ${value}`);
  agent.destroy();
} finally {
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
}
process.exit();

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

/** Bare HTTP rather than the SDK, so that the generator takes little of the machine. */
function caller(url: string, apiKey: string, agent: Agent): Call {
  const { hostname, port } = new URL(url);
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  return (method, target, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const sent = request(
        {
          hostname,
          port,
          agent,
          method,
          path: target,
          headers: { ...headers, "content-length": Buffer.byteLength(text) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(text);
    });
}

async function accept(call: Call, spec: string, more: object = {}): Promise<string> {
  const examples = Array.from({ length: 16 }, (_, index) => ({ input: `photo-${index}.JPG`, output: "jpg" }));
  const { status, body } = await call("POST", "/v1/compile", {
    spec: `Return the extension: ${spec}`,
    examples,
    ...more,
  });
  if (status !== 202) throw new Error(`POST /v1/compile answered ${status}: ${JSON.stringify(body)}`);
  return (body as Job).id;
}

/** One job from its creation to its start. */
async function queueToWorkerMs(call: Call, sample: number): Promise<number> {
  // A job that is done at once, so that the next one finds the worker free.
  const id = await accept(call, `sample ${sample}`, { method: "context", examples: [] });
  for (;;) {
    const job = (await call("GET", `/v1/jobs/${id}`)).body as Job;
    if (job.startedAt !== null && job.finishedAt !== null)
      return Date.parse(job.startedAt) - Date.parse(job.createdAt);
    await sleep(10);
  }
}

/** Closed loop: every client sends its next request when the last one was answered. @returns milliseconds of each */
async function load(
  concurrency: number,
  forSeconds: number,
  send: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const end = performance.now() + forSeconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await send(next++);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
