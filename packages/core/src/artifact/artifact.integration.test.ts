import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  type DeleteObjectsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { freshBucket, freshDatabase } from "@weightsmith/testing/services";
import { beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import {
  addUse,
  adoptUnknown,
  downloadUrl,
  dropUses,
  get,
  keyOf,
  put,
  type Storage,
  sweep,
} from "./index.ts";

let db: Database;
let storage: Storage;
beforeEach(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
});

const mediaType = "application/gzip";
const collectAll = (): Promise<number> => sweep(db, storage, { graceSeconds: -1 });
const exists = async (sha256: string): Promise<boolean> =>
  get(storage, sha256).then(
    () => true,
    () => false,
  );

test("bytes come back as they were put, under their hash", async () => {
  const bytes = randomBytes(300_000);
  const { sha256, sizeBytes } = await put(db, storage, bytes, { mediaType });
  expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(sizeBytes).toBe(300_000);
  expect(keyOf(sha256)).toBe(`artifacts/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`);
  expect(Buffer.from(await get(storage, sha256)).equals(bytes)).toBe(true);
});

test("putting the same bytes again, at once or later, is one artifact", async () => {
  const bytes = randomBytes(1000);
  const puts = await Promise.all(Array.from({ length: 10 }, () => put(db, storage, bytes, { mediaType })));
  expect(new Set(puts.map(({ sha256 }) => sha256)).size).toBe(1);
  expect(await db.sql`select from artifact`).toHaveLength(1);
});

test("an upload that broke off after its row was written is made good by the next one", async () => {
  const bytes = randomBytes(1000);
  const { sha256 } = await put(db, storage, bytes, { mediaType });
  await storage.s3.send(new DeleteObjectCommand({ Bucket: storage.bucket, Key: keyOf(sha256) }));
  await put(db, storage, bytes, { mediaType });
  expect(await exists(sha256)).toBe(true);
});

test("a changed or missing object is told, never handed out", async () => {
  const { sha256 } = await put(db, storage, Buffer.from("original"), { mediaType });
  const at = { Bucket: storage.bucket, Key: keyOf(sha256) };
  await storage.s3.send(new PutObjectCommand({ ...at, Body: Buffer.from("origina1") }));
  await expect(get(storage, sha256)).rejects.toMatchObject({ code: "artifact.corrupt" });
  await storage.s3.send(new DeleteObjectCommand(at));
  await expect(get(storage, sha256)).rejects.toMatchObject({ code: "artifact.not_found" });
});

test("a store that is away is told from an object that is not there", async () => {
  const away: Storage = {
    bucket: storage.bucket,
    s3: new S3Client({
      endpoint: "http://127.0.0.1:1",
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      forcePathStyle: true,
      maxAttempts: 1,
    }),
  };
  await expect(get(away, "a".repeat(64))).rejects.toMatchObject({ code: "service.unavailable" });
  await expect(put(db, away, Buffer.from("x"), { mediaType })).rejects.toMatchObject({
    code: "service.unavailable",
  });
});

test("a download link gives the bytes under a file name, cannot be turned to another object, and needs its signature", async () => {
  const { sha256 } = await put(db, storage, Buffer.from("program"), { mediaType });
  const link = await downloadUrl(storage, sha256, { expiresSeconds: 60, fileName: 'a"b/c.tgz' });
  const answer = await fetch(link);
  expect(await answer.text()).toBe("program");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="a_b_c.tgz"');
  const other = await put(db, storage, Buffer.from("secret"), { mediaType });
  const turned = link
    .replace(sha256.slice(2), other.sha256.slice(2))
    .replace(`/${sha256.slice(0, 2)}/`, `/${other.sha256.slice(0, 2)}/`);
  expect((await fetch(turned)).status).toBe(403);
  expect((await fetch(link.split("?")[0]!)).status).toBe(403);
});

describe("collecting", () => {
  test("spares what is used and what was put within the grace time", async () => {
    const used = await put(db, storage, Buffer.from("used"), { mediaType });
    const young = await put(db, storage, Buffer.from("young"), { mediaType });
    const old = await put(db, storage, Buffer.from("old"), { mediaType });
    await addUse(db.sql, "program:a", used.sha256);
    await db.sql`update artifact set touched_at = now() - interval '2 days' where sha256 <> ${young.sha256}`;
    expect(await sweep(db, storage, { graceSeconds: 86_400 })).toBe(1);
    expect([await exists(used.sha256), await exists(young.sha256), await exists(old.sha256)]).toEqual([
      true,
      true,
      false,
    ]);
    await put(db, storage, Buffer.from("used"), { mediaType });
    await dropUses(db.sql, "program:a");
    expect(await sweep(db, storage, { graceSeconds: 86_400 }), "a second put made it young").toBe(0);
  });

  test("that fails half way leaves rows for the next time", async () => {
    const { sha256 } = await put(db, storage, Buffer.from("x"), { mediaType });
    const away: Storage = { ...storage, bucket: "no-such-bucket" };
    await expect(sweep(db, away, { graceSeconds: -1 })).rejects.toMatchObject({
      code: "service.unavailable",
    });
    expect(await db.sql`select from artifact where sha256 = ${sha256}`).toHaveLength(1);
    expect(await collectAll()).toBe(1);
  });

  test("an upload that meets a collection half way waits for it and stores the object again", async () => {
    const bytes = randomBytes(2000);
    const { sha256 } = await put(db, storage, bytes, { mediaType });
    const deleting = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const slow = new Proxy(storage.s3, {
      get: (s3, name) => {
        if (name !== "send") return Reflect.get(s3, name);
        return async (command: DeleteObjectsCommand) => {
          deleting.resolve();
          await gate.promise;
          return s3.send(command);
        };
      },
    });
    const collecting = sweep(db, { ...storage, s3: slow }, { graceSeconds: -1 });
    await deleting.promise;
    const order: string[] = [];
    const putting = put(db, storage, bytes, { mediaType }).then(() => order.push("put"));
    const collected = collecting.then(() => order.push("collected"));
    while ((await db.sql`select from pg_locks where not granted`).length === 0) await sleep(5);
    gate.resolve();
    await Promise.all([putting, collected]);
    expect(order).toEqual(["collected", "put"]);
    expect(await exists(sha256)).toBe(true);
    expect(await db.sql`select from artifact where sha256 = ${sha256}`).toHaveLength(1);
  });

  test("reaches objects that no row knows, after they were adopted", async () => {
    const known = await put(db, storage, Buffer.from("known"), { mediaType });
    await addUse(db.sql, "program:a", known.sha256);
    const stray = createHash("sha256").update("stray").digest("hex");
    await storage.s3.send(
      new PutObjectCommand({ Bucket: storage.bucket, Key: keyOf(stray), Body: Buffer.from("stray") }),
    );
    expect(await adoptUnknown(db, storage)).toBe(1);
    expect(await adoptUnknown(db, storage)).toBe(0);
    expect(await sweep(db, storage, { graceSeconds: 60 })).toBe(0);
    expect(await collectAll()).toBe(1);
    expect([await exists(stray), await exists(known.sha256)]).toEqual([false, true]);
  });
});
