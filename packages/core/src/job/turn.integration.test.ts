import type { WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { create, type NewJob } from "./create.ts";
import { claim, fail } from "./lease.ts";
import { next } from "./turn.ts";

let db: Database;
let tenants: WorkspaceId[];
beforeAll(async () => {
  ({ db } = await freshDatabase());
});
beforeEach(async () => {
  await db.sql`delete from job`;
  tenants = await Promise.all([freshWorkspace(db), freshWorkspace(db), freshWorkspace(db)]);
});

const accept = async (tenant: number, more: Partial<NewJob> = {}) =>
  (
    await create(db, {
      workspaceId: tenants[tenant]!,
      type: "compile",
      kind: "weights",
      request: {},
      ...more,
    })
  ).job;

/** What a free worker does. @returns whose job it began */
async function begin(named = "job_none") {
  const jobId = await next(db, { type: "compile", named: named as never });
  if (jobId === undefined) return undefined;
  const claimed = await claim(db, { jobId, workerId: "w", leaseSeconds: 60 });
  if (claimed.outcome !== "claimed") throw new Error(claimed.outcome);
  return claimed;
}
const ownerOf = async (named?: string) => {
  const begun = await begin(named);
  return begun && tenants.indexOf(begun.job.workspaceId);
};

test("a tenant with one job waits for one job of a tenant with many", async () => {
  for (let n = 0; n < 20; n++) await accept(0);
  await accept(1);
  await accept(2);
  const order = [await ownerOf(), await ownerOf(), await ownerOf()];
  expect(order.sort()).toEqual([0, 1, 2]);
  expect(await ownerOf()).toBe(0);
});

test("tenants with many jobs each take turns, whichever messages come", async () => {
  const greedy = [];
  for (let n = 0; n < 12; n++) greedy.push(await accept(0));
  for (let n = 0; n < 6; n++) {
    await accept(1);
    await accept(2);
  }
  const served = [];
  // Only messages of the first tenant are delivered.
  for (let n = 0; n < 12; n++) served.push(await ownerOf(greedy[n]!.id));
  for (let round = 0; round < 12; round += 3) {
    expect(served.slice(round, round + 3).sort()).toEqual([0, 1, 2]);
  }
});

test("within a tenant the higher priority goes first; it does not go before another tenant's turn", async () => {
  await accept(0, { priority: 0 });
  const low = await accept(0, { priority: -2 });
  const high = await accept(0, { priority: 3 });
  expect((await begin(low.id))?.job.id).toBe(high.id);
  await accept(1, { priority: -4 });
  await accept(0, { priority: 4 });
  const owners = [await ownerOf(), await ownerOf()];
  expect(owners.sort()).toEqual([0, 1]);
});

test("among equals, the job that the message names is begun", async () => {
  const jobs = [];
  for (let n = 0; n < 12; n++) jobs.push(await accept(0));
  expect((await begin(jobs[9]!.id))?.job.id).toBe(jobs[9]!.id);
});

test("a job that backs off or belongs to another queue is passed over; nothing waiting is told as such", async () => {
  await accept(0, { type: "generate" });
  expect(await begin()).toBeUndefined();
  const job = await accept(0);
  const begun = await begin(job.id);
  await fail(
    db,
    begun!.lease,
    { code: "internal.error", status: 500, message: "m", remedy: "r", docs: "d", retryable: true } as never,
    {
      retryable: true,
    },
  );
  expect(await begin(job.id)).toBeUndefined();
});

test("many workers at once begin every job once", async () => {
  for (let n = 0; n < 30; n++) await accept(n % 3);
  const worker = async () => {
    const begun: string[] = [];
    for (let idle = 0; idle < 5; ) {
      const jobId = await next(db, { type: "compile", named: "job_none" as never });
      const claimed = jobId && (await claim(db, { jobId, workerId: "w", leaseSeconds: 60 }));
      if (claimed && claimed.outcome === "claimed") begun.push(claimed.job.id);
      else if (jobId === undefined) idle++;
    }
    return begun;
  };
  const begun = (await Promise.all([worker(), worker(), worker(), worker()])).flat();
  expect(new Set(begun).size).toBe(30);
  expect(begun).toHaveLength(30);
});
