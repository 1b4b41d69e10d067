/** Reads a JSON body: the right type, not too large (counted while it arrives, whatever its header says), and parsed. */
import { AppError, jsonErrorText, LIMITS } from "@weightsmith/contract";
import type { AppContext } from "./environment.ts";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * @param optional an absent body counts as `{}`
 * @throws AppError request.unsupported_media_type, request.too_large, request.invalid_json
 */
export async function readJson(c: AppContext, { optional = false } = {}): Promise<unknown> {
  const encoding = c.req.header("content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new AppError("request.unsupported_media_type", {
      message: `The body is encoded as ${JSON.stringify(encoding.slice(0, 40))}; send it uncompressed.`,
    });
  }
  const type = c.req.header("content-type");
  if (type === undefined && optional) {
    const text = await readText(c);
    if (text === "") return {};
    throw unsupported(undefined);
  }
  if (type === undefined || !JSON_TYPE.test(type)) throw unsupported(type);
  const text = await readText(c);
  if (text === "" && optional) return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = text === "" ? "The body is empty." : `The body is not JSON: ${jsonErrorText(cause)}.`;
    throw new AppError("request.invalid_json", { message, cause });
  }
}

function unsupported(type: string | undefined): AppError {
  const given = type === undefined ? "no Content-Type" : `Content-Type ${JSON.stringify(type.slice(0, 100))}`;
  return new AppError("request.unsupported_media_type", {
    message: `The request has ${given}; expected application/json.`,
  });
}

/** Bytes are counted as they arrive unless the length is declared: then the server lets no more of them through. */
async function readText(c: AppContext): Promise<string> {
  const declared = c.req.header("content-length");
  if (Number(declared ?? 0) > LIMITS.bodyBytes) throw tooLarge();
  const bytes = declared === undefined ? await readCounted(c.req.raw.body) : await c.req.raw.arrayBuffer();
  if (bytes.byteLength > LIMITS.bodyBytes) throw tooLarge();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("request.invalid_json", { message: "The body is not UTF-8.", cause });
  }
}

async function readCounted(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    if (bytes > LIMITS.bodyBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const tooLarge = () => new AppError("request.too_large", { context: { limitBytes: LIMITS.bodyBytes } });
