/** The hub and the leaderboard over HTTP: what each route promises. */
import {
  hubPageSchema,
  hubTagsSchema,
  leaderboardEntryPageSchema,
  leaderboardPredictionsSchema,
  leaderboardTaskListSchema,
  leaderboardTaskSchema,
  suiteListSchema,
} from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import { beforeAll, expect, test } from "vitest";
import { makeProgram, type TestServices, testServices } from "../../test/api.ts";
import { type Asking, asking, jobOf, problemOf } from "../../test/asking.ts";

let world: TestServices;
let ann: Asking;
let bob: Asking;
let anyone: Asking;
let programId: string;
const hidden = [{ input: "hidden-input.PNG", output: "png" }];

beforeAll(async () => {
  world = await testServices();
  [ann, bob, anyone] = [world.ann, world.bob, undefined].map((who) => asking(world.services, who)) as [
    Asking,
    Asking,
    Asking,
  ];
  const { db, storage } = world.services;
  await Leaderboard.publishTask(db, storage, {
    id: "extension",
    title: "Extension",
    description: "The extension.",
    kinds: ["weights"],
    suites: ["text"],
    publicExamples: [{ input: "a.PDF", output: "pdf" }],
    hiddenExamples: hidden,
    dailySubmissions: 1,
  });
  await Leaderboard.saveBaseline(db, {
    taskId: "extension",
    taskVersion: 1,
    name: "Most common answer",
    correct: 0,
    n: 1,
    latencyMilliseconds: 0.1,
    predictions: [{ input: "a.PDF", expected: "pdf", output: "pdf", correct: true }],
  });
  ({ programId } = await makeProgram(world.services, world.ann, { name: "finder", tags: ["files"] }));
});

test("only what was published is found, by anybody", async () => {
  const find = async () => hubPageSchema.parse(await (await anyone("GET", "/v1/hub?q=finder")).json()).items;
  expect(await find()).toEqual([]);
  expect(
    (await ann("PATCH", `/v1/programs/${programId}`, { body: { public: true, license: "MIT" } })).status,
  ).toBe(200);
  expect(await find()).toMatchObject([{ id: programId, license: "MIT", own: false, jobId: null }]);
  expect(hubTagsSchema.parse(await (await anyone("GET", "/v1/hub/tags")).json()).items).toEqual([
    { tag: "files", programs: 1 },
  ]);
  expect((await anyone("GET", "/v1/hub?sort=luck")).status).toBe(400);
  await anyone("GET", `/v1/programs/${programId}/download`);
  expect(await find()).toMatchObject([{ downloads: 1 }]);
});

test("reports need a key and a published program", async () => {
  const path = `/v1/programs/${programId}/reports`;
  const body = { reason: "spam" };
  expect((await anyone("POST", path, { body })).status).toBe(401);
  expect((await bob("POST", path, { body })).status).toBe(204);
  expect((await bob("POST", path, { body: { reason: "dull" } })).status).toBe(422);
  expect((await bob("POST", `/v1/programs/${"f".repeat(20)}/reports`, { body })).status).toBe(404);
});

test("tasks, entries, suites and predictions are open, and hidden examples are in none of them", async () => {
  const texts: string[] = [];
  const read = async (path: string) => {
    const text = await (await anyone("GET", `/v1/leaderboard${path}`)).text();
    texts.push(text);
    return JSON.parse(text);
  };
  expect(leaderboardTaskListSchema.parse(await read("/tasks")).items).toMatchObject([
    { id: "extension", entries: 1, best: { name: "Most common answer", score: 0 } },
  ]);
  expect(leaderboardTaskSchema.parse(await read("/tasks/extension"))).toMatchObject({
    hiddenExamples: 1,
    submissionsLeft: null,
  });
  const { items } = leaderboardEntryPageSchema.parse(await read("/tasks/extension/entries"));
  expect(items).toMatchObject([{ rank: 1, baseline: true, own: false, low: 0 }]);
  const predictions = await read(`/entries/${items[0]!.id}/predictions`);
  expect(leaderboardPredictionsSchema.parse(predictions).predictions).toHaveLength(1);
  expect(suiteListSchema.parse(await read("/suites")).items).toMatchObject([
    { id: "text", tasks: ["extension"] },
  ]);
  expect(texts.join()).not.toContain("hidden-input");
  for (const path of [
    "/tasks/nowhere",
    "/tasks/NO",
    "/tasks/nowhere/entries",
    "/entries/ent_x/predictions",
  ]) {
    expect((await anyone("GET", `/v1/leaderboard${path}`)).status).toBe(404);
  }
});

test("a submission is a job; strangers, scores in the body and the second one of a day are refused", async () => {
  const path = "/v1/leaderboard/tasks/extension/submissions";
  expect((await anyone("POST", path, { body: { programId } })).status).toBe(401);
  expect((await problemOf(await bob("POST", path, { body: { programId } }))).code).toBe("program.not_found");
  const scored = await ann("POST", path, { body: { programId, score: 1 } });
  expect((await problemOf(scored)).code).toBe("request.unknown_field");
  const accepted = await ann("POST", path, { body: { programId } });
  expect(accepted.status).toBe(202);
  expect(await jobOf(accepted)).toMatchObject({ type: "experiment", kind: "leaderboard", state: "queued" });
  const again = await ann("POST", path, { body: { programId } });
  expect([again.status, (await problemOf(again)).code]).toEqual([429, "submission.too_many"]);
});

test("a share link is a card with the program's words escaped, for published programs alone", async () => {
  const response = await anyone("GET", `/p/${programId}`);
  const card = await response.text();
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(card).toContain('<meta property="og:title" content="finder"');
  expect(card).toContain("100 % of 1 held-out examples right.");
  const frame = await anyone("GET", `/p/${programId}/embed`);
  expect(frame.headers.get("content-security-policy")).toContain("frame-ancestors *");
  expect(await frame.text()).toContain(`/p/${programId}" target="_blank"`);
  await ann("PATCH", `/v1/programs/${programId}`, { body: { name: '"><script>alert(1)</script>' } });
  expect(await (await anyone("GET", `/p/${programId}`)).text()).not.toContain("<script>");
  await ann("PATCH", `/v1/programs/${programId}`, { body: { public: false } });
  expect((await anyone("GET", `/p/${programId}`)).status).toBe(404);
});
