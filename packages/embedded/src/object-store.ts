/**
 * The S3 protocol on the loopback interface, with objects as files on disk.
 *
 * The protocol itself is s3rver's. Added here: every request must be signed by the holder of the secret (s3rver serves
 * unsigned requests, which any page in a browser could send), and an object appears whole or not at all.
 *
 * Clients must be made with `forcePathStyle: true` and `requestChecksumCalculation: "WHEN_REQUIRED"`: bodies with
 * trailing checksums are refused. Object bodies are streamed, so their size is limited by the disk alone.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import S3rver from "@20minutes/s3rver";
import { claimFolder } from "./folder-claim.ts";
import { type Refusal, verify } from "./object-store-signature.ts";
import { listenError, loopback } from "./ports.ts";

export interface ObjectStoreOptions {
  /** Where objects live; created if needed. */
  directory: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Created if they do not exist. Pages of any origin may use presigned URLs into them. */
  buckets: readonly string[];
  /** Whether an object is on the disk itself before its upload is acknowledged. Default true. */
  durable?: boolean;
}

export interface ObjectStore {
  endpoint: string;
  port: number;
  region: string;
  /** Fresh at every start: presigned URLs end with the server that could serve them. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

const refusals: Record<Refusal | "InvalidURI" | "NotImplemented", [status: number, message: string]> = {
  AccessDenied: [403, "The request is not signed, or its time is over."],
  InvalidAccessKeyId: [403, "The access key is unknown."],
  RequestTimeTooSkewed: [403, "The request's time differs from the server's by more than 15 minutes."],
  SignatureDoesNotMatch: [403, "The signature does not match the request."],
  InvalidURI: [400, "A key cannot have the segments . and .. in it."],
  NotImplemented: [
    501,
    'Trailing checksums are not supported: set requestChecksumCalculation to "WHEN_REQUIRED".',
  ],
};

const openToPages = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>${[
  "GET",
  "HEAD",
  "PUT",
  "POST",
]
  .map((method) => `<AllowedMethod>${method}</AllowedMethod>`)
  .join("")}<AllowedHeader>*</AllowedHeader>${["ETag", "Content-Length", "Content-Range"]
  .map((header) => `<ExposeHeader>${header}</ExposeHeader>`)
  .join("")}</CORSRule></CORSConfiguration>`;

/** @throws FolderInUseError, PortTakenError */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  const credentials = {
    accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("base64url"),
  };
  const root = path.resolve(options.directory);
  const claim = claimFolder(root);
  try {
    const objects = path.join(root, "objects");
    mkdirSync(objects, { recursive: true });
    const s3 = new S3rver({
      directory: objects,
      silent: true,
      vhostBuckets: false,
      configureBuckets: options.buckets.map((name) => ({ name, configs: [openToPages] })),
    });
    s3.store.putContent = wholeFiles(path.join(root, "incoming"), options.durable ?? true);
    // Whoever passes `admit` has signed; s3rver grants more to such requests.
    s3.middleware.unshift((context, next) => {
      Object.assign(context.state, { account: { id: "local" } });
      return next();
    });
    await s3.configureBuckets();

    const serve = s3.callback();
    const server = createServer((request, response) => {
      const refusal = admit(request, credentials);
      if (refusal) refuse(response, refusal);
      else serve(request, response);
    });
    // Uploads may take longer than the five minutes that Node grants a request.
    server.requestTimeout = 0;
    const wanted = options.port ?? 0;
    server.listen(wanted, loopback);
    await once(server, "listening").catch((error) => {
      throw listenError(error, wanted, "S3 server");
    });
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : wanted;
    return {
      endpoint: `http://${loopback}:${port}`,
      port,
      region: "us-east-1",
      credentials,
      async stop() {
        if (!server.listening) return;
        server.close();
        server.closeAllConnections();
        await once(server, "close");
        s3.logger.close();
        claim.release();
      },
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Lets a request through to s3rver, stripped of its signature, or says why not. */
function admit(
  request: IncomingMessage,
  credentials: ObjectStore["credentials"],
): keyof typeof refusals | undefined {
  const { method = "GET", url = "/", headers } = request;
  const [rawPath = "/", rawQuery = ""] = url.split("?", 2);
  let segments: string[];
  try {
    segments = decodeURIComponent(rawPath).split("/");
  } catch {
    return "InvalidURI";
  }
  if (segments.includes("..") || segments.includes(".")) return "InvalidURI";
  // A preflight carries no credentials; it learns only that pages may ask.
  if (method === "OPTIONS") return undefined;

  const refusal = verify({ method, url, headers }, credentials);
  if (refusal) return refusal;
  if (String(headers["x-amz-content-sha256"] ?? "").endsWith("-TRAILER")) return "NotImplemented";

  // s3rver would check the signature again, and fails on queries that AWS accepts.
  delete headers.authorization;
  const query = new URLSearchParams(rawQuery);
  for (const name of [...query.keys()]) if (/^x-amz-/i.test(name)) query.delete(name);
  request.url = query.size > 0 ? `${rawPath}?${query}` : rawPath;
  // s3rver misreads the last N bytes and the first byte alone; a server may answer any range with the whole.
  if (/^bytes=(-|0-0$)/.test(headers.range ?? "")) delete headers.range;
  return undefined;
}

function refuse(response: ServerResponse, code: keyof typeof refusals): void {
  const [status, message] = refusals[code];
  response.writeHead(status, { "content-type": "application/xml", connection: "close" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

/** Writes a body to a file aside and renames it when it is complete, so that no reader and no crash meets a part. */
function wholeFiles(incoming: string, durable: boolean) {
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  return async (objectPath: string, content: Readable | Buffer): Promise<[number, string]> => {
    const draft = path.join(incoming, randomUUID());
    const md5 = createHash("md5");
    let lengthBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        md5.update(chunk);
        lengthBytes += chunk.length;
        done(null, chunk);
      },
    });
    const source = Buffer.isBuffer(content) ? Readable.from([content], { objectMode: false }) : content;
    try {
      await pipeline(source, measure, createWriteStream(draft, { flush: durable }));
      // A stale checksum beside a new body would be believed; a missing one is computed.
      await rm(`${objectPath}.md5`, { force: true });
      await rename(draft, objectPath);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return [lengthBytes, md5.digest("hex")];
  };
}
