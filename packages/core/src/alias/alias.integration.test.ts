import type { ProgramId, Report, WorkspaceId } from "@weightsmith/contract";
import { freshBucket, freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as Artifact from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import * as Feedback from "../feedback/index.ts";
import * as Job from "../job/index.ts";
import * as Lineage from "../lineage/index.ts";
import * as Program from "../program/index.ts";
import { find, list, of, publish, remove, resolve, rollBack, userOf, versions } from "./index.ts";

let db: Database;
let storage: Artifact.Storage;
let ann: WorkspaceId;
let bob: WorkspaceId;
beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
});
beforeEach(async () => {
  [ann, bob] = [await freshWorkspace(db), await freshWorkspace(db)];
});

let made = 0;
const reportOf = (exactMatch: number): Report => ({
  heldOut: { exactMatch, n: 10 },
  training: { exactMatch: 1, n: 4, steps: 1, seconds: 1, finalLoss: null },
  predictions: [],
});

/** A program of a finished job, as every program comes. */
async function program(
  workspaceId: WorkspaceId,
  score: number,
  more: Partial<Program.Draft> = {},
): Promise<{ id: ProgramId; job: Job.Job }> {
  const id = (++made).toString(16).padStart(20, "0") as ProgramId;
  const { sha256 } = await Artifact.put(db, storage, Buffer.from(id), { mediaType: "application/gzip" });
  const { job } = await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: {} });
  const claim = await Job.claim(db, { jobId: job.id, workerId: "w", leaseSeconds: 60, device: "cpu" });
  if (claim.outcome !== "claimed") throw new Error(claim.outcome);
  const draft: Program.Draft = {
    id,
    kind: "weights",
    spec: "s",
    seed: 0,
    artifactSha256: sha256,
    report: reportOf(score),
    ...more,
  };
  const done = { result: { programId: id, report: draft.report ?? null }, program: draft };
  await Job.succeed(db, claim.lease, done);
  return { id, job: await Job.get(db, { workspaceId, jobId: job.id }) };
}

describe("an alias", () => {
  test("moves to better programs, version by version, and back", async () => {
    const [first, second] = [(await program(ann, 0.5)).id, (await program(ann, 0.7)).id];
    const name = "mine";
    expect(await publish(db, { workspaceId: ann, name, programId: first })).toEqual({
      action: "created",
      version: 1,
    });
    expect(await publish(db, { workspaceId: ann, name, programId: first })).toMatchObject({
      action: "unchanged",
    });
    expect(await publish(db, { workspaceId: ann, name, programId: second })).toEqual({
      action: "moved",
      version: 2,
    });
    expect(await resolve(db, { user: undefined, name, version: 1 }, ann)).toMatchObject({ programId: first });
    expect(await rollBack(db, { workspaceId: ann, name })).toBe(1);
    expect(await resolve(db, { user: undefined, name, version: undefined }, ann)).toMatchObject({
      programId: first,
      version: 1,
    });
    expect(await publish(db, { workspaceId: ann, name, programId: second })).toMatchObject({ version: 3 });
    const alias = await find(db, { user: undefined, name }, ann);
    expect((await versions(db, alias, ann)).map(({ version, current }) => [version, current])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    await expect(rollBack(db, { workspaceId: ann, name, version: 9 })).rejects.toMatchObject({
      code: "alias.not_found",
    });
  });

  test("stays where its gate refuses, unless forced, and then remembers that", async () => {
    const [good, bad] = [(await program(ann, 0.9)).id, (await program(ann, 0.4)).id];
    await publish(db, { workspaceId: ann, name: "gated", programId: good });
    const worse = { workspaceId: ann, name: "gated", programId: bad };
    await expect(publish(db, worse)).rejects.toMatchObject({ code: "alias.gate_refused" });
    expect((await find(db, { user: undefined, name: "gated" }, ann)).version).toBe(1);
    await publish(db, { ...worse, force: true, note: "for a friend" });
    const alias = await find(db, { user: undefined, name: "gated" }, ann);
    expect((await versions(db, alias, ann))[0]).toMatchObject({
      version: 2,
      forced: true,
      note: "for a friend",
    });
  });

  test("of one's own program only, and a refused first one leaves no alias behind", async () => {
    const { id } = await program(ann, 0.9);
    const stolen = { workspaceId: bob, name: "stolen", programId: id };
    await expect(publish(db, stolen)).rejects.toMatchObject({ code: "program.not_found" });
    await expect(find(db, { user: undefined, name: "stolen" }, bob)).rejects.toMatchObject({
      code: "alias.not_found",
    });
  });

  test("is seen by others while its program is public, under its owner's name", async () => {
    const { id } = await program(ann, 0.9);
    await publish(db, { workspaceId: ann, name: "shared", programId: id });
    const reference = { user: userOf(ann, null), name: "shared", version: undefined };
    await expect(resolve(db, reference, bob)).rejects.toMatchObject({ code: "alias.not_found" });
    await Program.patch(db, { workspaceId: ann, programId: id, public: true });
    expect((await resolve(db, reference, bob)).programId).toBe(id);
    expect((await resolve(db, reference, undefined)).programId).toBe(id);
    await expect(resolve(db, { ...reference, user: undefined }, bob)).rejects.toMatchObject({
      code: "alias.not_found",
    });
    expect((await of(db, id, bob)).map(({ name }) => name)).toEqual(["shared"]);
  });

  test("is listed newest first, page by page, and removed without its programs", async () => {
    const { id } = await program(ann, 0.9);
    for (const name of ["aa", "bb", "cc"]) await publish(db, { workspaceId: ann, name, programId: id });
    const page = await list(db, { workspaceId: ann, limit: 2 });
    const rest = await list(db, { workspaceId: ann, limit: 2, cursor: page.nextCursor! });
    expect([...page.items, ...rest.items].map(({ name }) => name).sort()).toEqual(["aa", "bb", "cc"]);
    await remove(db, { workspaceId: ann, name: "aa" });
    await expect(remove(db, { workspaceId: ann, name: "aa" })).rejects.toMatchObject({
      code: "alias.not_found",
    });
    expect((await Program.get(db, { workspaceId: ann, programId: id })).id).toBe(id);
  });

  test("moves with the job that names it; a gate that refuses is told in the result and fails nothing", async () => {
    const good = await program(ann, 0.9, { alias: "auto" });
    expect(good.job.result).toMatchObject({
      programId: good.id,
      alias: { reference: `${userOf(ann, null)}/auto`, version: 1, action: "created" },
    });
    const bad = await program(ann, 0.2, { alias: "auto" });
    expect(bad.job.state).toBe("succeeded");
    expect(bad.job.result).toMatchObject({ alias: { version: 1, action: "refused" } });
    expect((await find(db, { user: undefined, name: "auto" }, ann)).programId).toBe(good.id);
  });
});

test("a fork knows its parents and a parent its forks, as far as the viewer may see them", async () => {
  const parent = (await program(ann, 0.9)).id;
  const child = (await program(ann, 0.9, { parents: [parent] })).id;
  expect(await Lineage.of(db, child, ann)).toEqual({ parents: [parent], children: [] });
  expect(await Lineage.of(db, parent, ann)).toEqual({ parents: [], children: [child] });
  expect(await Lineage.of(db, parent, bob)).toEqual({ parents: [], children: [] });
});

test("each workspace has one vote, which it can change and take back", async () => {
  const programId = (await program(ann, 1)).id;
  await Feedback.vote(db, { programId, workspaceId: ann }, 1);
  await Feedback.vote(db, { programId, workspaceId: bob }, -1);
  expect(await Feedback.votes(db, programId, bob)).toEqual({ up: 1, down: 1, own: -1 });
  await Feedback.vote(db, { programId, workspaceId: bob }, 1);
  expect(await Feedback.votes(db, programId, undefined)).toEqual({ up: 2, down: 0, own: 0 });
  await Feedback.vote(db, { programId, workspaceId: bob }, 0);
  expect(await Feedback.votes(db, programId, bob)).toEqual({ up: 1, down: 0, own: 0 });
});

test("cases are listed newest first, and removed by who added them alone", async () => {
  const programId = (await program(ann, 1)).id;
  const added = await Feedback.addCase(
    db,
    { programId, workspaceId: ann },
    { kind: "success", input: "a", output: "A" },
  );
  const { items } = await Feedback.cases(db, { programId });
  expect(items.map((item) => Feedback.caseView(item, bob))).toMatchObject([
    { id: added.id, input: "a", output: "A", note: null, own: false },
  ]);
  const caseId = added.id;
  await expect(Feedback.removeCase(db, { workspaceId: bob, caseId })).rejects.toMatchObject({
    code: "case.not_found",
  });
  await Feedback.removeCase(db, { workspaceId: ann, caseId });
  expect((await Feedback.cases(db, { programId })).items).toEqual([]);
});
