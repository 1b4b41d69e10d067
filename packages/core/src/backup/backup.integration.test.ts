/** The rehearsal: everything is written out, lost, and brought back; then it is as it was, to the byte. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ProgramId } from "@weightsmith/contract";
import { freshBucket, freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Account from "../account/index.ts";
import * as Artifact from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";
import * as Program from "../program/index.ts";
import { restore, write } from "./index.ts";
import { tablesInOrder } from "./tables.ts";

const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let db: Database;
let storage: Artifact.Storage;
let secret: string;
let artifact: Artifact.Artifact;
const bytes = Buffer.from("weights ".repeat(1000));
const odd = { text: 'quotes " and \\ and \u0001 and 💡', n: 1e300, nested: [null, { a: [] }] };

beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
  const workspaceId = await freshWorkspace(db);
  ({ secret } = await Account.issueKey(db, { workspaceId, name: "kept" }));
  artifact = await Artifact.put(db, storage, bytes, { mediaType: "application/gzip" });
  // An artifact that nothing uses is not kept.
  await Artifact.put(db, storage, Buffer.from("nobody's"), { mediaType: "text/plain" });
  for (let n = 0; n < 3; n++) {
    const { job } = await Job.create(db, {
      workspaceId,
      type: "compile",
      kind: "weights",
      request: { ...odd, n },
    });
    const claim = await Job.claim(db, { jobId: job.id, workerId: "w", leaseSeconds: 60 });
    if (claim.outcome !== "claimed") throw new Error(claim.outcome);
    const id = createHash("sha256").update(`program ${n}`).digest("hex").slice(0, 20) as ProgramId;
    const draft = { id, kind: "weights", spec: odd.text, seed: n, artifactSha256: artifact.sha256 } as const;
    await Job.succeed(db, claim.lease, { result: { programId: id, report: null }, program: draft });
  }
});

/** Everything that is kept, as text. */
async function everything(of: Database): Promise<Record<string, string[]>> {
  const tables = await tablesInOrder(of.sql);
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await of.sql.unsafe(`select to_json(t)::text as row from "${name}" t order by 1`);
    rows[name] = found.map(({ row }) => row as string);
  }
  return rows;
}

test("what was backed up comes back in another database and bucket: every row, every byte, the keys still open", async () => {
  const before = await everything(db);
  const contents = await write(db, storage, folder);
  expect(contents.tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["job", "program", "api_key", "job_event"]),
  );
  expect(contents.objects.map(({ sha256 }) => sha256)).toEqual([artifact.sha256]);

  const { db: other } = await freshDatabase();
  const elsewhere = await freshBucket();
  await restore(other, elsewhere, folder);
  expect(await everything(other)).toEqual({
    ...before,
  });
  expect(Buffer.from(await Artifact.get(elsewhere, artifact.sha256))).toEqual(bytes);
  expect(await Account.authenticate(other, secret)).toBeDefined();
  // And it goes on: new rows find their place.
  const workspaceId = await freshWorkspace(other);
  expect(
    (await Job.create(other, { workspaceId, type: "compile", kind: "weights", request: {} })).created,
  ).toBe(true);
  await expect(restore(other, elsewhere, folder)).rejects.toThrow("The database is not empty");
});

test("an object that was damaged in the backup or in the store is refused, and no row is written", async () => {
  const { db: other } = await freshDatabase();
  const [object] = readdirSync(path.join(folder, "objects"));
  writeFileSync(path.join(folder, "objects", object!), "changed");
  await expect(restore(other, await freshBucket(), folder)).rejects.toMatchObject({
    code: "artifact.corrupt",
  });
  expect((await other.sql`select from workspace`).length).toBe(0);

  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  await storage.s3.send(
    new PutObjectCommand({ Bucket: storage.bucket, Key: Artifact.keyOf(artifact.sha256), Body: "changed" }),
  );
  const again = mkdtempSync(path.join(tmpdir(), "weightsmith-backup-"));
  await expect(write(db, storage, again)).rejects.toMatchObject({ code: "artifact.corrupt" });
  rmSync(again, { recursive: true });
});

test("nothing that is used is ever collected; what nobody uses is, after its grace time", async () => {
  const { db: own } = await freshDatabase();
  const bucket = await freshBucket();
  const workspaceId = await freshWorkspace(own);
  const used = await Artifact.put(own, bucket, Buffer.from("used"), { mediaType: "x" });
  const orphan = await Artifact.put(own, bucket, Buffer.from("orphan"), { mediaType: "x" });
  const { job } = await Job.create(own, { workspaceId, type: "compile", kind: "weights", request: {} });
  const id = "00112233445566778899" as ProgramId;
  await own.sql.begin((tx) =>
    Program.save(tx, workspaceId, job.id, {
      id,
      kind: "weights",
      spec: "s",
      seed: 0,
      artifactSha256: used.sha256,
    }),
  );
  await own.sql`update artifact set touched_at = now() - interval '1 year'`;
  expect(await Artifact.sweep(own, bucket, { graceSeconds: 60 })).toBe(1);
  await expect(Artifact.get(bucket, orphan.sha256)).rejects.toMatchObject({ code: "artifact.not_found" });
  expect(Buffer.from(await Artifact.get(bucket, used.sha256)).toString()).toBe("used");
});
