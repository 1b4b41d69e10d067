/**
 * The body of an upload: its bytes without the aws-chunked framing, checked against every checksum that came along.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { S3Error } from "./s3-error.ts";

/**
 * Yields the bytes as they arrive.
 * @throws S3Error IncompleteBody, BadDigest: only after the last byte, so the consumer must not publish before its end
 */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  const { headers } = request;
  const contentSha256 = String(headers["x-amz-content-sha256"] ?? "");
  const framed = contentSha256.startsWith("STREAMING-");
  const trailers = new Map<string, string>();
  const source = framed ? unframe(request, trailers) : (request as AsyncIterable<Buffer>);

  const checks = checksOf((name) => trailers.get(name) ?? headers[name]?.toString());
  let bodyBytes = 0;
  for await (const chunk of source) {
    bodyBytes += chunk.length;
    for (const check of checks) check.update(chunk);
    yield chunk;
  }

  const declared = headers[framed ? "x-amz-decoded-content-length" : "content-length"];
  if (declared !== undefined && Number(declared) !== bodyBytes) throw new S3Error("IncompleteBody");
  for (const check of checks) {
    const expected = check.expected();
    if (expected !== undefined && expected !== check.digest()) throw new S3Error("BadDigest");
  }
}

interface Check {
  update(chunk: Buffer): void;
  digest(): string;
  /** Known for a trailer only after the body. */
  expected(): string | undefined;
}

function checksOf(header: (name: string) => string | undefined): Check[] {
  const hash = (algorithm: string, encoding: "base64" | "hex", expected: Check["expected"]): Check => {
    const running = createHash(algorithm);
    return { update: (chunk) => running.update(chunk), digest: () => running.digest(encoding), expected };
  };
  const sha256OfSignature = () => {
    const value = header("x-amz-content-sha256");
    return value && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
  };
  let crc = 0;
  return [
    hash("md5", "base64", () => header("content-md5")),
    hash("sha1", "base64", () => header("x-amz-checksum-sha1")),
    hash("sha256", "base64", () => header("x-amz-checksum-sha256")),
    hash("sha256", "hex", sha256OfSignature),
    {
      update: (chunk) => {
        crc = crc32(chunk, crc);
      },
      digest: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(crc);
        return bytes.toString("base64");
      },
      expected: () => header("x-amz-checksum-crc32"),
    },
  ];
}

/** Removes the framing: `LENGTH_IN_HEX[;EXTENSIONS]CRLF BYTES CRLF … 0 CRLF TRAILERS CRLF`. */
async function* unframe(request: IncomingMessage, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  const input = request[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let pending: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await input.next();
    if (done) throw new S3Error("IncompleteBody");
    pending = pending.length === 0 ? value : Buffer.concat([pending, value]);
  };
  const line = async () => {
    let end = pending.indexOf("\r\n");
    while (end < 0) {
      if (pending.length > 16_384) throw new S3Error("IncompleteBody");
      await more();
      end = pending.indexOf("\r\n");
    }
    const text = pending.toString("latin1", 0, end);
    pending = pending.subarray(end + 2);
    return text;
  };

  for (;;) {
    let remaining = Number.parseInt(await line(), 16);
    if (!(remaining >= 0)) throw new S3Error("IncompleteBody");
    if (remaining === 0) break;
    while (remaining > 0) {
      if (pending.length === 0) await more();
      const piece = pending.subarray(0, remaining);
      pending = pending.subarray(piece.length);
      remaining -= piece.length;
      yield piece;
    }
    if ((await line()) !== "") throw new S3Error("IncompleteBody");
  }
  for (let trailer = await line(); trailer !== ""; trailer = await line()) {
    const [name = "", value = ""] = trailer.split(":", 2);
    trailers.set(name.trim().toLowerCase(), value.trim());
  }
}
