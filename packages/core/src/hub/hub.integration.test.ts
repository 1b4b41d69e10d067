import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import { freshBucket, freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import * as Artifact from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import { create } from "../job/create.ts";
import * as Program from "../program/index.ts";
import { report, type SearchQuery, search, tags } from "./index.ts";

let db: Database;
let storage: Artifact.Storage;
let workspaceId: WorkspaceId;
let made = 0;

async function program(name: string, spec: string, more: Partial<Program.Draft> = {}): Promise<ProgramId> {
  const id = (++made).toString(16).padStart(20, "0") as ProgramId;
  const bytes = Buffer.from(`bytes of ${id}`);
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/gzip" });
  const { job } = await create(db, { workspaceId, type: "compile", kind: "weights", request: {} });
  const draft: Program.Draft = {
    id,
    kind: "weights",
    spec,
    seed: 0,
    artifactSha256: sha256,
    name,
    public: true,
    ...more,
  };
  await db.sql.begin((tx) => Program.save(tx, workspaceId, job.id, draft));
  return id;
}

const scored = (exactMatch: number): NonNullable<Program.Draft["report"]> => ({
  heldOut: { exactMatch, n: 8 },
  training: { exactMatch, n: 8, steps: 1, seconds: 1, finalLoss: null },
  predictions: [],
});

const names = async (query: SearchQuery): Promise<(string | null)[]> =>
  (await search(db, query)).items.map(({ program }) => program.name);

beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
  workspaceId = await freshWorkspace(db);
  await program("Dates", "Parse a date in any notation.", { tags: ["time", "parsing"], report: scored(0.5) });
  await program("Extensions", "Return the extension of a file name.", {
    tags: ["files"],
    report: scored(0.9),
  });
  await program("Straße", "Normalise addresses; parses house numbers.", { tags: ["files", "text"] });
  await program("Secret", "Parse secrets.", { public: false });
});

test("words are found as written, by their stem, and the last one by its beginning; private programs never", async () => {
  expect((await names({ words: "parsing" })).toSorted()).toEqual(["Dates", "Straße"]);
  expect(await names({ words: "exten" })).toEqual(["Extensions"]);
  expect(await names({ words: "file NAME" })).toEqual(["Extensions"]);
  expect(await names({ words: "straße" })).toEqual(["Straße"]);
  expect(await names({ words: "date extension" })).toEqual([]);
  expect(await names({ words: "secret" })).toEqual([]);
  expect(await names({ words: "' & | ! :* \\" })).toHaveLength(3);
  expect(await names({ words: "the" })).not.toHaveLength(0);
});

test("a name that has the word comes before a spec that has it", async () => {
  await program("Parse", "Something else entirely.");
  expect((await names({ words: "parse" }))[0]).toBe("Parse");
});

test("tags, kinds and scores narrow, and each order is its own", async () => {
  expect(await names({ tag: "files", sort: "newest" })).toEqual(["Straße", "Extensions"]);
  expect(await names({ minScore: 0.8 })).toEqual(["Extensions"]);
  expect(await names({ kind: "loda" })).toEqual([]);
  expect((await names({ sort: "score" })).slice(0, 2)).toEqual(["Extensions", "Dates"]);
  const [, dates] = (await search(db, { sort: "score" })).items;
  await Program.countDownload(db, { workspaceId, programId: dates!.program.id });
  expect((await names({ sort: "downloads" }))[0]).toBe("Dates");
  expect((await tags(db))[0]).toEqual({ tag: "files", programs: 2 });
});

test("pages follow each other without gap or repetition", async () => {
  const first = await search(db, { limit: 2 });
  const second = await search(db, { limit: 2, cursor: first.nextCursor! });
  const all = await names({});
  expect([...first.items, ...second.items].map(({ program }) => program.name)).toEqual(all.slice(0, 4));
  await expect(search(db, { cursor: "b2dkZW4" })).rejects.toMatchObject({
    code: "request.invalid_parameter",
  });
});

test("a program that is taken back or removed is found no more", async () => {
  const id = await program("Ephemeral", "Here today.");
  expect(await names({ words: "ephemeral" })).toEqual(["Ephemeral"]);
  await Program.patch(db, { workspaceId, programId: id, public: false });
  expect(await names({ words: "ephemeral" })).toEqual([]);
  await Program.patch(db, { workspaceId, programId: id, public: true });
  await Program.remove(db, { workspaceId, programId: id });
  expect(await names({ words: "ephemeral" })).toEqual([]);
});

test("a published program can be reported, a private one is not there", async () => {
  const [found] = (await search(db, { words: "dates" })).items;
  const about = { workspaceId, reason: "other", note: "" } as const;
  await report(db, { ...about, programId: found!.program.id });
  await report(db, { ...about, programId: found!.program.id, note: "again" });
  expect([...(await db.sql`select note from program_report`)]).toEqual([{ note: "again" }]);
  const gone = report(db, { ...about, programId: "f".repeat(20) as ProgramId });
  await expect(gone).rejects.toMatchObject({ code: "program.not_found" });
});
