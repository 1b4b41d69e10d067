/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the tensors without gaps. Reading is
 * lazy: the header first, each tensor by its range when asked for. Nothing in a file is believed before it is
 * checked against the others and the file's size.
 * @see https://huggingface.co/docs/safetensors
 */
import { z } from "zod";
import { FormatError, quote } from "../format-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { duplicateKey } from "./duplicate-key.ts";
import {
  type ElementType,
  elementBytes,
  elementCount,
  isElementType,
  type TensorData,
} from "./element-type.ts";

/** The format's own limit. */
const largestHeaderBytes = 100_000_000;
const prefixBytes = 8;

export interface TensorInfo {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** from the beginning of the file */
  readonly byteOffset: number;
  readonly byteLength: number;
}

interface Header {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

const entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const entries = z.record(z.string(), z.unknown());
const textMap = z.record(z.string(), z.string());

/**
 * Length of the header by the first 8 bytes of the file.
 * @throws FormatError where it is longer than the format allows or than the file
 */
function headerLength(prefix: Uint8Array, size: number, file: string): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes);
  const length = view.getBigUint64(0, true);
  const refuse = (reason: string) => new FormatError("safetensors", reason, { file });
  if (length > largestHeaderBytes)
    throw refuse(`says its header has ${length} bytes, over the limit of ${largestHeaderBytes}`);
  if (prefixBytes + Number(length) > size)
    throw refuse(
      `says its header has ${length} bytes, but the file ends after ${size}: truncated or corrupt`,
    );
  return Number(length);
}

function parseHeader(bytes: Uint8Array, size: number, file: string): Header {
  const refuse = (reason: string, cause?: unknown) => new FormatError("safetensors", reason, { file, cause });
  if (bytes[0] !== 0x7b) throw refuse("its header does not begin with {: not a safetensors file");
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse("its header is not JSON", cause);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw refuse(`its header has the key ${quote(duplicate)} twice`);
  const parsed = entries.safeParse(json);
  if (!parsed.success) throw refuse("its header is not a JSON object");
  const dataStart = prefixBytes + bytes.length;
  const tensors = new Map<string, TensorInfo>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    if (name === "__metadata__") {
      const map = textMap.safeParse(value);
      if (!map.success) throw refuse("its __metadata__ is not a map of texts");
      metadata = map.data;
      continue;
    }
    tensors.set(name, parseEntry(name, value, dataStart, refuse));
  }
  checkLayout(tensors, dataStart, size, refuse);
  return { tensors, metadata };
}

function parseEntry(
  name: string,
  value: unknown,
  dataStart: number,
  refuse: (reason: string) => FormatError,
): TensorInfo {
  const parsed = entry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refuse(`tensor ${quote(name)}: ${issue.path.join(".")} ${issue.message}`);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  if (!isElementType(dtype)) throw refuse(`tensor ${quote(name)} has the unknown type ${quote(dtype)}`);
  const [begin, end] = data_offsets;
  if (end < begin) throw refuse(`tensor ${quote(name)} ends at ${end}, before it begins at ${begin}`);
  let bytes: number;
  try {
    bytes = elementCount(shape) * elementBytes[dtype];
  } catch {
    throw refuse(`tensor ${quote(name)} is larger than any file: shape [${quote(shape.join(", "))}]`);
  }
  if (end - begin !== bytes)
    throw refuse(
      `tensor ${quote(name)} has ${end - begin} bytes, its type and shape [${shape.join(", ")}] need ${bytes}`,
    );
  return { dtype, shape, byteOffset: dataStart + begin, byteLength: bytes };
}

/** Tensors must fill the rest of the file, each byte once. */
function checkLayout(
  tensors: ReadonlyMap<string, TensorInfo>,
  dataStart: number,
  size: number,
  refuse: (reason: string) => FormatError,
): void {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  );
  let end = dataStart;
  let previous = "the header";
  for (const [name, { byteOffset, byteLength }] of inOrder) {
    if (byteOffset < end) throw refuse(`tensor ${quote(name)} overlaps ${quote(previous)}`);
    if (byteOffset > end)
      throw refuse(`${byteOffset - end} bytes before tensor ${quote(name)} belong to none`);
    end = byteOffset + byteLength;
    previous = name;
  }
  if (end > size)
    throw refuse(`tensor ${quote(previous)} ends at byte ${end}, the file at ${size}: truncated`);
  if (end < size) throw refuse(`${size - end} bytes after the last tensor belong to none`);
}

/** An open file whose header has been read and checked. */
export class Safetensors {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The free texts of `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #source: ByteSource;

  private constructor(source: ByteSource, header: Header) {
    this.#source = source;
    this.tensors = header.tensors;
    this.metadata = header.metadata;
  }

  /**
   * Reads and checks the header. The source stays open until `close`.
   * @throws FormatError saying what is wrong with the file
   */
  static async open(source: ByteSource): Promise<Safetensors> {
    const { size, name } = source;
    if (size < prefixBytes)
      throw new FormatError("safetensors", `has ${size} bytes; the shortest has 10`, { file: name });
    const length = headerLength(await source.read(0, prefixBytes), size, name);
    return new Safetensors(source, parseHeader(await source.read(prefixBytes, length), size, name));
  }

  /**
   * Reads one tensor.
   * @throws FormatError where the file has no tensor of this name
   */
  async read(name: string): Promise<TensorData> {
    const info = this.tensors.get(name);
    if (info === undefined)
      throw new FormatError("safetensors", `has no tensor ${quote(name)}`, { file: this.#source.name });
    const { dtype, shape, byteOffset, byteLength } = info;
    return { dtype, shape, bytes: await this.#source.read(byteOffset, byteLength) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/**
 * All tensors of a file in memory; their bytes view `bytes`.
 * @throws FormatError saying what is wrong with the file
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file = "safetensors",
): { tensors: Map<string, TensorData>; metadata: Readonly<Record<string, string>> } {
  if (bytes.length < prefixBytes)
    throw new FormatError("safetensors", `has ${bytes.length} bytes; the shortest has 10`, { file });
  const length = headerLength(bytes, bytes.length, file);
  const header = parseHeader(bytes.subarray(prefixBytes, prefixBytes + length), bytes.length, file);
  const tensors = new Map<string, TensorData>();
  for (const [name, { dtype, shape, byteOffset, byteLength }] of header.tensors)
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(byteOffset, byteOffset + byteLength) });
  return { tensors, metadata: header.metadata };
}

/**
 * The parts of a file in the order to write them: header, then each tensor. The same tensors and metadata give
 * the same bytes in whatever order they come: larger elements first, so that all are aligned, then by name.
 */
export function* safetensorsParts(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      elementBytes[b.dtype] - elementBytes[a.dtype] || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0),
  );
  const header: [string, unknown][] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) header.push(["__metadata__", Object.fromEntries(texts)]);
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of ordered) {
    if (name === "__metadata__") throw new RangeError("a tensor cannot be named __metadata__");
    if (elementCount(shape) * elementBytes[dtype] !== bytes.length)
      throw new RangeError(
        `tensor ${name} has ${bytes.length} bytes, not those of ${dtype} [${shape.join(", ")}]`,
      );
    header.push([name, { dtype, shape, data_offsets: [offset, offset + bytes.length] }]);
    offset += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(prefixBytes + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - prefixBytes), true);
  padded.set(text, prefixBytes);
  yield padded;
  for (const [, { bytes }] of ordered) yield bytes;
}

/** A whole file in memory. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = [...safetensorsParts(tensors, metadata)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
