import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type JobId, newId, type ProgramId, type WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { create, get, type NewJob } from "./create.ts";
import {
  type Claim,
  claim,
  fail,
  heartbeat,
  type Lease,
  progress,
  release,
  report,
  stop,
  succeed,
} from "./lease.ts";
import { cancel, deadLetter, expireLeases } from "./manage.ts";
import type { Job } from "./row.ts";
import { view } from "./view.ts";

let db: Database;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  ({ db } = await freshDatabase());
});
beforeEach(async () => {
  workspaceId = await freshWorkspace(db);
});

const problem = (code: "service.unavailable" | "training.diverged") => new AppError(code).toProblem();
/** Longer than any test takes. */
const longPause = { firstSeconds: 3600, factor: 1, maxSeconds: 3600 };
const noPause = { firstSeconds: 0, factor: 1, maxSeconds: 0 };

async function queued(more: Partial<NewJob> = {}): Promise<JobId> {
  const { job } = await create(db, { workspaceId, type: "compile", kind: "weights", request: {}, ...more });
  return job.id;
}
const tryClaim = (jobId: JobId, leaseSeconds = 60, workerId = "worker-1"): Promise<Claim> =>
  claim(db, { jobId, workerId, leaseSeconds, device: "cpu" });
async function claimed(jobId: JobId, leaseSeconds = 60): Promise<{ job: Job; lease: Lease }> {
  const got = await tryClaim(jobId, leaseSeconds);
  if (got.outcome !== "claimed") throw new Error(`not claimed: ${got.outcome}`);
  return got;
}
const read = (jobId: JobId): Promise<Job> => get(db, { workspaceId, jobId });
const eventTypes = async (jobId: JobId): Promise<string[]> => {
  const rows = await db.sql`select type, sequence from job_event where job_id = ${jobId} order by sequence`;
  expect(
    rows.map(({ sequence }) => sequence),
    "sequences have no gap",
  ).toEqual(rows.map((_, i) => i + 1));
  return rows.map(({ type }) => type);
};
const outbox = (jobId: JobId) => db.sql`
  select target, sent_at, extract(epoch from not_before - now())::float8 as delay from outbox where job_id = ${jobId}`;
/** As if time had passed. */
const loseLease = (jobId: JobId) =>
  db.sql`update job set lease_expires_at = now() - interval '1 second' where id = ${jobId}`;

describe("claiming", () => {
  test("of thirty workers one gets the job, and the others hear that it is busy", async () => {
    const jobId = await queued();
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, i) => tryClaim(jobId, 60, `worker-${i}`)),
    );
    expect(claims.filter(({ outcome }) => outcome === "claimed")).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === "busy")).toHaveLength(29);
    expect(await read(jobId)).toMatchObject({ state: "running", attempts: 1 });
    expect(await outbox(jobId), "the message has done its duty").toHaveLength(0);
    expect(await eventTypes(jobId)).toEqual(["queued", "started"]);
  });

  test("a finished job is settled, whatever is delivered again", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    await succeed(db, lease, { result: { answer: 42 } });
    expect(await tryClaim(jobId)).toMatchObject({ outcome: "settled", job: { state: "succeeded" } });
    expect(await read(jobId)).toMatchObject({ attempts: 1, result: { answer: 42 } });
  });

  test("a job that nobody knows is unknown", async () => {
    expect(await tryClaim(newId("job"))).toEqual({ outcome: "unknown" });
  });

  test("a lease that ran out passes to the next worker, and the first one can do nothing more", async () => {
    const jobId = await queued();
    const first = await claimed(jobId);
    await loseLease(jobId);
    const second = await claimed(jobId);
    expect(second.lease).toMatchObject({ attempt: 2 });
    expect(await eventTypes(jobId)).toEqual(["queued", "started", "log", "queued", "started"]);

    const lost = { code: "job.lease_lost" };
    expect(await heartbeat(db, first.lease, { leaseSeconds: 60 })).toEqual({ status: "lost" });
    await expect(succeed(db, first.lease, { result: {} })).rejects.toMatchObject(lost);
    await expect(fail(db, first.lease, problem("training.diverged"))).rejects.toMatchObject(lost);
    await expect(release(db, first.lease)).rejects.toMatchObject(lost);
    await expect(stop(db, first.lease)).rejects.toMatchObject(lost);
    await expect(report(db, first.lease, { type: "checkpoint", step: 1 })).rejects.toMatchObject(lost);
    expect(await succeed(db, second.lease, { result: {} })).toMatchObject({
      state: "succeeded",
      attempts: 2,
    });
  });

  test("a heartbeat extends the lease, also one that ran out unnoticed", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId, 1);
    await loseLease(jobId);
    const beat = await heartbeat(db, lease, { leaseSeconds: 600 });
    expect(beat).toMatchObject({ status: "held", cancelRequested: false });
    expect(await tryClaim(jobId)).toMatchObject({ outcome: "busy" });
    expect(await expireLeases(db)).toBe(0);
    expect((await read(jobId)).leaseExpiresAt!.getTime()).toBeGreaterThan(Date.now() + 500_000);
  });
});

describe("failing", () => {
  test("for good: failed with its code, and nothing is sent again", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    const job = await fail(db, lease, problem("training.diverged"));
    expect(view(job)).toMatchObject({ state: "failed", error: { code: "training.diverged" } });
    expect(await outbox(jobId)).toHaveLength(0);
    expect(await eventTypes(jobId)).toEqual(["queued", "started", "failed"]);
  });

  test("retryably: back in the queue after a pause, its error not yet the job's", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    const job = await fail(db, lease, problem("service.unavailable"), { backOff: longPause });
    expect(view(job)).toMatchObject({ state: "queued", error: null, attempts: 1 });
    const [message] = await outbox(jobId);
    expect(message!.delay).toBeGreaterThan(2600);
    expect(message!.delay).toBeLessThanOrEqual(3600);
  });

  test("a message that comes during the pause starts nothing, and asks for another", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    await fail(db, lease, problem("service.unavailable"), { backOff: longPause });
    await db.sql`update outbox set sent_at = now() where job_id = ${jobId}`;
    expect(await tryClaim(jobId)).toMatchObject({ outcome: "waiting" });
    expect((await outbox(jobId))[0]!.sent_at).toBeNull();
    expect(await read(jobId)).toMatchObject({ state: "queued", attempts: 1 });
  });

  test("three times: failed, with the last error named, and an entry for the dead letters", async () => {
    const jobId = await queued();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { lease } = await claimed(jobId);
      expect(lease.attempt).toBe(attempt);
      await fail(db, lease, problem("service.unavailable"), { backOff: noPause });
    }
    const job = await read(jobId);
    expect(view(job)).toMatchObject({
      state: "failed",
      attempts: 3,
      error: { code: "job.attempts_exhausted", details: { attempts: 3, lastError: "service.unavailable" } },
    });
    expect((await outbox(jobId)).map(({ target }) => target)).toEqual(["dead_letter"]);
    expect(await tryClaim(jobId)).toMatchObject({ outcome: "settled" });
  });

  test("a worker that dies three times ends the job, found by the next claim or the sweeper", async () => {
    for (const found of ["claim", "sweeper"]) {
      const jobId = await queued();
      for (let attempt = 1; attempt <= 3; attempt++) {
        await claimed(jobId);
        await loseLease(jobId);
        if (attempt < 3) await expireLeases(db);
      }
      if (found === "claim") expect((await tryClaim(jobId)).outcome).toBe("settled");
      else expect(await expireLeases(db)).toBe(1);
      expect(await read(jobId), found).toMatchObject({ state: "failed", attempts: 3 });
    }
  });
});

describe("finishing", () => {
  const sha256 = "b".repeat(64);
  const draft = {
    id: "0123456789abcdef0123" as ProgramId,
    kind: "weights",
    spec: "Upper case.",
    seed: 0,
    artifactSha256: sha256,
  } as const;
  beforeAll(async () => {
    await db.sql`insert into artifact (sha256, size_bytes, media_type) values (${sha256}, 1, 'x')`;
  });

  test("writes job, program, artifact use, event and webhook together", async () => {
    const jobId = await queued({ webhookUrl: "https://example.com/hook" });
    const { lease } = await claimed(jobId);
    const job = await succeed(db, lease, { result: { programId: draft.id }, program: draft });
    expect(job).toMatchObject({ state: "succeeded", programId: draft.id });
    expect(
      await db.sql`select from program where workspace_id = ${workspaceId} and id = ${draft.id}`,
    ).toHaveLength(1);
    const uses =
      await db.sql`select used_by from artifact_use where used_by like ${`program:${workspaceId}/%`}`;
    expect(uses).toHaveLength(1);
    expect(await db.sql`select from webhook_delivery where job_id = ${jobId}`).toHaveLength(1);
    expect(await eventTypes(jobId)).toEqual(["queued", "started", "succeeded"]);
  });

  test("writes nothing at all if one part cannot be written", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    const nowhere = { ...draft, artifactSha256: "c".repeat(64) };
    await expect(succeed(db, lease, { result: {}, program: nowhere })).rejects.toThrow(/artifact/);
    expect(await read(jobId)).toMatchObject({ state: "running", result: null });
    expect(await db.sql`select from program where workspace_id = ${workspaceId}`).toHaveLength(0);
    expect(await heartbeat(db, lease, { leaseSeconds: 60 })).toMatchObject({ status: "held" });
  });

  test("of a hundred tries to finish the same attempt one counts", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    const tries = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => succeed(db, lease, { result: { n }, program: draft })),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await eventTypes(jobId)).toEqual(["queued", "started", "succeeded"]);
    expect(await db.sql`select from program where workspace_id = ${workspaceId}`).toHaveLength(1);
  });

  test("two jobs that make the same program leave one, with the first one's name", async () => {
    for (const name of ["first", "second"]) {
      const { lease } = await claimed(await queued());
      await succeed(db, lease, { result: {}, program: { ...draft, name } });
    }
    const programs = await db.sql`select name from program where workspace_id = ${workspaceId}`;
    expect([...programs]).toEqual([{ name: "first" }]);
  });
});

describe("canceling", () => {
  test("a queued job ends at once; a worker that gets its message finds it settled", async () => {
    const jobId = await queued();
    expect(await cancel(db, { workspaceId, jobId })).toMatchObject({ state: "canceled" });
    expect(await tryClaim(jobId)).toMatchObject({ outcome: "settled" });
    expect(await outbox(jobId)).toHaveLength(0);
    expect(await cancel(db, { workspaceId, jobId }), "again").toMatchObject({ state: "canceled" });
    expect(await eventTypes(jobId)).toEqual(["queued", "canceled"]);
  });

  test("a running job's worker hears it with the next heartbeat, and stops", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    const asked = await cancel(db, { workspaceId, jobId });
    expect(view(asked)).toMatchObject({ state: "running", cancelRequested: true });
    expect(await heartbeat(db, lease, { leaseSeconds: 60 })).toMatchObject({ cancelRequested: true });
    expect(await stop(db, lease)).toMatchObject({ state: "canceled" });
    expect(await eventTypes(jobId)).toEqual(["queued", "started", "canceled"]);
  });

  test("a job that finishes after it was canceled makes no program", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    await cancel(db, { workspaceId, jobId });
    const program = {
      id: "f".repeat(20) as ProgramId,
      kind: "weights",
      spec: "",
      seed: 0,
      artifactSha256: "d",
    } as const;
    expect(await succeed(db, lease, { result: { n: 1 }, program })).toMatchObject({
      state: "canceled",
      result: null,
    });
    expect(await db.sql`select from program where workspace_id = ${workspaceId}`).toHaveLength(0);
  });

  test("a job whose worker is gone is canceled at once", async () => {
    const jobId = await queued();
    await claimed(jobId);
    await loseLease(jobId);
    expect(await cancel(db, { workspaceId, jobId })).toMatchObject({ state: "canceled" });
  });

  test("a job whose worker dies after the request is canceled, not tried again", async () => {
    const jobId = await queued();
    await claimed(jobId);
    await cancel(db, { workspaceId, jobId });
    await loseLease(jobId);
    expect(await expireLeases(db)).toBe(1);
    expect(await read(jobId)).toMatchObject({ state: "canceled", attempts: 1 });
  });

  test("a job that has ended cannot be canceled", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    await succeed(db, lease, { result: {} });
    await expect(cancel(db, { workspaceId, jobId })).rejects.toMatchObject({ code: "job.already_finished" });
  });

  test("a stop that nobody asked for is an error and changes nothing", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    await expect(stop(db, lease)).rejects.toThrow("cannot stop");
    expect(await read(jobId)).toMatchObject({ state: "running" });
  });
});

test("a job that a worker gives back keeps its attempts", async () => {
  const jobId = await queued({ maxAttempts: 1 });
  for (let i = 0; i < 3; i++) {
    const { lease } = await claimed(jobId);
    expect(await release(db, lease)).toMatchObject({ state: "queued", attempts: 0 });
  }
  const [message] = await outbox(jobId);
  expect(message).toMatchObject({ target: "work", sent_at: null });
  expect(message!.delay).toBeLessThanOrEqual(0);
});

describe("dead letters", () => {
  test("count as failed attempts of a queued job, and end it with the third", async () => {
    const jobId = await queued();
    expect(await deadLetter(db, jobId)).toBe("requeued");
    expect(await deadLetter(db, jobId)).toBe("requeued");
    expect(await deadLetter(db, jobId)).toBe("failed");
    expect(await deadLetter(db, jobId)).toBe("ignored");
    expect(view(await read(jobId))).toMatchObject({
      state: "failed",
      error: { code: "job.attempts_exhausted" },
    });
    expect(await outbox(jobId), "it is in the dead-letter queue already").toHaveLength(0);
  });

  test("leave a job alone that somebody works on, and take one over that nobody does", async () => {
    const jobId = await queued();
    const { lease } = await claimed(jobId);
    expect(await deadLetter(db, jobId)).toBe("ignored");
    await loseLease(jobId);
    expect(await deadLetter(db, jobId)).toBe("requeued");
    await expect(succeed(db, lease, { result: {} })).rejects.toMatchObject({ code: "job.lease_lost" });
    expect(await deadLetter(db, newId("job"))).toBe("unknown");
  });
});

test("progress is kept with the job and numbered without gaps, even if it is reported all at once", async () => {
  const jobId = await queued();
  const { lease } = await claimed(jobId);
  await Promise.all(
    Array.from({ length: 40 }, (_, done) =>
      progress(db, lease, { phase: "train", done, total: 40, metrics: {} }),
    ),
  );
  await progress(db, lease, { phase: "train", done: 40, total: 40, metrics: { loss: 0.5 } });
  expect(view(await read(jobId)).progress).toEqual({
    phase: "train",
    done: 40,
    total: 40,
    metrics: { loss: 0.5 },
  });
  expect(await eventTypes(jobId)).toHaveLength(43);
});

test("claims, cancels, heartbeats and expiry at once end in one final state and never deadlock", async () => {
  for (let round = 0; round < 10; round++) {
    const jobId = await queued();
    const work = async (worker: number): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        const got = await tryClaim(jobId, 0, `worker-${worker}`);
        if (got.outcome !== "claimed") return;
        await sleep(worker);
        await heartbeat(db, got.lease, { leaseSeconds: 0 });
        await succeed(db, got.lease, { result: { worker } }).catch((error: unknown) => {
          if (!(error instanceof AppError && error.code === "job.lease_lost")) throw error;
        });
      }
    };
    await Promise.all([
      ...Array.from({ length: 4 }, (_, worker) => work(worker)),
      expireLeases(db),
      cancel(db, { workspaceId, jobId }).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      }),
      deadLetter(db, jobId),
    ]);
    while ((await read(jobId)).finishedAt === null) {
      await expireLeases(db);
      const got = await tryClaim(jobId, 0);
      if (got.outcome === "waiting") await db.sql`update job set available_at = now() where id = ${jobId}`;
      if (got.outcome === "claimed") await succeed(db, got.lease, { result: {} });
    }
    const finals = (await eventTypes(jobId)).filter((type) =>
      ["succeeded", "failed", "canceled"].includes(type),
    );
    expect(finals).toHaveLength(1);
  }
});
