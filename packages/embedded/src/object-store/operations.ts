/** What each request of the S3 protocol does: objects, listings, multipart uploads. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { bodyOf } from "./body.ts";
import type { MultipartUploads } from "./multipart.ts";
import type { ObjectFiles, ObjectInfo } from "./object-files.ts";
import { S3Error } from "./s3-error.ts";
import { contentsOf, toXml, unescapeXml } from "./xml.ts";

export interface Context {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  files: ObjectFiles;
  uploads: MultipartUploads;
  bucket: string;
  /** Empty for a request to the bucket itself. */
  key: string;
}

/** Answers a request that was admitted. @throws S3Error */
export async function answer(context: Context): Promise<void> {
  const { request, query, bucket, key, files } = context;
  const method = request.method ?? "GET";
  if (key === "" && method === "PUT") {
    await files.createBucket(bucket);
    return reply(context, 200);
  }
  await files.requireBucket(bucket);

  const subject = key === "" ? "bucket" : "object";
  const detail = ["delete", "uploads", "uploadId"].find((name) => query.has(name));
  const operation = operations[[method, subject, detail].filter(Boolean).join(" ")];
  if (!operation) throw new S3Error("MethodNotAllowed");
  return operation(context);
}

const operations: Record<string, (context: Context) => Promise<void>> = {
  "HEAD bucket": async (context) => reply(context, 200),
  "GET bucket": listObjects,
  "POST bucket delete": deleteObjects,
  "PUT object": async (context) =>
    context.request.headers["x-amz-copy-source"] === undefined ? putObject(context) : copyObject(context),
  "GET object": getObject,
  "HEAD object": getObject,
  "DELETE object": async (context) => {
    await context.files.remove(context.bucket, context.key);
    reply(context, 204);
  },
  "POST object uploads": async (context) => {
    const { bucket, key } = context;
    const id = await context.uploads.create({ bucket, key, headers: storedHeaders(context.request) });
    reply(context, 200, { InitiateMultipartUploadResult: { Bucket: bucket, Key: key, UploadId: id } });
  },
  "PUT object uploadId": async (context) => {
    const number = integer(context.query.get("partNumber"), 1, 10_000);
    const { etag } = await context.uploads.putPart(uploadId(context), number, bodyOf(context.request));
    context.response.setHeader("etag", etag);
    reply(context, 200);
  },
  "POST object uploadId": async (context) => {
    const parts = contentsOf(await text(context.request), "Part").map((part) => ({
      number: Number(contentsOf(part, "PartNumber")[0]),
      etag: unescapeXml(contentsOf(part, "ETag")[0] ?? ""),
    }));
    if (parts.length === 0) throw new S3Error("MalformedXML");
    const { bucket, key, info } = await context.uploads.complete(uploadId(context), parts);
    reply(context, 200, { CompleteMultipartUploadResult: { Bucket: bucket, Key: key, ETag: info.etag } });
  },
  "DELETE object uploadId": async (context) => {
    await context.uploads.abort(uploadId(context));
    reply(context, 204);
  },
};

async function putObject(context: Context): Promise<void> {
  const { request, files, bucket, key } = context;
  const { etag } = await files.put(bucket, key, bodyOf(request), {
    headers: storedHeaders(request),
    onlyIfNew: request.headers["if-none-match"] === "*",
  });
  context.response.setHeader("etag", etag);
  reply(context, 200);
}

async function copyObject(context: Context): Promise<void> {
  const { request, files } = context;
  const source = decodeURIComponent(String(request.headers["x-amz-copy-source"])).replace(/^\//, "");
  const slash = source.indexOf("/");
  const original = await files.open(source.slice(0, slash), source.slice(slash + 1));
  try {
    const { info } = original;
    const replaces = request.headers["x-amz-metadata-directive"] === "REPLACE";
    const body =
      info.bodyBytes > 0 ? (original.read(0, info.bodyBytes - 1) as AsyncIterable<Buffer>) : empty();
    const copy = await files.put(context.bucket, context.key, body, {
      headers: replaces ? storedHeaders(request) : info.headers,
    });
    reply(context, 200, {
      CopyObjectResult: { ETag: copy.etag, LastModified: copy.lastModified.toISOString() },
    });
  } finally {
    await original.close();
  }
}

async function getObject(context: Context): Promise<void> {
  const { request, response, query, files } = context;
  const object = await files.open(context.bucket, context.key);
  try {
    const { info } = object;
    response.setHeader("etag", info.etag);
    response.setHeader("last-modified", info.lastModified.toUTCString());
    response.setHeader("accept-ranges", "bytes");
    const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = request.headers;
    if (ifMatch !== undefined && !matches(ifMatch, info)) throw new S3Error("PreconditionFailed");
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, info)) return reply(context, 304);

    for (const [name, value] of Object.entries(info.headers)) response.setHeader(name, value);
    for (const [name, value] of query) {
      if (name.startsWith("response-")) response.setHeader(name.slice("response-".length), value);
    }
    const range = rangeOf(request.headers.range, info.bodyBytes);
    const [start, end] = range ?? [0, info.bodyBytes - 1];
    if (range) response.setHeader("content-range", `bytes ${start}-${end}/${info.bodyBytes}`);
    response.writeHead(range ? 206 : 200, { "content-length": end - start + 1 });
    if (request.method === "HEAD" || end < start) response.end();
    else await pipeline(object.read(start, end), response);
  } finally {
    await object.close();
  }
}

async function listObjects(context: Context): Promise<void> {
  const { query, files, bucket } = context;
  const token = query.get("continuation-token");
  const after = token ? Buffer.from(token, "base64url").toString() : (query.get("start-after") ?? "");
  const limit = integer(query.get("max-keys") ?? "1000", 0, Number.MAX_SAFE_INTEGER);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const listing = await files.list(bucket, { prefix, after, delimiter, limit: Math.min(limit, 1000) });
  const encode = query.get("encoding-type") === "url" ? encodeURIComponent : (key: string) => key;
  reply(context, 200, {
    ListBucketResult: {
      Name: bucket,
      Prefix: encode(prefix),
      Delimiter: delimiter || undefined,
      EncodingType: query.get("encoding-type") ?? undefined,
      MaxKeys: limit,
      KeyCount: listing.objects.length + listing.commonPrefixes.length,
      IsTruncated: listing.nextAfter !== undefined,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: listing.nextAfter && Buffer.from(listing.nextAfter).toString("base64url"),
      Contents: listing.objects.map(({ key, info }) => ({
        Key: encode(key),
        LastModified: info.lastModified.toISOString(),
        ETag: info.etag,
        Size: info.bodyBytes,
        StorageClass: "STANDARD",
      })),
      CommonPrefixes: listing.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    },
  });
}

async function deleteObjects(context: Context): Promise<void> {
  const body = await text(context.request);
  const keys = contentsOf(body, "Object").flatMap((object) => contentsOf(object, "Key").map(unescapeXml));
  if (keys.length === 0) throw new S3Error("MalformedXML");
  for (const key of keys) await context.files.remove(context.bucket, key);
  const quiet = contentsOf(body, "Quiet")[0] === "true";
  reply(context, 200, { DeleteResult: { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) } });
}

/** The headers of an upload that come back with every download. */
function storedHeaders(request: IncomingMessage): Record<string, string> {
  const kept = /^(x-amz-meta-.*|content-(type|disposition|language|encoding)|cache-control|expires)$/;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (kept.test(name) && value !== undefined) headers[name] = String(value);
  }
  // aws-chunked describes the transfer, not the object.
  const encoding = headers["content-encoding"]
    ?.split(",")
    .filter((part) => part.trim() !== "aws-chunked")
    .join(",");
  if (encoding) headers["content-encoding"] = encoding;
  else delete headers["content-encoding"];
  return { "content-type": "binary/octet-stream", ...headers };
}

function matches(condition: string, info: ObjectInfo): boolean {
  return (
    condition === "*" || condition.split(",").some((etag) => etag.trim().replace(/^W\//, "") === info.etag)
  );
}

/** First and last byte of a single range; undefined for none, or for a form that may be answered with the whole. */
function rangeOf(header: string | undefined, bodyBytes: number): [number, number] | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, bodyBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bodyBytes - 1 : Math.min(Number(last), bodyBytes - 1);
  if (start > end) throw new S3Error("InvalidRange");
  return [start, end];
}

function integer(value: string | null, least: number, most: number): number {
  const number = Number(value ?? Number.NaN);
  if (!Number.isInteger(number) || number < least || number > most) throw new S3Error("InvalidArgument");
  return number;
}

function uploadId({ query }: Context): string {
  const id = query.get("uploadId") ?? "";
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new S3Error("NoSuchUpload");
  return id;
}

/** A request's body as text: XML of S3 clients, which stays under 2 MB. */
async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  for await (const chunk of bodyOf(request)) {
    bodyBytes += chunk.length;
    if (bodyBytes > 2_000_000) throw new S3Error("MalformedXML");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function* empty(): AsyncGenerator<Buffer> {}

function reply({ response }: Context, status: number, document?: Parameters<typeof toXml>[0]): void {
  if (document) response.setHeader("content-type", "application/xml");
  const body = document ? toXml(document) : undefined;
  response.writeHead(
    status,
    status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body ?? "") },
  );
  response.end(body);
}
