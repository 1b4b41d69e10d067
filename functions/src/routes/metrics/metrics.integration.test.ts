import { Job } from "@weightsmith/core";
import { beforeAll, expect, test } from "vitest";
import { type TestServices, testServices } from "../../../test/api.ts";
import { createApp } from "../../app.ts";

let world: TestServices;
beforeAll(async () => {
  world = await testServices();
});

const metricsOf = (changes: object, headers: Record<string, string> = {}) =>
  createApp({ ...world.services, ...changes }).request("/metrics", { headers });

test("requests by route, jobs by state and messages by queue, in Prometheus' format", async () => {
  const { db } = world.services;
  await Job.create(db, { workspaceId: world.ann.workspaceId, type: "compile", kind: "weights", request: {} });
  const app = createApp({ ...world.services, localMode: true });
  const authorization = `Bearer ${world.ann.secret}`;
  for (const id of ["job_1", "job_2"]) await app.request(`/v1/jobs/${id}`, { headers: { authorization } });
  await app.request("/no/such/page");
  const response = await app.request("/metrics");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  const text = await response.text();
  expect(text).toContain(
    'weightsmith_request_seconds_count{method="GET",route="/v1/jobs/:id",status="404"} 2',
  );
  expect(text).not.toContain("job_1");
  expect(text).toContain('weightsmith_jobs{type="compile",state="queued"} 1');
  expect(text).toMatch(/weightsmith_queue_messages\{type="compile",kind="dead"\} 0/);
  for (const line of text.trim().split("\n")) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? -?[\d.e+-]+)$/);
  }
});

test("on a server that others can reach, only who has the token sees it", async () => {
  const metricsToken = "a token of sixteen and more";
  expect((await metricsOf({})).status).toBe(404);
  expect((await metricsOf({ metricsToken })).status).toBe(404);
  expect((await metricsOf({ metricsToken }, { authorization: "Bearer guess" })).status).toBe(404);
  expect((await metricsOf({ metricsToken }, { authorization: `Bearer ${metricsToken}` })).status).toBe(200);
});
