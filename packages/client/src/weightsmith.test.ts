import { expect, test } from "vitest";
import { hangUp, json, refusal, scriptedServer, stream } from "../test/scripted-server.ts";
import { Weightsmith, WeightsmithError, type WeightsmithOptions } from "./index.ts";
import { backOffSeconds } from "./transport.ts";

const slept: number[] = [];
const client = (baseUrl: string, options: Partial<WeightsmithOptions> = {}) => {
  slept.length = 0;
  return new Weightsmith({
    baseUrl,
    apiKey: "wsk_test",
    sleep: async (seconds) => {
      slept.push(seconds);
    },
    ...options,
  });
};

async function failure(promise: Promise<unknown>): Promise<WeightsmithError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeightsmithError);
  return error as WeightsmithError;
}

const event = (sequence: number, type: string, more: object = {}) =>
  `id: ${sequence}\nevent: ${type}\ndata: ${JSON.stringify({ sequence, time: "2026-01-31T12:00:00.000Z", type, ...more })}\n\n`;
const job = (state: string, more: object = {}) => ({ id: "job_1", state, error: null, ...more });

test("a call carries the key, JSON and the query, and keeps a path prefix of the base address", async () => {
  const server = await scriptedServer(json({ items: [], nextCursor: null }));
  await client(`${server.baseUrl}/prefix`).jobs.list({ state: "queued", limit: 5, cursor: undefined });
  expect(server.asked[0]).toMatchObject({ method: "GET", url: "/prefix/v1/jobs?state=queued&limit=5" });
  expect(server.asked[0]!.headers.authorization).toBe("Bearer wsk_test");
});

test("a start is tried again with the same idempotency key until it gets through", async () => {
  const server = await scriptedServer(
    hangUp,
    refusal(503, "service.unavailable", true),
    refusal(429, "rate_limit.exceeded", true, { "retry-after": "7" }),
    json(job("queued"), 202),
  );
  const started = await client(server.baseUrl).compile({ spec: "x", method: "context" });
  expect(started.id).toBe("job_1");
  expect(server.asked).toHaveLength(4);
  const keys = server.asked.map(({ headers }) => headers["idempotency-key"]);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
  expect(slept[2]).toBeGreaterThanOrEqual(7);
});

test("two starts have two idempotency keys, unless the caller gives one", async () => {
  const server = await scriptedServer(json(job("queued"), 202));
  const weightsmith = client(server.baseUrl);
  await weightsmith.compile({ spec: "x" });
  await weightsmith.compile({ spec: "x" }, { waitSeconds: 5 });
  await weightsmith.generate({ kind: "loda", terms: [1] }, { idempotencyKey: "mine" });
  const [first, second, third] = server.asked.map(({ headers }) => headers);
  expect(first!["idempotency-key"]).not.toBe(second!["idempotency-key"]);
  expect(third!["idempotency-key"]).toBe("mine");
  expect(first!.prefer).toBeUndefined();
  expect(second!.prefer).toBe("wait=5");
});

test("an error of the API comes as it is and is not tried again when that cannot help", async () => {
  const server = await scriptedServer(refusal(422, "examples.malformed_line", false));
  const error = await failure(client(server.baseUrl).compile({ spec: "x" }));
  expect(error).toMatchObject({
    code: "examples.malformed_line",
    status: 422,
    message: "message of examples.malformed_line",
    remedy: "R",
    requestId: "req_1",
    details: { line: 3 },
    retryable: false,
  });
  expect(server.asked).toHaveLength(1);
});

test("retries end after maxRetries with the last error", async () => {
  const server = await scriptedServer(refusal(503, "service.unavailable", true));
  const error = await failure(client(server.baseUrl, { maxRetries: 2 }).jobs.get("job_1"));
  expect(error.code).toBe("service.unavailable");
  expect(server.asked).toHaveLength(3);
});

test("making a key is not repeated when it may have been made", async () => {
  const server = await scriptedServer(hangUp);
  const error = await failure(client(server.baseUrl).keys.create("laptop"));
  expect(error.code).toBe("client.connection");
  expect(server.asked).toHaveLength(1);
});

test("a deletion whose answer was lost counts as done when nothing is left to delete", async () => {
  const server = await scriptedServer(hangUp, refusal(404, "program.not_found", false));
  await client(server.baseUrl).programs.delete("p");
  expect(server.asked).toHaveLength(2);
  const other = await scriptedServer(refusal(404, "program.not_found", false));
  expect((await failure(client(other.baseUrl).programs.delete("p"))).status).toBe(404);
});

test("an answer that no Weightsmith server gives is named as such", async () => {
  const page = await scriptedServer((response) => response.writeHead(404).end("<html>nginx</html>"));
  expect(await failure(client(page.baseUrl).jobs.get("job_1"))).toMatchObject({
    code: "client.bad_response",
    status: 404,
    message: expect.stringContaining("nginx"),
  });
  const text = await scriptedServer((response) => response.end("hello"));
  expect((await failure(client(text.baseUrl).jobs.get("job_1"))).code).toBe("client.bad_response");
});

test("no server at the address is a connection error that names the address", async () => {
  const server = await scriptedServer(json({}));
  await server.close();
  const error = await failure(client(server.baseUrl, { maxRetries: 1 }).jobs.get("job_1"));
  expect(error).toMatchObject({ code: "client.connection", retryable: true, status: undefined });
  expect(error.message).toContain(server.baseUrl);
  expect(slept).toHaveLength(1);
});

test("no answer in time is a timeout", async () => {
  const server = await scriptedServer(() => {});
  const error = await failure(
    client(server.baseUrl, { timeoutSeconds: 0.05, maxRetries: 0 }).jobs.get("job_1"),
  );
  expect(error.code).toBe("client.timeout");
});

test("an aborted call throws the caller's reason, also between retries", async () => {
  const server = await scriptedServer(() => {});
  const controller = new AbortController();
  const call = client(server.baseUrl).jobs.get("job_1", { signal: controller.signal });
  controller.abort(new Error("changed my mind"));
  await expect(call).rejects.toThrow("changed my mind");

  const busy = await scriptedServer(refusal(503, "service.unavailable", true));
  const waiting = new AbortController();
  const patient = new Weightsmith({ baseUrl: busy.baseUrl });
  const second = patient.jobs.get("job_1", { signal: waiting.signal });
  setTimeout(() => waiting.abort(new Error("enough")), 20);
  await expect(second).rejects.toThrow("enough");
});

test("back-off is jittered, doubles, is capped, and obeys the server", () => {
  expect([0, 1, 2, 3, 4, 9].map((retry) => backOffSeconds(retry, 0, 1))).toEqual([0.5, 1, 2, 4, 8, 8]);
  expect(backOffSeconds(3, 0, 0)).toBe(0);
  expect(backOffSeconds(0, 30, 1)).toBe(30);
});

test("all pages are walked", async () => {
  const server = await scriptedServer(
    json({ items: [{ id: "a" }, { id: "b" }], nextCursor: "c1" }),
    json({ items: [{ id: "c" }], nextCursor: null }),
  );
  const ids: string[] = [];
  for await (const { id } of client(server.baseUrl).programs.all({ tag: "x" })) ids.push(id);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(server.asked.map(({ url }) => url)).toEqual(["/v1/programs?tag=x", "/v1/programs?tag=x&cursor=c1"]);
});

test("a run gives a text for a text and a list for a list", async () => {
  const server = await scriptedServer((response, { body }) => {
    const { input } = JSON.parse(body);
    const output = Array.isArray(input) ? input.map((item) => item.toUpperCase()) : input.toUpperCase();
    json({ output, milliseconds: 1 })(response, {} as never);
  });
  const { programs } = client(server.baseUrl);
  expect(await programs.run("p", "a")).toBe("A");
  expect(await programs.run("p", ["a", "b"])).toEqual(["A", "B"]);
});

test("a download follows the redirect to another server without handing it the key", async () => {
  const storage = await scriptedServer((response) => response.end("bytes"));
  const server = await scriptedServer((response) =>
    response.writeHead(302, { location: `${storage.baseUrl}/object?signature=1` }).end(),
  );
  const bytes = await client(server.baseUrl).programs.download("p");
  expect(new TextDecoder().decode(bytes)).toBe("bytes");
  expect(storage.asked[0]!.headers.authorization).toBeUndefined();
});

test("a download link is asked for as JSON and not followed", async () => {
  const link = { url: "http://storage.test/object?signature=1", expiresAt: "2026-01-31T12:00:00.000Z" };
  const server = await scriptedServer(json(link));
  expect(await client(server.baseUrl).programs.downloadLink("p")).toEqual(link);
  expect(server.asked[0]!.headers.accept).toBe("application/json");
});

test("events continue after a cut, an early end and silence, each event once, and end after the final one", async () => {
  const server = await scriptedServer(
    stream(event(1, "queued") + event(2, "started"), "cut"),
    refusal(503, "service.unavailable", true),
    stream(`: heartbeat\n\n${event(2, "started")}${event(3, "progress")}`, "end"),
    stream(event(4, "log"), "hang"),
    stream(event(5, "succeeded") + event(6, "log"), "hang"),
  );
  const seen: number[] = [];
  for await (const { sequence } of client(server.baseUrl).jobs.events("job_1", { silenceSeconds: 0.1 })) {
    seen.push(sequence);
  }
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(server.asked.map(({ headers }) => headers["last-event-id"])).toEqual([
    undefined,
    "2",
    "2",
    "3",
    "4",
  ]);
});

test("events split anywhere, even inside a character, arrive whole", async () => {
  const bytes = Buffer.from(event(1, "log", { message: "grüße 😀" }) + event(2, "canceled"));
  const server = await scriptedServer((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let at = 0;
    const next = () => {
      if (at >= bytes.length) return response.end();
      response.write(bytes.subarray(at, ++at), next);
    };
    next();
  });
  const events = await Array.fromAsync(client(server.baseUrl).jobs.events("job_1"));
  expect(events).toMatchObject([{ message: "grüße 😀" }, { type: "canceled" }]);
});

test("a refusal ends the events", async () => {
  const server = await scriptedServer(refusal(404, "job.not_found", false));
  const error = await failure(Array.fromAsync(client(server.baseUrl).jobs.events("job_1")));
  expect(error.code).toBe("job.not_found");
  expect(server.asked).toHaveLength(1);
});

test("waiting reports events and returns the job that succeeded", async () => {
  const server = await scriptedServer(
    stream(event(1, "queued") + event(2, "succeeded"), "end"),
    json(job("succeeded", { programId: "p" })),
  );
  const types: string[] = [];
  const options = { onEvent: ({ type }: { type: string }) => types.push(type) };
  const finished = await client(server.baseUrl).waitFor({ id: "job_1" }, options);
  expect(finished.programId).toBe("p");
  expect(types).toEqual(["queued", "succeeded"]);
});

test("waiting for a job that fails or is canceled throws its error, with the job", async () => {
  const error = { code: "training.diverged", title: "T", message: "NaN", remedy: "R", retryable: false };
  const failing = await scriptedServer(stream(event(1, "failed"), "end"), json(job("failed", { error })));
  expect(await failure(client(failing.baseUrl).waitFor({ id: "job_1" }))).toMatchObject({
    code: "training.diverged",
    message: "NaN",
    job: { state: "failed" },
  });
  const canceled = await scriptedServer(stream(event(1, "canceled"), "end"), json(job("canceled")));
  expect((await failure(client(canceled.baseUrl).waitFor({ id: "job_1" }))).code).toBe("job.canceled");
});

test("waiting ends when its time is up or the caller aborts", async () => {
  const server = await scriptedServer(stream(event(1, "queued"), "hang"));
  const late = await failure(client(server.baseUrl).waitFor({ id: "job_1" }, { timeoutSeconds: 0.05 }));
  expect(late.code).toBe("client.timeout");
  expect(late.message).toContain("it goes on");
  const controller = new AbortController();
  const waiting = client(server.baseUrl).waitFor(
    { id: "job_1" },
    { signal: controller.signal, onEvent: () => controller.abort(new Error("stop")) },
  );
  await expect(waiting).rejects.toThrow("stop");
});
