import { runResultSchema } from "@weightsmith/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProgram, type TestServices, testServices } from "../../../test/api.ts";
import { type Asking, asking, problemOf } from "../../../test/asking.ts";
import { createRunApp } from "../../app.ts";
import { type ServedApp, serveApp } from "../../server.ts";

let world: TestServices;
let runner: ServedApp;
let ann: Asking;
let path: string;
beforeAll(async () => {
  world = await testServices();
  runner = await serveApp(createRunApp(world.services), { port: 0, trustProxy: true });
  ann = asking({ ...world.services, runs: { forwardTo: runner.url } }, world.ann);
  path = `/v1/programs/${(await makeProgram(world.services, world.ann)).programId}/run`;
});
afterAll(() => runner.close(0));

test("a run goes to the process that runs programs and comes back as it is, under one request id", async () => {
  world.log.length = 0;
  const response = await ann("POST", path, {
    body: { input: ["a", "grüße"] },
    headers: { "x-request-id": "run-1" },
  });
  expect(response.status).toBe(200);
  expect(runResultSchema.parse(await response.json()).output).toEqual(["A", "GRÜSSE"]);
  expect(response.headers.get("x-ratelimit-remaining")).toMatch(/^\d+$/);
  expect(response.headers.get("x-request-id")).toBe("run-1");
  const lines = world.log.filter(({ fields }) => fields.requestId === "run-1");
  expect(lines.map(({ message }) => message)).toEqual(["request", "request"]);
});

test("its refusals come back, too, and the caller's own address is what counts there", async () => {
  expect((await problemOf(await ann("POST", path, { body: { input: 1 } }))).code).toBe("request.invalid");
  const bob = asking({ ...world.services, runs: { forwardTo: runner.url } }, world.bob);
  expect((await problemOf(await bob("POST", path, { body: { input: "a" } }))).code).toBe("program.not_found");
  const one = { limit: 1, periodSeconds: 3600 };
  const address = { read: one, write: one, create: one, run: one };
  const strict = { ...world.services, limits: { ...world.services.limits, address } };
  const second = await serveApp(createRunApp(strict), { port: 0, trustProxy: true });
  const anyone = asking({ ...world.services, runs: { forwardTo: second.url } }, undefined);
  const status = async (from: string) =>
    (await anyone("POST", path, { body: { input: "a" }, address: from })).status;
  expect([await status("192.0.2.1"), await status("192.0.2.1"), await status("192.0.2.2")]).toEqual([
    404, 429, 404,
  ]);
  await second.close(0);
});

test("while that process is away a run is a 503 that can be tried again", async () => {
  const gone = await serveApp(createRunApp(world.services), { port: 0 });
  await gone.close(0);
  const ask = asking({ ...world.services, runs: { forwardTo: gone.url } }, world.ann);
  const response = await ask("POST", path, { body: { input: "a" } });
  expect(response.status).toBe(503);
  expect(await problemOf(response)).toMatchObject({ code: "service.unavailable", retryable: true });
});

test("where nothing runs programs the answer says so", async () => {
  const ask = asking({ ...world.services, runs: undefined }, world.ann);
  expect((await problemOf(await ask("POST", path, { body: { input: "a" } }))).code).toBe(
    "program.not_runnable",
  );
});

test("the process that runs programs answers nothing else", async () => {
  const other = await fetch(`${runner.url}/v1/jobs`, {
    headers: { authorization: `Bearer ${world.ann.secret}` },
  });
  expect(other.status).toBe(404);
  expect((await fetch(`${runner.url}/health`)).status).toBe(200);
});
