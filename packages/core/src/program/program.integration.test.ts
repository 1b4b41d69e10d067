import { type ProgramId, programSchema, type WorkspaceId } from "@weightsmith/contract";
import { freshBucket, freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, beforeEach, expect, test } from "vitest";
import * as Artifact from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import { create } from "../job/create.ts";
import {
  count,
  type Draft,
  get,
  list,
  patch,
  purge,
  remove,
  restore,
  save,
  summary,
  sweep,
  view,
} from "./index.ts";

let db: Database;
let storage: Artifact.Storage;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
});
beforeEach(async () => {
  workspaceId = await freshWorkspace(db);
});

let made = 0;
const nextId = (): ProgramId => (++made).toString(16).padStart(20, "0") as ProgramId;
const score = { exactMatch: 0.75, n: 8 };
const report = {
  heldOut: score,
  training: { ...score, steps: 10, seconds: 1, finalLoss: 0.1 },
  predictions: [{ input: "a", expected: "A", output: "A", correct: true }],
};

async function program(more: Partial<Draft> = {}, owner = workspaceId): Promise<ProgramId> {
  const id = more.id ?? nextId();
  const { sha256 } = await Artifact.put(db, storage, Buffer.from(`bytes of ${id}`), {
    mediaType: "application/gzip",
  });
  const { job } = await create(db, { workspaceId: owner, type: "compile", kind: "weights", request: {} });
  const draft: Draft = {
    id,
    kind: "weights",
    spec: "Return the file extension.",
    seed: 0,
    artifactSha256: sha256,
    method: "lora",
    interpreter: { id: "smith-2m", sha256: "e".repeat(64) },
    report,
    ...more,
  };
  await db.sql.begin((tx) => save(tx, owner, job.id, draft));
  return id;
}
const idsOf = async (query: object): Promise<string[]> =>
  (await list(db, { workspaceId, ...query })).items.map(({ id }) => id);

test("a saved program is its owner's, private, and has the shape that the contract promises", async () => {
  const programId = await program({ name: "ext", tags: ["files"] });
  const stored = await get(db, { workspaceId, programId });
  expect(programSchema.parse(view(stored, workspaceId))).toMatchObject({
    name: "ext",
    tags: ["files"],
    public: false,
    own: true,
    scores: { heldOut: score, training: score },
    artifact: { bytes: `bytes of ${programId}`.length },
    interpreter: { id: "smith-2m" },
    report: { predictions: [{ correct: true }] },
  });
});

test("another workspace sees a program only when it is public, and then neither as its own nor its job", async () => {
  const programId = await program();
  const stranger = await freshWorkspace(db);
  const hidden = { code: "program.not_found" };
  await expect(get(db, { workspaceId: stranger, programId })).rejects.toMatchObject(hidden);
  await expect(get(db, { programId }), "anonymous").rejects.toMatchObject(hidden);
  await patch(db, { workspaceId, programId, public: true });
  expect(summary(await get(db, { workspaceId: stranger, programId }), stranger)).toMatchObject({
    own: false,
    jobId: null,
  });
  expect(await get(db, { programId })).toMatchObject({ id: programId });
});

test("another workspace can change nothing, public or not", async () => {
  const programId = await program({ public: true });
  const stranger = { workspaceId: await freshWorkspace(db), programId };
  const hidden = { code: "program.not_found" };
  await expect(patch(db, { ...stranger, name: "mine" })).rejects.toMatchObject(hidden);
  await expect(remove(db, stranger)).rejects.toMatchObject(hidden);
  await expect(restore(db, stranger)).rejects.toMatchObject(hidden);
  await expect(purge(db, stranger)).rejects.toMatchObject(hidden);
  expect((await get(db, { workspaceId, programId })).name).toBeNull();
});

test("one's own program comes before the same one that another workspace made public", async () => {
  const programId = await program({ public: true, name: "theirs" }, await freshWorkspace(db));
  await program({ id: programId, name: "ours" });
  expect((await get(db, { workspaceId, programId })).name).toBe("ours");
});

test("a change touches what it names and nothing else", async () => {
  const programId = await program({ name: "a", tags: ["x"] });
  expect(await patch(db, { workspaceId, programId, tags: ["y", "z"] })).toMatchObject({
    name: "a",
    tags: ["y", "z"],
  });
  expect(await patch(db, { workspaceId, programId, name: null })).toMatchObject({
    name: null,
    tags: ["y", "z"],
  });
  expect((await get(db, { workspaceId, programId })).report).toEqual(report);
});

test("lists filter by kind, tag and words, and take what was typed literally", async () => {
  const plain = await program({ name: "Slug maker", spec: "Make a slug." });
  const tagged = await program({ kind: "code", tags: ["dates", "ISO"], spec: "100% of it_" });
  expect(await idsOf({})).toEqual([tagged, plain]);
  expect(await idsOf({ kind: "code" })).toEqual([tagged]);
  expect(await idsOf({ tag: "dates" })).toEqual([tagged]);
  expect(await idsOf({ tag: "date" })).toEqual([]);
  expect(await idsOf({ query: "SLUG" })).toEqual([plain]);
  expect(await idsOf({ query: "maker slug" })).toEqual([plain]);
  expect(await idsOf({ query: "iso" })).toEqual([tagged]);
  expect(await idsOf({ query: "%" })).toEqual([tagged]);
  expect(await idsOf({ query: "t_" })).toEqual([tagged]);
  expect(await idsOf({ query: "\\" })).toEqual([]);
  expect(await idsOf({ query: "'; drop table program; --" })).toEqual([]);
});

test("the public list has everybody's public programs and no private one, one's own included", async () => {
  const mine = await program();
  const stranger = await freshWorkspace(db);
  const theirs = await program({ public: true }, stranger);
  const ids = await idsOf({ public: true, limit: 100 });
  expect(ids).toContain(theirs);
  expect(ids).not.toContain(mine);
});

test("a removed program is gone for everyone, comes back when restored, and when it is made again", async () => {
  const programId = await program({ public: true, name: "old" });
  await remove(db, { workspaceId, programId });
  const hidden = { code: "program.not_found" };
  await expect(get(db, { workspaceId, programId })).rejects.toMatchObject(hidden);
  await expect(patch(db, { workspaceId, programId, name: "x" })).rejects.toMatchObject(hidden);
  await expect(remove(db, { workspaceId, programId })).rejects.toMatchObject(hidden);
  expect(await idsOf({})).toEqual([]);
  expect(await count(db, workspaceId)).toBe(0);
  expect(await restore(db, { workspaceId, programId })).toMatchObject({ name: "old" });
  await remove(db, { workspaceId, programId });
  await program({ id: programId, name: "new" });
  expect(await get(db, { workspaceId, programId })).toMatchObject({ name: "new", public: false });
});

test("an artifact goes when the last program that uses it does", async () => {
  const bytes = Buffer.from("shared by two");
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "x" });
  const first = await program({ artifactSha256: sha256 });
  const second = await program({ artifactSha256: sha256 });
  const collect = () => Artifact.sweep(db, storage, { graceSeconds: -1 });
  await purge(db, { workspaceId, programId: first });
  await collect();
  expect(Buffer.from(await Artifact.get(storage, sha256)).toString()).toBe("shared by two");
  await purge(db, { workspaceId, programId: second });
  await collect();
  await expect(Artifact.get(storage, sha256)).rejects.toMatchObject({ code: "artifact.not_found" });
  expect(await db.sql`select from artifact_use where sha256 = ${sha256}`).toHaveLength(0);
});

test("sweeping purges what was removed long ago, and only that", async () => {
  const [kept, recent, old] = [await program(), await program(), await program()];
  await remove(db, { workspaceId, programId: recent });
  await remove(db, { workspaceId, programId: old });
  await db.sql`update program set removed_at = now() - interval '8 days' where id = ${old}`;
  expect(await sweep(db, { keepSeconds: 7 * 24 * 3600 })).toBe(1);
  expect(await restore(db, { workspaceId, programId: recent })).toBeDefined();
  await expect(restore(db, { workspaceId, programId: old })).rejects.toMatchObject({
    code: "program.not_found",
  });
  expect(await get(db, { workspaceId, programId: kept })).toBeDefined();
});
