import { newId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import {
  authenticate,
  ensureWorkspace,
  issueKey,
  keyView,
  listKeys,
  revokeKey,
  webhookSecret,
} from "./index.ts";

let db: Database;
beforeAll(async () => {
  ({ db } = await freshDatabase());
});

test("a slug names one workspace, however many processes create it at once", async () => {
  const made = await Promise.all(
    Array.from({ length: 10 }, () => ensureWorkspace(db, { slug: "local", name: "Local" })),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await webhookSecret(db, made[0]!.id)).toBe(made[0]!.webhookSecret);
});

test("a secret stands for its workspace until it is revoked, and is stored nowhere", async () => {
  const workspaceId = await freshWorkspace(db);
  const { key, secret } = await issueKey(db, { workspaceId, name: "laptop" });
  expect(await authenticate(db, secret)).toEqual({ workspaceId, keyId: key.id, keyName: "laptop" });
  expect(keyView(key)).toMatchObject({ name: "laptop", hint: `…${secret.slice(-4)}`, revokedAt: null });

  const [stored] = await db.sql`select row_to_json(k)::text as row from api_key k where id = ${key.id}`;
  expect(stored!.row).not.toContain(secret.slice(4, 40));

  const revoked = await revokeKey(db, { workspaceId, keyId: key.id });
  expect(revoked.revokedAt).toBeInstanceOf(Date);
  expect(await authenticate(db, secret)).toBeUndefined();
  expect((await revokeKey(db, { workspaceId, keyId: key.id })).revokedAt).toEqual(revoked.revokedAt);
});

test("a wrong secret stands for nobody", async () => {
  const workspaceId = await freshWorkspace(db);
  const { secret } = await issueKey(db, { workspaceId, name: "a" });
  const last = secret.at(-1) === "a" ? "b" : "a";
  for (const wrong of ["", "wsk_", `${secret.slice(0, -1)}${last}`, `${secret} `, secret.toUpperCase()]) {
    expect(await authenticate(db, wrong)).toBeUndefined();
  }
});

test("the time of use is noted at most once a minute, and never held up by another request", async () => {
  const workspaceId = await freshWorkspace(db);
  const { key, secret } = await issueKey(db, { workspaceId, name: "busy" });
  const lastUsed = async () => (await listKeys(db, workspaceId))[0]!.lastUsedAt;
  expect(await lastUsed()).toBeNull();

  await Promise.all(Array.from({ length: 20 }, () => authenticate(db, secret)));
  const first = await lastUsed();
  expect(first).toBeInstanceOf(Date);
  await authenticate(db, secret);
  expect(await lastUsed()).toEqual(first);

  await db.sql`update api_key set last_used_at = now() - interval '61 seconds' where id = ${key.id}`;
  await db.sql.begin(async (tx) => {
    await tx`select from api_key where id = ${key.id} for update`;
    expect(await authenticate(db, secret), "while another transaction holds the row").toBeDefined();
  });
  await authenticate(db, secret);
  expect((await lastUsed())!.getTime()).toBeGreaterThan(Date.now() - 30_000);
});

test("another workspace's key is not found", async () => {
  const owner = await freshWorkspace(db);
  const stranger = await freshWorkspace(db);
  const { key, secret } = await issueKey(db, { workspaceId: owner, name: "mine" });
  const notFound = { code: "key.not_found" };
  await expect(revokeKey(db, { workspaceId: stranger, keyId: key.id })).rejects.toMatchObject(notFound);
  await expect(revokeKey(db, { workspaceId: owner, keyId: newId("key") })).rejects.toMatchObject(notFound);
  expect(await listKeys(db, stranger)).toEqual([]);
  expect(await authenticate(db, secret)).toBeDefined();
});
