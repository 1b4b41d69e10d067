/**
 * Reading of GGUF versions 2 and 3. The header is read first and checked against the file's size: a file can say
 * anything, and nothing is allocated, skipped or read on its word alone. Tensors are read when asked for.
 */
import { type ByteSource, memorySource } from "../checkpoint/byte-source.ts";
import { elementCount, toFloat32 } from "../checkpoint/element-type.ts";
import { FormatError, quote } from "../format-error.ts";
import {
  codecs,
  defaultAlignment,
  largestNameBytes,
  largestRank,
  leastBytes,
  type Metadata,
  type MetadataValue,
  magic,
  padded,
  type Scalar,
  type ScalarType,
  type TensorTypeName,
  tensorBytes,
  tensorTypeOf,
  tensorTypes,
  type ValueType,
  valueTypes,
} from "./format.ts";
import { decodeQ8 } from "./quantise.ts";

export interface GgufTensorInfo {
  readonly name: string;
  /** row-major: the last size is that of a row */
  readonly shape: readonly number[];
  readonly type: TensorTypeName;
  /** from the beginning of the file */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** The header needs more bytes than were read of the file so far. */
class NeedMore extends Error {}

const typeOfCode = new Map(
  Object.entries(valueTypes).map(([name, code]) => [code as number, name as ValueType]),
);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** The shortest key–value pair: an empty key, a type, one byte. The shortest tensor: a name, rank, size, type, offset. */
const shortestPairBytes = 8 + 4 + 1;
const shortestTensorBytes = 8 + 4 + 8 + 4 + 8;
/** What is read of a file at first, and the most that a header may have. */
const firstReadBytes = 1 << 20;
const largestHeaderBytes = 2 ** 30;

class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #size: number;
  readonly #file: string;
  at = 0;

  /** @param size of the whole file, of which `bytes` is the beginning */
  constructor(bytes: Uint8Array, size: number, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#size = size;
    this.#file = file;
  }

  refuse(reason: string): FormatError {
    return new FormatError("gguf", reason, { file: this.#file });
  }

  /** Asserts that `count` bytes more are in the file, and then in memory. */
  #take(count: number, what: string): number {
    const { at } = this;
    if (count > this.#size - at)
      throw this.refuse(
        `${what} needs ${count} bytes at byte ${at}, but the file ends at ${this.#size}: truncated or corrupt`,
      );
    if (at + count > this.#bytes.length) throw new NeedMore();
    this.at += count;
    return at;
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), true);
  }

  /** A 64-bit number of things, each of which has at least `eachBytes` in the rest of the file. */
  count(what: string, eachBytes: number): number {
    const value = this.#view.getBigUint64(this.#take(8, what), true);
    if (value > BigInt(Math.floor((this.#size - this.at) / Math.max(eachBytes, 1))))
      throw this.refuse(
        `says ${value} for ${what}, more than the ${this.#size - this.at} bytes left can hold`,
      );
    return Number(value);
  }

  size(what: string): number {
    const value = this.#view.getBigUint64(this.#take(8, what), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.refuse(`says ${value} for ${what}`);
    return Number(value);
  }

  text(what: string): string {
    const length = this.count(`the length of ${what}`, 1);
    const begin = this.#take(length, what);
    try {
      return utf8.decode(this.#bytes.subarray(begin, begin + length));
    } catch {
      throw this.refuse(`${what} is not UTF-8`);
    }
  }

  scalar(type: ScalarType, what: string): Scalar {
    if (type === "string") return this.text(what);
    const { bytes, read } = codecs[type];
    const value = read(this.#view, this.#take(bytes, what));
    if (type !== "bool") return value;
    if (value !== 0 && value !== 1) throw this.refuse(`${what} is ${value}, neither true nor false`);
    return value === 1;
  }

  value(what: string): MetadataValue {
    const type = this.#valueType(what);
    if (type !== "array") return { type, value: this.scalar(type, what) } as MetadataValue;
    const of = this.#valueType(what);
    if (of === "array") throw this.refuse(`${what} is an array of arrays`);
    const length = this.count(`the length of ${what}`, leastBytes(of));
    const value: Scalar[] = [];
    for (let index = 0; index < length; index++) value.push(this.scalar(of, what));
    return { type, of, value };
  }

  #valueType(what: string): ValueType {
    const code = this.u32(`the type of ${what}`);
    const type = typeOfCode.get(code);
    if (type === undefined) throw this.refuse(`${what} has the unknown type ${code}`);
    return type;
  }
}

interface Header {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>;
}

function parseHeader(bytes: Uint8Array, size: number, file: string): Header {
  const cursor = new Cursor(bytes, size, file);
  const refuse = (reason: string) => cursor.refuse(reason);
  if (cursor.u32("the magic number") !== magic) throw refuse("does not begin with GGUF");
  const fileVersion = cursor.u32("the version");
  if (fileVersion !== 2 && fileVersion !== 3)
    throw refuse(`is of version ${fileVersion}; versions 2 and 3 are supported`);
  const tensorCount = cursor.count("the number of tensors", shortestTensorBytes);
  const pairCount = cursor.count("the number of metadata entries", shortestPairBytes);
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < pairCount; index++) {
    const key = cursor.text(`metadata key ${index}`);
    if (metadata.has(key)) throw refuse(`has the metadata key ${quote(key)} twice`);
    metadata.set(key, cursor.value(`metadata ${quote(key)}`));
  }
  const alignment = readAlignment(metadata, refuse);
  const relative: GgufTensorInfo[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index++) {
    const info = readTensorInfo(cursor, index, alignment);
    if (names.has(info.name)) throw refuse(`has the tensor ${quote(info.name)} twice`);
    names.add(info.name);
    relative.push(info);
  }
  const dataStart = padded(cursor.at, alignment);
  const tensors = relative.map((info) => ({ ...info, byteOffset: dataStart + info.byteOffset }));
  checkLayout(tensors, size, refuse);
  return { metadata, tensors: new Map(tensors.map((info) => [info.name, info])) };
}

function readAlignment(metadata: Metadata, refuse: (reason: string) => FormatError): number {
  const stated = metadata.get("general.alignment");
  if (stated === undefined) return defaultAlignment;
  const value = stated.type === "u32" ? stated.value : 0;
  if (value < 1 || value > 2 ** 20 || (value & (value - 1)) !== 0)
    throw refuse(`general.alignment is ${quote(stated.value)}, not a power of two of type u32`);
  return value;
}

function readTensorInfo(cursor: Cursor, index: number, alignment: number): GgufTensorInfo {
  const name = cursor.text(`the name of tensor ${index}`);
  if (Buffer.byteLength(name) > largestNameBytes)
    throw cursor.refuse(`the name of tensor ${index} exceeds ${largestNameBytes} bytes`);
  const rank = cursor.u32(`the rank of ${quote(name)}`);
  if (rank > largestRank)
    throw cursor.refuse(`tensor ${quote(name)} has rank ${rank}, at most ${largestRank} is known`);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) shape.unshift(cursor.size(`a size of ${quote(name)}`));
  const code = cursor.u32(`the type of ${quote(name)}`);
  const type = tensorTypeOf(code);
  if (type === undefined)
    throw cursor.refuse(`tensor ${quote(name)} has type ${code}, which is not supported`);
  let count: number;
  try {
    count = elementCount(shape);
  } catch {
    throw cursor.refuse(`tensor ${quote(name)} is larger than any file: [${quote(shape.join(", "))}]`);
  }
  if ((shape.at(-1) ?? 1) % tensorTypes[type].block !== 0)
    throw cursor.refuse(`rows of ${quote(name)} [${shape.join(", ")}] are not whole blocks of ${type}`);
  const byteOffset = cursor.size(`the offset of ${quote(name)}`);
  if (byteOffset % alignment !== 0)
    throw cursor.refuse(`tensor ${quote(name)} begins at ${byteOffset}, not a multiple of ${alignment}`);
  return { name, shape, type, byteOffset, byteLength: tensorBytes(type, count) };
}

/** Tensors must lie within the file and not on one another. */
function checkLayout(
  tensors: readonly GgufTensorInfo[],
  size: number,
  refuse: (reason: string) => FormatError,
): void {
  const inOrder = [...tensors].sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  let end = 0;
  let previous = "";
  for (const { name, byteOffset, byteLength } of inOrder) {
    if (byteOffset < end) throw refuse(`tensor ${quote(name)} overlaps ${quote(previous)}`);
    end = byteOffset + byteLength;
    previous = name;
    if (!(end <= size))
      throw refuse(`tensor ${quote(name)} ends at byte ${end}, the file at ${size}: truncated or corrupt`);
  }
}

/** An open GGUF file whose header has been read and checked. */
export class Gguf {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>;
  readonly name: string;
  readonly #source: ByteSource;

  private constructor(source: ByteSource, header: Header) {
    this.#source = source;
    this.name = source.name;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
  }

  /**
   * Reads and checks the header. The source stays open until `close`.
   * @throws FormatError saying what is wrong with the file
   */
  static async open(source: ByteSource): Promise<Gguf> {
    const { size, name } = source;
    for (let window = firstReadBytes; ; window *= 4) {
      const bytes = await source.read(0, Math.min(size, window));
      try {
        return new Gguf(source, parseHeader(bytes, size, name));
      } catch (error) {
        if (!(error instanceof NeedMore)) throw error;
        if (window > largestHeaderBytes)
          throw new FormatError("gguf", `its header exceeds ${largestHeaderBytes} bytes`, { file: name });
      }
    }
  }

  /** Reads a file in memory. @throws FormatError saying what is wrong with it */
  static decode(bytes: Uint8Array, file = "gguf"): Gguf {
    return new Gguf(memorySource(bytes, file), parseHeader(bytes, bytes.length, file));
  }

  /** The bytes of a tensor. @throws FormatError where there is no tensor of this name */
  async read(name: string): Promise<Uint8Array> {
    const { byteOffset, byteLength } = this.#info(name);
    return this.#source.read(byteOffset, byteLength);
  }

  /**
   * The elements of a tensor, dequantised.
   * @throws FormatError where there is no such tensor, or its type is not one of F32, F16, BF16, F64, Q8_0
   */
  async readFloat32(name: string): Promise<Float32Array> {
    const { type, shape } = this.#info(name);
    if (type === "Q8_0") return decodeQ8(await this.read(name));
    if (type !== "F32" && type !== "F16" && type !== "BF16" && type !== "F64")
      throw new FormatError(
        "gguf",
        `tensor ${quote(name)} is of type ${type}; F32, F16, BF16, F64 and Q8_0 can be read`,
        {
          file: this.name,
        },
      );
    return toFloat32({ dtype: type, shape, bytes: await this.read(name) });
  }

  #info(name: string): GgufTensorInfo {
    const info = this.tensors.get(name);
    if (info === undefined)
      throw new FormatError("gguf", `has no tensor ${quote(name)}`, { file: this.name });
    return info;
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
