import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FolderInUseError } from "../errors.ts";
import { type ObjectStore, startObjectStore } from "./index.ts";

const directory = mkdtempSync(path.join(tmpdir(), "embedded-objects-"));
const Bucket = "artifacts";
let store: ObjectStore;
let s3: S3Client;

async function start(): Promise<void> {
  store = await startObjectStore({ directory, buckets: [Bucket], durable: false });
  s3 = client(store.credentials, { requestChecksumCalculation: "WHEN_REQUIRED" });
}

function client(credentials = store.credentials, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: store.endpoint,
    region: store.region,
    credentials,
    forcePathStyle: true,
    ...config,
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

test("a range, a suffix and a single byte are answered with just those bytes", async () => {
  await put("ranged", "0123456789");
  const slice = async (Range: string) => {
    const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket, Key: "ranged", Range }));
    return [await Body?.transformToString(), ContentRange];
  };
  expect(await slice("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
  expect(await slice("bytes=-3")).toEqual(["789", "bytes 7-9/10"]);
  expect(await slice("bytes=0-0")).toEqual(["0", "bytes 0-0/10"]);
  expect(await slice("bytes=8-100")).toEqual(["89", "bytes 8-9/10"]);
  await expect(slice("bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
});

test("objects are listed in byte order under a prefix, page after page and folder by folder", async () => {
  const names = ["list/b", "list/a/2", "list/a/1", "list/é", "list/Z", "list/a.object/x", "other"];
  for (const name of names) await put(name, name);
  const seen: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: "list/", MaxKeys: 2, ContinuationToken }),
    );
    expect(page.Contents?.length).toBeLessThanOrEqual(2);
    seen.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  expect(seen).toEqual(["list/Z", "list/a.object/x", "list/a/1", "list/a/2", "list/b", "list/é"]);

  const folders = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", Delimiter: "/" }));
  expect(folders.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["list/a.object/", "list/a/"]);
  expect(folders.Contents?.map(({ Key }) => Key)).toEqual(["list/Z", "list/b", "list/é"]);
});

test("a key can be both an object and the folder of another", async () => {
  await put("both", "leaf");
  await put("both/inside", "below");
  expect([await get("both"), await get("both/inside")]).toEqual(["leaf", "below"]);
});

test("headers and metadata of an upload come back, replaced by a copy that says so", async () => {
  const Key = "described";
  await s3.send(
    new PutObjectCommand({ Bucket, Key, Body: "x", ContentType: "text/plain", Metadata: { author: "me" } }),
  );
  const copy = { Bucket, CopySource: `${Bucket}/${Key}` };
  await s3.send(new CopyObjectCommand({ ...copy, Key: "kept" }));
  await s3.send(new CopyObjectCommand({ ...copy, Key: "new", MetadataDirective: "REPLACE" }));
  const kept = await s3.send(new HeadObjectCommand({ Bucket, Key: "kept" }));
  expect([kept.ContentType, kept.Metadata]).toEqual(["text/plain", { author: "me" }]);
  const replaced = await s3.send(new HeadObjectCommand({ Bucket, Key: "new" }));
  expect(replaced.Metadata).toEqual({});
});

test("an object that exists is not replaced by an upload for new objects only", async () => {
  const upload = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key: "first", Body, IfNoneMatch: "*" }));
  await upload("one");
  await expect(upload("two")).rejects.toMatchObject({ name: "PreconditionFailed" });
  expect(await get("first")).toBe("one");
});

test("several objects are deleted in one request", async () => {
  const keys = ["many/a", "many/b & <c>"];
  for (const key of keys) await put(key, "x");
  const { Deleted } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "many/" }))).Contents).toBeUndefined();
});

test("an upload in parts becomes one object, with the ETag that S3 gives it", async () => {
  const body = randomBytes(12_000_000);
  const partBytes = 5 * 2 ** 20;
  const upload = new Upload({
    client: s3,
    params: { Bucket, Key: "parts", Body: body },
    partSize: partBytes,
  });
  const { ETag } = await upload.done();
  const parts = [0, 1, 2].map((part) => body.subarray(part * partBytes, (part + 1) * partBytes));
  const md5s = parts.map((part) => createHash("md5").update(part).digest());
  expect(ETag).toBe(`"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-3"`);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "parts" }));
  expect(Buffer.compare(await Body!.transformToByteArray(), body)).toBe(0);
  const { Body: range } = await s3.send(
    new GetObjectCommand({ Bucket, Key: "parts", Range: `bytes=${partBytes - 2}-${partBytes + 1}` }),
  );
  expect(await range?.transformToByteArray()).toEqual(
    new Uint8Array(body.subarray(partBytes - 2, partBytes + 2)),
  );
});

test("parts that were never sent, or of an unknown upload, are refused", async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "broken" }));
  const complete = (id = UploadId) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: "broken",
        UploadId: id,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: "0" }] },
      }),
    );
  await expect(complete()).rejects.toMatchObject({ name: "InvalidPart" });
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "broken", UploadId }));
  await expect(complete()).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("clients that send checksums, before or after the body, are understood and checked", async () => {
  const checking = client(store.credentials, { requestChecksumCalculation: "WHEN_SUPPORTED" });
  const large = randomBytes(300_000);
  await checking.send(new PutObjectCommand({ Bucket, Key: "summed", Body: large }));
  const stream = Readable.from([large.subarray(0, 100_000), large.subarray(100_000)]);
  await checking.send(
    new PutObjectCommand({ Bucket, Key: "trailed", Body: stream, ContentLength: large.length }),
  );
  for (const Key of ["summed", "trailed"]) {
    const { Body, ContentEncoding } = await checking.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.compare(await Body!.transformToByteArray(), large)).toBe(0);
    expect(ContentEncoding).toBeUndefined();
  }
  const wrong = createHash("sha256").update("something else").digest("base64");
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: "summed", Body: "changed", ChecksumSHA256: wrong })),
  ).rejects.toMatchObject({ name: "BadDigest" });
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "summed" }))).ContentLength).toBe(large.length);
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

test("a key that looks like a step upwards stays an ordinary key inside its bucket", async () => {
  await put("../../../escaped", "caught");
  expect(await get("../../../escaped")).toBe("caught");
  expect(readdirSync(directory).sort()).toEqual(["incoming", "objects", "owner.json"]);
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
