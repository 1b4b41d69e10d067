import { newId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import * as Limit from "../limit/index.ts";
import {
  admit,
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

test("admitting a caller says who it is and uses up its allowance, in one step", async () => {
  const workspaceId = await freshWorkspace(db);
  const { key, secret } = await issueKey(db, { workspaceId, name: "laptop" });
  const allowance = { bucket: "create", limit: 3, periodSeconds: 3600 };
  const answers = await Promise.all(Array.from({ length: 5 }, () => admit(db, secret, allowance)));
  expect(answers.map((answer) => answer?.caller)).toEqual(
    Array(5).fill({ workspaceId, keyId: key.id, keyName: "laptop" }),
  );
  const allowed = answers.flatMap((answer) => (answer?.verdict.allowed ? [answer.verdict.remaining] : []));
  expect(allowed.sort()).toEqual([0, 1, 2]);
  const refused = answers.find((answer) => !answer?.verdict.allowed)!.verdict;
  expect(refused).toMatchObject({ limit: 3, remaining: 0 });
  expect(refused.retryAfterSeconds).toBeGreaterThan(1000);
  expect(await Limit.peek(db, { ...allowance, subject: `key:${key.id}` })).toMatchObject({ remaining: 0 });
  expect((await admit(db, secret, { ...allowance, bucket: "read" }))?.verdict.remaining).toBe(2);
  expect((await listKeys(db, workspaceId))[0]?.lastUsedAt).toBeInstanceOf(Date);
  await revokeKey(db, { workspaceId, keyId: key.id });
  expect(await admit(db, secret, { ...allowance, bucket: "write" })).toBeUndefined();
});
