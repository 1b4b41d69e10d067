/**
 * AWS signature version 4 as S3 uses it, on the server's side: is this request signed by the holder of the secret, and
 * still valid? Covers signed headers and presigned URLs. The body's hash is part of what is signed; comparing it with the
 * body is left to whoever reads the body. @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Credentials } from "../credentials.ts";

export interface SignedRequest {
  method: string;
  /** As on the wire: encoded path and query. */
  url: string;
  headers: IncomingHttpHeaders;
}

export type Refusal =
  | "AccessDenied"
  | "InvalidAccessKeyId"
  | "RequestTimeTooSkewed"
  | "SignatureDoesNotMatch";

interface Signature {
  credential: string[];
  signedHeaders: string[];
  signature: string;
  time: string;
  payloadHash: string;
  /** For presigned URLs: valid for so many seconds after `time`. */
  expiresSeconds?: number;
}

const algorithm = "AWS4-HMAC-SHA256";
const skewMs = 15 * 60 * 1000;

/** @returns why the request is refused, or undefined if it is good */
export function verify(
  request: SignedRequest,
  credentials: Credentials,
  nowMs = Date.now(),
): Refusal | undefined {
  const [rawPath = "/", rawQuery = ""] = splitOnce(request.url, "?");
  const query = new URLSearchParams(rawQuery);
  const signed = fromQuery(query) ?? fromHeaders(request.headers);
  if (!signed) return "AccessDenied";

  const [accessKeyId, date = "", region = "", service = "", terminator = ""] = signed.credential;
  if (accessKeyId !== credentials.accessKeyId) return "InvalidAccessKeyId";

  const signedAtMs = Date.parse(
    signed.time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (Number.isNaN(signedAtMs)) return "AccessDenied";
  if (signed.expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedAtMs) > skewMs) return "RequestTimeTooSkewed";
  } else if (!(signed.expiresSeconds >= 0) || nowMs > signedAtMs + signed.expiresSeconds * 1000) {
    return "AccessDenied";
  }

  query.delete("X-Amz-Signature");
  const canonicalQuery = [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const canonicalHeaders = signed.signedHeaders
    .map(
      (name) =>
        `${name}:${String(request.headers[name] ?? "")
          .trim()
          .replace(/ +/g, " ")}\n`,
    )
    .join("");
  const canonicalRequest = [
    request.method,
    rawPath,
    canonicalQuery,
    canonicalHeaders,
    signed.signedHeaders.join(";"),
    signed.payloadHash,
  ].join("\n");
  const scope = [date, region, service, terminator];
  const toSign = [algorithm, signed.time, scope.join("/"), sha256(canonicalRequest)].join("\n");
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = createHmac("sha256", key).update(toSign).digest();
  const given = Buffer.from(signed.signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected)
    ? undefined
    : "SignatureDoesNotMatch";
}

function fromQuery(query: URLSearchParams): Signature | undefined {
  if (query.get("X-Amz-Algorithm") !== algorithm) return undefined;
  return {
    credential: (query.get("X-Amz-Credential") ?? "").split("/"),
    signedHeaders: (query.get("X-Amz-SignedHeaders") ?? "").split(";"),
    signature: query.get("X-Amz-Signature") ?? "",
    time: query.get("X-Amz-Date") ?? "",
    payloadHash: query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    expiresSeconds: Number(query.get("X-Amz-Expires") ?? Number.NaN),
  };
}

function fromHeaders(headers: IncomingHttpHeaders): Signature | undefined {
  const [scheme, rest = ""] = splitOnce(headers.authorization ?? "", " ");
  if (scheme !== algorithm) return undefined;
  const parts = new Map(rest.split(",").map((part) => splitOnce(part.trim(), "=") as [string, string]));
  return {
    credential: (parts.get("Credential") ?? "").split("/"),
    signedHeaders: (parts.get("SignedHeaders") ?? "").split(";"),
    signature: parts.get("Signature") ?? "",
    time: String(headers["x-amz-date"] ?? ""),
    payloadHash: String(headers["x-amz-content-sha256"] ?? ""),
  };
}

function splitOnce(text: string, separator: string): [string, string] | [string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
