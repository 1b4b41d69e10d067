/** One trace from the request through the queue to the worker, as a collector receives it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Account, Job, noLog, Trace } from "@weightsmith/core";
import { createApp, LOCAL_LIMITS } from "@weightsmith/functions";
import { pino } from "pino";
import { expect, test } from "vitest";
import { startWorker } from "../src/worker.ts";
import { freshServices } from "./services.ts";

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Takes OTLP over HTTP in its JSON form. */
async function collector() {
  const spans: SentSpan[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      if (request.url === "/v1/traces") spans.push(...spansOf(JSON.parse(body)));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { spans, endpoint: `http://127.0.0.1:${port}`, close: () => server.close() };
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP's JSON, of which a few members are looked at
const spansOf = ({ resourceSpans }: any): SentSpan[] =>
  // biome-ignore lint/suspicious/noExplicitAny: the same
  resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: the same
    scopeSpans.flatMap((scope: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: the same
      scope.spans.map((span: any) => ({
        ...span,
        service: attributesOf(resource.attributes)["service.name"],
        attributes: attributesOf(span.attributes),
      })),
    ),
  );
// biome-ignore lint/suspicious/noExplicitAny: the same
const attributesOf = (list: any[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("the worker's spans hang on the request's, and that on the caller's", async () => {
  const { spans, endpoint, close } = await collector();
  const services = await freshServices();
  const { db, workspaceId } = services;
  const tracerOf = (service: string) => Trace.tracer({ endpoint, service, version: "1" });
  const [apiTracer, workerTracer] = [tracerOf("api"), tracerOf("worker")];
  const feed = Job.feed(db, { log: noLog });
  const logged: Record<string, unknown>[] = [];
  const app = createApp({
    ...services,
    freezes: true,
    feed,
    log: (_level, _message, fields = {}) => logged.push(fields),
    limits: LOCAL_LIMITS,
    interpreters: [],
    compilerRevision: "test",
    kinds: { compile: [], generate: ["loda"], experiment: [] },
    runs: undefined,
    localMode: true,
    runSeconds: 1,
    streamSeconds: 1,
    version: "0",
    tracer: apiTracer,
  });
  const worker = startWorker(
    { ...services, tracer: workerTracer },
    { generate: async () => ({ result: { programId: null, report: null } }) },
    {
      workerId: "w1",
      device: "cpu",
      leaseSeconds: 30,
      heartbeatSeconds: 1,
      attemptSeconds: 60,
      progressMs: 10,
      visibilitySeconds: 30,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 1,
    },
    pino({ level: "silent" }),
  );
  const { secret } = await Account.issueKey(db, { workspaceId, name: "test" });
  const answer = await app.request("/v1/generate", {
    method: "POST",
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      traceparent: CALLER,
      "x-request-id": "req_traced",
    },
    body: JSON.stringify({ kind: "loda", terms: [1, 2, 3] }),
  });
  const { id: jobId } = (await answer.json()) as { id: Job.Job["id"] };
  await expect
    .poll(async () => (await Job.get(db, { workspaceId, jobId })).state, { timeout: 20_000, interval: 20 })
    .toBe("succeeded");
  await worker.stop();
  await Promise.all([apiTracer.close(), workerTracer.close(), feed.close()]);
  close();

  const named = (name: string) => spans.find((span) => span.name === name)!;
  const [request, job, work] = [named("POST"), named("job generate"), named("work loda")];
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([CALLER.slice(3, 35)]));
  expect(request).toMatchObject({
    service: "api",
    parentSpanId: CALLER.slice(36, 52),
    attributes: {
      "http.route": "/v1/generate",
      "http.response.status_code": 202,
      "weightsmith.request_id": "req_traced",
      "weightsmith.workspace_id": workspaceId,
    },
  });
  expect(job).toMatchObject({
    service: "worker",
    parentSpanId: request.spanId,
    attributes: { "weightsmith.job_id": jobId, "weightsmith.ending": "succeeded" },
  });
  expect(work.parentSpanId).toBe(job.spanId);
  expect(logged.at(-1)).toMatchObject({ requestId: "req_traced", traceId: CALLER.slice(3, 35) });
});

test("without an endpoint nothing is traced, and a caller's traceparent still travels; a malformed one does not", async () => {
  const nobody = Trace.tracer({ endpoint: undefined, service: "x", version: "1" });
  const seen = (parent: string) =>
    nobody.span("n", { kind: "server", parent }, async ({ traceparent }) => traceparent);
  expect(await seen(CALLER)).toBe(CALLER);
  for (const bad of ["", "nonsense", CALLER.toUpperCase(), `${CALLER}-x`, CALLER.replace(/[1-9a-f]/g, "0")]) {
    expect(await seen(bad), bad).toBeUndefined();
  }
});

test("a collector that is away holds nothing up and fails nothing", async () => {
  const away = Trace.tracer({ endpoint: "http://127.0.0.1:9", service: "x", version: "1" });
  expect(await away.span("n", { kind: "internal" }, async () => 42)).toBe(42);
  await away.close();
});
