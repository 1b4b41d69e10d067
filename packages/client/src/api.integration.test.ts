/** The SDK against the real API over a socket; a worker's part is played by the test. */
import type { JobEvent, JobId } from "@weightsmith/contract";
import { createApp, type ServedApp, serveApp } from "@weightsmith/functions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMPILE, finishJob, type TestServices, testServices } from "../../../functions/test/api.ts";
import { Weightsmith } from "./index.ts";

let world: TestServices;
let served: ServedApp;
let weightsmith: Weightsmith;
beforeAll(async () => {
  world = await testServices();
  served = await serveApp(createApp(world.services), { port: 0 });
  weightsmith = new Weightsmith({ baseUrl: served.url, apiKey: world.ann.secret });
});
afterAll(() => served.close(0));

test("from a request to an answer", async () => {
  const job = await weightsmith.compile(COMPILE);
  expect(job.state).toBe("queued");
  const events: JobEvent[] = [];
  const waiting = weightsmith.waitFor(job, { onEvent: (event) => events.push(event), timeoutSeconds: 60 });
  await finishJob(world.services, job.id as JobId);
  const finished = await waiting;
  expect(events.map(({ type }) => type)).toEqual(["queued", "started", "progress", "succeeded"]);
  expect(finished.result?.report?.heldOut).toEqual({ exactMatch: 1, n: 1 });

  const programId = finished.programId!;
  expect(await weightsmith.programs.run(programId, "a")).toBe("A");
  expect(await weightsmith.programs.run(programId, ["a", "b"])).toEqual(["A", "B"]);
  const archive = await weightsmith.programs.download(programId);
  expect(new TextDecoder().decode(archive)).toBe(`archive of ${programId}`);

  const again = await weightsmith.compile(COMPILE);
  expect(again).toMatchObject({ state: "succeeded", programId });

  expect((await weightsmith.programs.update(programId, { name: "extension" })).name).toBe("extension");
  expect((await weightsmith.programs.list({ q: "extension" })).items.map(({ id }) => id)).toEqual([
    programId,
  ]);
  await weightsmith.programs.delete(programId);
  await expect(weightsmith.programs.get(programId)).rejects.toMatchObject({
    code: "program.not_found",
    status: 404,
  });
});

test("a job that is canceled ends the waiting with that", async () => {
  const job = await weightsmith.generate({ kind: "loda", terms: [1, 2, 3] });
  const waiting = weightsmith.waitFor(job);
  expect((await weightsmith.jobs.cancel(job.id)).state).toBe("canceled");
  await expect(waiting).rejects.toMatchObject({ code: "job.canceled", job: { id: job.id } });
  const listed = await weightsmith.jobs.list({ state: "canceled", type: "generate" });
  expect(listed.items.map(({ id }) => id)).toContain(job.id);
});

test("refusals carry the code, the message and the remedy of the API", async () => {
  const bad = weightsmith.compile({ spec: "x", examples: '{"input": "a"}\n' });
  await expect(bad).rejects.toMatchObject({
    code: "examples.invalid",
    status: 422,
    message: 'Line 1 has no "output".',
    details: { line: 1, field: "output" },
    requestId: expect.stringMatching(/^req_/),
  });
});

test("keys are made, used and revoked", async () => {
  const { secret, id } = await weightsmith.keys.create("second");
  const second = new Weightsmith({ baseUrl: served.url, apiKey: secret });
  expect((await second.usage()).workspaceId).toBe(world.ann.workspaceId);
  expect((await weightsmith.keys.list()).map((key) => key.id)).toContain(id);
  expect((await weightsmith.keys.revoke(id)).revokedAt).not.toBeNull();
  await expect(second.jobs.list()).rejects.toMatchObject({ code: "auth.invalid_key", status: 401 });
});

test("the secret that signs webhooks is in the form that verifiers take", async () => {
  expect(await weightsmith.webhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});

test("the health of the service needs no key", async () => {
  const health = await new Weightsmith({ baseUrl: served.url }).health();
  expect(health).toMatchObject({ live: true, ready: true, interpreters: ["tiny"] });
});
