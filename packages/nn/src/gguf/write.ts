/** Writing of GGUF version 3: header, metadata, tensor descriptions, then the aligned tensors. */
import { elementCount } from "../checkpoint/element-type.ts";
import {
  codecs,
  defaultAlignment,
  largestNameBytes,
  largestRank,
  type Metadata,
  type MetadataValue,
  magic,
  padded,
  type Scalar,
  type ScalarType,
  type TensorTypeName,
  tensorBytes,
  tensorTypes,
  valueTypes,
  version,
} from "./format.ts";

/** A tensor to write; its bytes are asked for once, when its turn comes. */
export interface GgufTensorToWrite {
  readonly name: string;
  /** row-major: the last size is that of a row (ggml counts from there) */
  readonly shape: readonly number[];
  readonly type: TensorTypeName;
  readonly bytes: () => Uint8Array;
}

const utf8 = new TextEncoder();

/** Bytes that grow. */
class Sink {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  scalar(type: ScalarType, value: Scalar): void {
    if (type === "string") {
      const bytes = utf8.encode(String(value));
      this.scalar("u64", BigInt(bytes.length));
      const at = this.#reserve(bytes.length);
      this.#bytes.set(bytes, at);
      return;
    }
    const { bytes, write } = codecs[type];
    const at = this.#reserve(bytes);
    write(this.#view, at, typeof value === "bigint" ? value : Number(value));
  }

  value(value: MetadataValue): void {
    this.scalar("u32", valueTypes[value.type]);
    if (value.type !== "array") {
      this.scalar(value.type, value.value);
      return;
    }
    this.scalar("u32", valueTypes[value.of]);
    this.scalar("u64", BigInt(value.value.length));
    for (const item of value.value) this.scalar(value.of, item);
  }

  align(alignment: number): void {
    this.#reserve(padded(this.#length, alignment) - this.#length);
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/**
 * The parts of a file in the order to write them.
 * @throws RangeError where a tensor has a name or shape that ggml cannot hold, or other bytes than it says
 */
export function* ggufParts(metadata: Metadata, tensors: readonly GgufTensorToWrite[]): Generator<Uint8Array> {
  const sink = new Sink();
  sink.scalar("u32", magic);
  sink.scalar("u32", version);
  sink.scalar("u64", BigInt(tensors.length));
  sink.scalar("u64", BigInt(metadata.size));
  for (const [key, value] of metadata) {
    sink.scalar("string", key);
    sink.value(value);
  }
  const sizes: number[] = [];
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    if (utf8.encode(name).length > largestNameBytes)
      throw new RangeError(`the tensor name ${name} exceeds ${largestNameBytes} bytes`);
    if (shape.length < 1 || shape.length > largestRank)
      throw new RangeError(`tensor ${name} has rank ${shape.length}; ggml knows 1 to ${largestRank}`);
    if (shape.at(-1)! % tensorTypes[type].block !== 0)
      throw new RangeError(`rows of ${name} are not whole blocks of ${type}: ${shape.join(", ")}`);
    sink.scalar("string", name);
    sink.scalar("u32", shape.length);
    for (const size of [...shape].reverse()) sink.scalar("u64", BigInt(size));
    sink.scalar("u32", tensorTypes[type].code);
    sink.scalar("u64", BigInt(offset));
    const size = tensorBytes(type, elementCount(shape));
    sizes.push(size);
    offset += padded(size, defaultAlignment);
  }
  sink.align(defaultAlignment);
  yield sink.take();
  for (const [index, tensor] of tensors.entries()) {
    const bytes = tensor.bytes();
    if (bytes.length !== sizes[index])
      throw new RangeError(`tensor ${tensor.name} has ${bytes.length} bytes, not ${sizes[index]}`);
    yield bytes;
    const padding = padded(bytes.length, defaultAlignment) - bytes.length;
    if (padding > 0) yield new Uint8Array(padding);
  }
}

/** A whole file in memory. */
export function encodeGguf(metadata: Metadata, tensors: readonly GgufTensorToWrite[]): Uint8Array {
  const parts = [...ggufParts(metadata, tensors)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
