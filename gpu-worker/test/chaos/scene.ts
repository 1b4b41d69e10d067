/** What every chaos test does: accept jobs, keep house meanwhile, wait for the end, and then look at everything. */
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { WorkspaceId } from "@weightsmith/contract";
import { Artifact, type Database, Job, noLog, Outbox, Program, type Queue, Sweeper } from "@weightsmith/core";
import { freshWorkspace } from "@weightsmith/testing/services";
import { expect } from "vitest";
import { answerOf, artifactBytesOf, type ChaosRequest, programIdOf } from "./job.ts";
import { sweeperSettings } from "./settings.ts";

export interface Stores {
  readonly db: Database.Database;
  readonly storage: Artifact.Storage;
  readonly queues: Queue.Queues;
}

export interface Scene extends Stores {
  readonly workspaceId: WorkspaceId;
  readonly dispatcher: Outbox.Dispatcher;
  accept(request: ChaosRequest, idempotencyKey?: string): Promise<Job.Job>;
  /** Until every job of the workspace has ended. */
  allEnded(timeoutSeconds: number): Promise<void>;
  /** Stops keeping house. */
  close(): Promise<void>;
}

/** @param stores what the API and the sweeper use; workers may reach the same stores in another way */
export async function openScene(stores: Stores): Promise<Scene> {
  const { db, queues } = stores;
  const workspaceId = await freshWorkspace(db);
  const dispatcher = Outbox.dispatcher(db, queues, { log: noLog });
  const closing = new AbortController();
  const keepingHouse = Sweeper.start(
    { ...stores, log: noLog },
    { ...sweeperSettings, webhooks: { allowPrivate: true }, intervalSeconds: 0.2, signal: closing.signal },
  );
  return {
    ...stores,
    workspaceId,
    dispatcher,
    async accept(request, idempotencyKey) {
      const { job } = await Job.create(db, {
        workspaceId,
        type: "compile",
        kind: "weights",
        request,
        ...(idempotencyKey === undefined
          ? {}
          : { idempotency: { key: idempotencyKey, requestHash: JSON.stringify(request) } }),
      });
      await dispatcher.send(job);
      return job;
    },
    async allEnded(timeoutSeconds) {
      const deadline = Date.now() + timeoutSeconds * 1000;
      for (;;) {
        const unfinished = await Job.countUnfinished(db, workspaceId).catch(() => Infinity);
        if (unfinished === 0) return;
        if (Date.now() > deadline) {
          const rows = await db.sql`
            select id, state, attempts, worker_id, lease_expires_at, request->>'killAt' as kill_at from job
            where workspace_id = ${workspaceId} and state in ('queued', 'running')`;
          throw new Error(`${unfinished} jobs have not ended: ${JSON.stringify(rows)}`);
        }
        await sleep(50);
      }
    },
    async close() {
      closing.abort();
      await keepingHouse;
    },
  };
}

/**
 * Every job succeeded, with the right answer, exactly once; its program is there with the right bytes; and once the
 * sweeper has been through, the bucket has those artifacts and nothing else.
 */
export async function expectAllInOrder(scene: Scene, jobs: readonly Job.Job[]): Promise<void> {
  const { db, storage, workspaceId } = scene;
  const artifacts = new Set<string>();
  for (const { id } of jobs) {
    const job = await Job.get(db, { workspaceId, jobId: id });
    const request = job.request as ChaosRequest;
    const about = `${id} ${request.killAt ?? ""}`;
    const answer = answerOf(request);
    expect(job, about).toMatchObject({ state: "succeeded", result: { output: answer } });
    const events = await db.sql`select sequence, type from job_event where job_id = ${id} order by sequence`;
    expect(
      events.map(({ sequence }) => sequence),
      about,
    ).toEqual(events.map((_, index) => index + 1));
    const types = events.map(({ type }) => type as string);
    expect(
      types.filter((type) => ["succeeded", "failed", "canceled"].includes(type)),
      about,
    ).toEqual(["succeeded"]);
    expect(types.at(-1), about).toBe("succeeded");
    expect(types.filter((type) => type === "started").length, about).toBe(job.attempts);

    const program = await Program.get(db, { workspaceId, programId: programIdOf(request) });
    const bytes = await Artifact.get(storage, program.artifactSha256);
    expect(Buffer.from(bytes).equals(artifactBytesOf(answer)), about).toBe(true);
    artifacts.add(Artifact.keyOf(program.artifactSha256));
  }
  const known = await db.sql`select id from job where workspace_id = ${workspaceId}`;
  expect(known.map(({ id }) => id as string).sort()).toEqual(jobs.map(({ id }) => id as string).sort());
  expect(await Program.count(db, workspaceId)).toBe(
    new Set(jobs.map((job) => programIdOf(job.request as ChaosRequest))).size,
  );
  expect(await db.sql`select from outbox`).toHaveLength(0);

  // Nobody works any more, so nothing is young.
  await Sweeper.sweep({ ...scene, log: noLog }, { artifactGraceSeconds: -60, checkpointGraceSeconds: -60 });
  const { Contents = [] } = await storage.s3.send(new ListObjectsV2Command({ Bucket: storage.bucket }));
  expect(Contents.map(({ Key }) => Key!).sort()).toEqual([...artifacts].sort());
}
