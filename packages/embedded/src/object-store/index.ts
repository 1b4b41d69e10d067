/**
 * The S3 protocol on the loopback interface, with objects as files on disk. Bodies are streamed: their size is limited
 * by the disk alone. Every request must be signed by the holder of the secret; pages of any origin may use presigned
 * URLs. What this store deliberately does not have: versions, access lists, encryption, several ranges in one request,
 * virtual-hosted addresses (clients need `forcePathStyle: true`).
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { type Credentials, newCredentials } from "../credentials.ts";
import { claimFolder } from "../folder-claim.ts";
import { listenError, loopback } from "../ports.ts";
import { MultipartUploads } from "./multipart.ts";
import { ObjectFiles } from "./object-files.ts";
import { answer } from "./operations.ts";
import { S3Error } from "./s3-error.ts";
import { verify } from "./signature.ts";
import { toXml } from "./xml.ts";

export interface ObjectStoreOptions {
  /** Where objects live; created if needed. */
  directory: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Created if they do not exist. */
  buckets: readonly string[];
  /** Whether an object is on the disk itself before its upload is acknowledged. Default true. */
  durable?: boolean;
  /** By default fresh ones: presigned URLs then end with the server that could serve them. */
  credentials?: Credentials;
  /** Told of failures that are the store's own, such as a full disk. */
  onError?: (error: unknown) => void;
}

export interface ObjectStore {
  endpoint: string;
  port: number;
  region: string;
  credentials: Credentials;
  stop(): Promise<void>;
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** @throws FolderInUseError, PortTakenError */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  const credentials = options.credentials ?? newCredentials();
  const root = path.resolve(options.directory);
  const claim = claimFolder(root);
  try {
    const files = new ObjectFiles(root, options.durable ?? true);
    const uploads = new MultipartUploads(files);
    for (const bucket of options.buckets) await files.createBucket(bucket);

    const server = createServer((request, response) => {
      admit(request, response, credentials)
        .then((admitted) => admitted && answer({ request, response, files, uploads, ...admitted }))
        .catch((error: unknown) => refuse(request, response, error, options.onError));
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
        claim.release();
      },
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/**
 * Lets a request through to its operation if its signature holds. A browser's preflight, which carries none, is
 * answered here.
 */
async function admit(
  request: IncomingMessage,
  response: ServerResponse,
  credentials: Credentials,
): Promise<{ bucket: string; key: string; query: URLSearchParams } | undefined> {
  const { method = "GET", url = "/", headers } = request;
  response.setHeader("x-amz-request-id", randomUUID());
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-expose-headers", "ETag, Content-Length, Content-Range, Content-Type");
  if (method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "GET, HEAD, PUT, POST, DELETE");
    response.setHeader("access-control-allow-headers", headers["access-control-request-headers"] ?? "*");
    response.writeHead(204, { "access-control-max-age": "3600" }).end();
    return undefined;
  }

  const refusal = verify({ method, url, headers }, credentials);
  if (refusal) throw new S3Error(refusal);

  const [rawPath = "/", rawQuery = ""] = url.split("?", 2);
  let decoded: string;
  try {
    decoded = decodeURIComponent(rawPath.slice(1));
  } catch (cause) {
    throw new S3Error("InvalidURI", { cause });
  }
  const slash = decoded.indexOf("/");
  const bucket = slash < 0 ? decoded : decoded.slice(0, slash);
  if (!bucketName.test(bucket)) throw new S3Error("NoSuchBucket");
  return { bucket, key: slash < 0 ? "" : decoded.slice(slash + 1), query: new URLSearchParams(rawQuery) };
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  onError: ObjectStoreOptions["onError"],
): void {
  const expected = error instanceof S3Error;
  // A client that hung up is nobody's failure.
  if (!expected && !request.errored && !response.destroyed) onError?.(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, status, message } = expected ? error : new S3Error("InternalError");
  const body = toXml({
    Error: { Code: code, Message: message, RequestId: String(response.getHeader("x-amz-request-id")) },
  });
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
  });
  // A client that is still sending would miss the answer if the connection were cut.
  request.resume();
  response.end(request.method === "HEAD" ? undefined : body);
}
