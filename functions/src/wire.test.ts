/** What a hostile client can do below HTTP's surface: every connection ends with a refusal, and the server goes on. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { offlineServices } from "../test/offline.ts";
import { createApp } from "./app.ts";
import { type ServedApp, serveApp } from "./server.ts";

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp(createApp(offlineServices().services), { port: 0 });
});
afterAll(() => served.close(0));

/** Sends bytes as they are. @returns the status lines of all answers */
async function raw(bytes: string): Promise<string[]> {
  const socket = connect(served.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => (text += chunk));
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(bytes);
  socket.setTimeout(3000, () => socket.destroy());
  await once(socket, "close");
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status!);
}

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n\r\n`;
const host = "Host: localhost";

test.each([
  [
    "both lengths, so that two servers would disagree",
    `${lines("POST /v1/compile HTTP/1.1", host, "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
  ],
  ["two lengths", `${lines("POST /v1/compile HTTP/1.1", host, "Content-Length: 2", "Content-Length: 3")}{}`],
  ["a length that is none", `${lines("POST /v1/compile HTTP/1.1", host, "Content-Length: -1")}`],
  ["a control character in a header", lines("GET /docs HTTP/1.1", host, "X-Request-Id: a\u0000b")],
  ["a header folded over lines", lines("GET /docs HTTP/1.1", host, "X-Request-Id: a", " b: c")],
  ["a space before the colon", lines("GET /docs HTTP/1.1", host, "X-Request-Id : a")],
  ["no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"],
  [
    "a chunk whose size is no number",
    `${lines("POST /v1/compile HTTP/1.1", host, "Transfer-Encoding: chunked")}zz\r\n\r\n`,
  ],
])("%s: refused, and nothing of it is taken for a second request", async (_, bytes) => {
  const statuses = await raw(bytes);
  expect(statuses.length).toBeLessThanOrEqual(1);
  for (const status of statuses) expect(status).toMatch(/^4/);
});

test("headers beyond 16 kB are 431", async () => {
  expect(await raw(lines("GET /docs HTTP/1.1", host, `X-Large: ${"a".repeat(20_000)}`))).toEqual(["431"]);
});

test("an answer never repeats a header's line break, and ids of callers are kept only if they are harmless", async () => {
  const response = await fetch(new URL("/no/such", served.url), { headers: { "x-request-id": "<script>" } });
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  const kept = await fetch(new URL("/no/such", served.url), { headers: { "x-request-id": "trace:1.a-b" } });
  expect(kept.headers.get("x-request-id")).toBe("trace:1.a-b");
});

test("after all that the server answers as before", async () => {
  expect((await fetch(new URL("/openapi.json", served.url))).status).toBe(200);
});
