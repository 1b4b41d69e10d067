import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCompileRequest } from "@weightsmith/contract";
import { Artifact, Job, Leaderboard } from "@weightsmith/core";
import { compileProgram, loadInterpreter, packArtifact } from "@weightsmith/programs";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../../test/services.ts";
import { startWorker, type Worker } from "../../worker.ts";
import { makeHandlers } from "../index.ts";
import { seedLeaderboard } from "./seed.ts";
import { seeded } from "./tasks/index.ts";

let services: Services;
let worker: Worker;
let programId: string;
const modelsFolder = mkdtempSync(path.join(tmpdir(), "models-"));

beforeAll(async () => {
  services = await freshServices();
  const { db, storage, workspaceId } = services;
  await seedLeaderboard(db, storage, seeded(1));
  await writeRandomInterpreter(modelsFolder, "random");
  worker = startWorker(
    services,
    makeHandlers({ device: "cpu", threads: 1, modelsFolder }),
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
  // A program by the shortest way: one that reads the task's first public examples and trains nothing.
  const { task } = await Leaderboard.task(db, "initials");
  const examples = task.publicExamples.slice(0, 4);
  const request = parseCompileRequest({
    spec: "Initials.",
    examples,
    method: "context",
    interpreter: "random",
  });
  const made = await compileProgram(request, {
    interpreter: await loadInterpreter(modelsFolder, "random"),
    device: "cpu",
    threads: 1,
  });
  const { manifest, report } = made;
  programId = manifest.programId;
  const { sha256 } = await Artifact.put(db, storage, packArtifact(made), { mediaType: "application/gzip" });
  const stored = { ...request, examples: [...examples, ...(await hiddenOf("initials")).slice(0, 2)] };
  const { job } = await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: stored });
  const claim = await Job.claim(db, { jobId: job.id, workerId: "test", leaseSeconds: 30, device: "cpu" });
  if (claim.outcome !== "claimed") throw new Error(claim.outcome);
  await Job.succeed(db, claim.lease, {
    result: { programId, report },
    program: {
      id: manifest.programId,
      kind: "weights",
      spec: "Initials.",
      seed: 0,
      artifactSha256: sha256,
      name: "mine",
      report,
    },
  });
});
afterAll(() => worker.stop());

async function hiddenOf(taskId: string) {
  const { task } = await Leaderboard.task(services.db, taskId);
  return (await Leaderboard.hidden(services.storage, task)).examples;
}

test("a board begins with every task and measured baselines, and seeding again changes nothing", async () => {
  const { db, storage } = services;
  const tasks = await Leaderboard.tasks(db);
  expect(tasks.length).toBeGreaterThanOrEqual(12);
  expect(tasks.every(({ entries }) => entries >= 2)).toBe(true);
  expect(await seedLeaderboard(db, storage)).toBe(0);
  const cubic = tasks.find(({ task }) => task.id === "cubic-polynomial");
  expect(cubic?.best).toMatchObject({ name: "Polynomial through the terms", score: 1, baseline: true });
});

test("hidden and public examples share no input, and no view of a task holds a hidden one", async () => {
  for (const summary of await Leaderboard.tasks(services.db)) {
    const hidden = await hiddenOf(summary.task.id);
    const known = new Set(summary.task.publicExamples.map(({ input }) => input));
    expect(hidden.filter(({ input }) => known.has(input))).toEqual([]);
    const shown = JSON.stringify(Leaderboard.taskView(summary, null));
    expect(shown).not.toContain(summary.task.hiddenKey);
    if (summary.task.suites.includes("text")) {
      expect(hidden.filter(({ input }) => shown.includes(JSON.stringify(input)))).toEqual([]);
    }
  }
});

test("a submission becomes an entry that the worker measured; the same again replaces it", async () => {
  const { db, workspaceId, dispatcher } = services;
  const submit = async () => {
    const job = await Leaderboard.submit(db, {
      workspaceId,
      taskId: "initials",
      programId: programId as never,
    });
    await dispatcher.send(job);
    const read = () => Job.get(db, { workspaceId, jobId: job.id });
    await expect
      .poll(async () => (await read()).state, { timeout: 120_000, interval: 100 })
      .toBe("succeeded");
    return read();
  };
  const job = await submit();
  const own = async () => {
    const page = await Leaderboard.entries(db, { taskId: "initials", version: 1 });
    return page.items.filter(({ entry }) => entry.programId === programId);
  };
  const [first, ...others] = await own();
  expect(others).toEqual([]);
  const output = job.result?.output as { score: number; correct: number; n: number };
  expect(first!.entry).toMatchObject({
    name: "mine",
    baseline: false,
    n: 128,
    correct: output.correct,
    nearDuplicates: 2,
  });
  expect(first!.entry.artifactBytes).toBeGreaterThan(100);
  expect(first!.entry.latencyMilliseconds).toBeGreaterThan(0);
  const { predictions } = await Leaderboard.entry(db, first!.entry.id);
  expect(predictions).toHaveLength(48);
  await submit();
  const [second, ...more] = await own();
  expect(more).toEqual([]);
  expect([second!.entry.score, second!.entry.id]).toEqual([first!.entry.score, first!.entry.id]);
});

test("programs of the wrong kind and too many submissions are refused", async () => {
  const { db, workspaceId } = services;
  const about = { workspaceId, programId: programId as never };
  await expect(Leaderboard.submit(db, { ...about, taskId: "run-lengths" })).rejects.toMatchObject({
    code: "submission.wrong_kind",
  });
  await expect(Leaderboard.submit(db, { ...about, taskId: "nowhere" })).rejects.toMatchObject({
    code: "task.not_found",
  });
  await db.sql`update leaderboard_task set daily_submissions = 1 where id = 'url-slug'`;
  await Leaderboard.submit(db, { ...about, taskId: "url-slug" });
  await expect(Leaderboard.submit(db, { ...about, taskId: "url-slug" })).rejects.toMatchObject({
    code: "submission.too_many",
  });
});

test("ties go to the smaller, then to the faster; suites take the best of each task", async () => {
  const { db } = services;
  const make = (name: string, bytes: number, milliseconds: number) => db.sql`
    insert into leaderboard_entry (id, task_id, task_version, name, submitter, correct, n, score, low, high,
      artifact_bytes, latency_milliseconds, predictions)
    values (${`ent_${name}`}, 'iso-date', 1, ${name}, ${name}, 128, 128, 1, 0.9, 1, ${bytes}, ${milliseconds}, '[]')`;
  await make("large", 900, 1);
  await make("slow", 100, 9);
  await make("quick", 100, 2);
  const { items } = await Leaderboard.entries(db, { taskId: "iso-date", version: 1, limit: 3 });
  expect(items.map(({ entry, rank }) => [rank, entry.name])).toEqual([
    [1, "quick"],
    [2, "slow"],
    [3, "large"],
  ]);
  const [text] = (await Leaderboard.suites(db)).filter(({ id }) => id === "text");
  expect(text!.tasks).toHaveLength(8);
  expect(text!.standings.find(({ submitter }) => submitter === "quick")).toMatchObject({
    score: 1 / 8,
    tasksEntered: 1,
  });
});

test("a program that is deleted for good takes its entry with it", async () => {
  const { db, workspaceId } = services;
  await db.sql`update job set state = 'canceled', finished_at = now(), lease_token = null where state in ('queued', 'running')`;
  await db.sql`delete from program where workspace_id = ${workspaceId}`;
  const { items } = await Leaderboard.entries(db, { taskId: "initials", version: 1 });
  expect(items.every(({ entry }) => entry.baseline)).toBe(true);
});
