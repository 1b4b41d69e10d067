import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FolderInUseError } from "./errors.ts";
import { type ObjectStore, startObjectStore } from "./object-store.ts";

const directory = mkdtempSync(path.join(tmpdir(), "embedded-objects-"));
const Bucket = "artifacts";
let store: ObjectStore;
let s3: S3Client;

async function start(): Promise<void> {
  store = await startObjectStore({ directory, buckets: [Bucket], durable: false });
  s3 = client(store.credentials);
}

function client(credentials: ObjectStore["credentials"]): S3Client {
  return new S3Client({
    endpoint: store.endpoint,
    region: store.region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

beforeAll(start);
afterAll(async () => {
  s3.destroy();
  await store.stop();
  rmSync(directory, { recursive: true, force: true });
});

const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

test("an object comes back as it was put, under a key with any characters", async () => {
  const key = "folder/with space+plus&ünïcode (1).bin";
  await put(key, "value");
  expect(await get(key)).toBe("value");
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
  expect(head.ContentLength).toBe(5);
  expect(head.ETag).toBe(`"${createHash("md5").update("value").digest("hex")}"`);
});

test("a missing object is NoSuchKey, also after its delete", async () => {
  await put("gone", "x");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
  await expect(get("gone")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("40 MB pass through unchanged", async () => {
  const body = randomBytes(40_000_000);
  await put("large", body);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "large" }));
  const hash = createHash("sha256");
  for await (const chunk of Body as Readable) hash.update(chunk);
  expect(hash.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
});

test("a presigned upload and download work for a page of another origin", async () => {
  const origin = { origin: "http://page.example" };
  const upload = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "page" }), { expiresIn: 60 });
  const preflight = await fetch(upload, {
    method: "OPTIONS",
    headers: {
      ...origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type",
    },
  });
  expect(preflight.ok).toBe(true);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect((await fetch(upload, { method: "PUT", body: "from a page", headers: origin })).status).toBe(200);

  const download = await getSignedUrl(
    s3,
    new GetObjectCommand({
      Bucket,
      Key: "page",
      ResponseContentDisposition: 'attachment; filename="a b.txt"',
    }),
    { expiresIn: 60 },
  );
  const response = await fetch(download, { headers: origin });
  expect(await response.text()).toBe("from a page");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="a b.txt"');
});

test("a presigned URL that is too old, changed or made with another secret is refused", async () => {
  await put("secret", "x");
  const command = new GetObjectCommand({ Bucket, Key: "secret" });
  const hourAgo = new Date(Date.now() - 3_600_000);
  const old = await getSignedUrl(s3, command, { expiresIn: 60, signingDate: hourAgo });
  expect((await fetch(old)).status).toBe(403);

  const good = await getSignedUrl(s3, command, { expiresIn: 60 });
  expect((await fetch(good)).status).toBe(200);
  expect((await fetch(good.replace("/secret", "/large"))).status).toBe(403);
  expect((await fetch(good.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))).status).toBe(403);
  expect((await fetch(good, { method: "PUT", body: "y" })).status).toBe(403);

  const other = client({ ...store.credentials, secretAccessKey: "guess" });
  expect((await fetch(await getSignedUrl(other, command))).status).toBe(403);
  await expect(other.send(command)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
});

test("an unsigned request is refused", async () => {
  expect((await fetch(`${store.endpoint}/${Bucket}/secret`)).status).toBe(403);
  expect((await fetch(`${store.endpoint}/${Bucket}?list-type=2`)).status).toBe(403);
  expect((await fetch(`${store.endpoint}/${Bucket}/new`, { method: "PUT", body: "x" })).status).toBe(403);
});

test("a key cannot climb out of the store's folder", async () => {
  const { status } = await raw("PUT", `/${Bucket}/%2e%2e/%2e%2e/escaped`, "x");
  expect(status).toBe(400);
});

test("an upload that breaks off leaves the object as it was", async () => {
  await put("whole", "before");
  const url = new URL(
    await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "whole" }), { expiresIn: 60 }),
  );
  await new Promise<void>((resolve) => {
    const upload = request(url, { method: "PUT", headers: { "content-length": "1000000" } });
    upload.on("error", () => resolve());
    upload.write("after, but not all of it", () => setTimeout(() => upload.destroy(), 50));
  });
  expect(await get("whole")).toBe("before");
  await expect.poll(() => readdirSync(path.join(directory, "incoming"))).toEqual([]);
});

test("objects are there after a restart; a second server on the folder is refused", async () => {
  await put("lasting", "still here");
  await expect(startObjectStore({ directory, buckets: [] })).rejects.toThrow(FolderInUseError);
  s3.destroy();
  await store.stop();
  await start();
  expect(await get("lasting")).toBe("still here");
});

/** A request whose path is sent as it is, which fetch would normalise. */
async function raw(method: string, rawPath: string, body: string): Promise<{ status: number }> {
  const { port } = new URL(store.endpoint);
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method, path: rawPath }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0 }));
    });
    call.on("error", reject);
    call.end(body);
  });
}
