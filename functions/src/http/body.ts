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

const FORM_TYPE = /^multipart\/form-data\s*;/i;

export const isForm = (c: AppContext): boolean => FORM_TYPE.test(c.req.header("content-type") ?? "");

/** Around a form's file: boundaries, names, small fields. */
const FORM_OVERHEAD_BYTES = 16 * 1024;

/** @throws AppError request.too_large, request.invalid */
export async function readForm(c: AppContext): Promise<FormData> {
  const bytes = await readBytes(c, LIMITS.formBytes + FORM_OVERHEAD_BYTES);
  try {
    const headers = { "content-type": c.req.header("content-type")! };
    return await new Response(bytes, { headers }).formData();
  } catch (cause) {
    throw new AppError("request.invalid", { message: "The body is not a form as its type says.", cause });
  }
}

/** Bytes are counted as they arrive unless the length is declared: then the server lets no more of them through. */
async function readBytes(c: AppContext, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = c.req.header("content-length");
  if (Number(declared ?? 0) > limit) throw tooLarge(limit);
  const bytes =
    declared === undefined
      ? await readCounted(c.req.raw.body, limit)
      : new Uint8Array(await c.req.raw.arrayBuffer());
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return bytes;
}

async function readText(c: AppContext): Promise<string> {
  const bytes = await readBytes(c, LIMITS.bodyBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("request.invalid_json", { message: "The body is not UTF-8.", cause });
  }
}

async function readCounted(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    if (bytes > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const tooLarge = (limitBytes: number) => new AppError("request.too_large", { context: { limitBytes } });
