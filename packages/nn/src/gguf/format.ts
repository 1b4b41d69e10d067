/**
 * The vocabulary of GGUF, version 3: value types of the metadata and element types of tensors.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

export const magic = 0x46554747; // "GGUF"
export const version = 3;
export const defaultAlignment = 32;
/** ggml keeps names in 64 bytes, ended by zero. */
export const largestNameBytes = 63;
export const largestRank = 4;

/** Codes of the metadata's value types. */
export const valueTypes = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;

export type ValueType = keyof typeof valueTypes;
export type ScalarType = Exclude<ValueType, "array">;

export type Scalar = number | bigint | boolean | string;

/** One value of the metadata with its type; 64-bit integers are bigint. Arrays hold scalars only. */
export type MetadataValue =
  | { readonly type: "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64"; readonly value: number }
  | { readonly type: "u64" | "i64"; readonly value: bigint }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "array"; readonly of: ScalarType; readonly value: readonly Scalar[] };

export type Metadata = ReadonlyMap<string, MetadataValue>;

interface Codec {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number | bigint;
  readonly write: (view: DataView, at: number, value: number | bigint) => void;
}

const small = (
  bytes: number,
  read: (view: DataView, at: number) => number,
  write: (view: DataView, at: number, value: number) => void,
): Codec => ({ bytes, read, write: (view, at, value) => write(view, at, Number(value)) });

/** How each scalar but a string lies in the file; little-endian. */
export const codecs: Readonly<Record<Exclude<ScalarType, "string">, Codec>> = {
  u8: small(
    1,
    (view, at) => view.getUint8(at),
    (view, at, value) => view.setUint8(at, value),
  ),
  i8: small(
    1,
    (view, at) => view.getInt8(at),
    (view, at, value) => view.setInt8(at, value),
  ),
  u16: small(
    2,
    (view, at) => view.getUint16(at, true),
    (view, at, value) => view.setUint16(at, value, true),
  ),
  i16: small(
    2,
    (view, at) => view.getInt16(at, true),
    (view, at, value) => view.setInt16(at, value, true),
  ),
  u32: small(
    4,
    (view, at) => view.getUint32(at, true),
    (view, at, value) => view.setUint32(at, value, true),
  ),
  i32: small(
    4,
    (view, at) => view.getInt32(at, true),
    (view, at, value) => view.setInt32(at, value, true),
  ),
  f32: small(
    4,
    (view, at) => view.getFloat32(at, true),
    (view, at, value) => view.setFloat32(at, value, true),
  ),
  f64: small(
    8,
    (view, at) => view.getFloat64(at, true),
    (view, at, value) => view.setFloat64(at, value, true),
  ),
  bool: small(
    1,
    (view, at) => view.getUint8(at),
    (view, at, value) => view.setUint8(at, value),
  ),
  u64: {
    bytes: 8,
    read: (view, at) => view.getBigUint64(at, true),
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  },
  i64: {
    bytes: 8,
    read: (view, at) => view.getBigInt64(at, true),
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
};

/** Bytes of a scalar; a string has at least those of its length. */
export function leastBytes(type: ScalarType): number {
  return type === "string" ? 8 : codecs[type].bytes;
}

interface TensorType {
  readonly code: number;
  /** elements of a block */
  readonly block: number;
  /** bytes of a block */
  readonly bytes: number;
}

/** Element types of tensors; those of quantisations that we do not read are known by size. */
export const tensorTypes = {
  F32: { code: 0, block: 1, bytes: 4 },
  F16: { code: 1, block: 1, bytes: 2 },
  Q4_0: { code: 2, block: 32, bytes: 18 },
  Q4_1: { code: 3, block: 32, bytes: 20 },
  Q5_0: { code: 6, block: 32, bytes: 22 },
  Q5_1: { code: 7, block: 32, bytes: 24 },
  Q8_0: { code: 8, block: 32, bytes: 34 },
  Q2_K: { code: 10, block: 256, bytes: 84 },
  Q3_K: { code: 11, block: 256, bytes: 110 },
  Q4_K: { code: 12, block: 256, bytes: 144 },
  Q5_K: { code: 13, block: 256, bytes: 176 },
  Q6_K: { code: 14, block: 256, bytes: 210 },
  I8: { code: 24, block: 1, bytes: 1 },
  I16: { code: 25, block: 1, bytes: 2 },
  I32: { code: 26, block: 1, bytes: 4 },
  I64: { code: 27, block: 1, bytes: 8 },
  F64: { code: 28, block: 1, bytes: 8 },
  BF16: { code: 30, block: 1, bytes: 2 },
} as const satisfies Record<string, TensorType>;

export type TensorTypeName = keyof typeof tensorTypes;

const nameOfCode = new Map(
  (Object.keys(tensorTypes) as TensorTypeName[]).map((name) => [tensorTypes[name].code as number, name]),
);

export function tensorTypeOf(code: number): TensorTypeName | undefined {
  return nameOfCode.get(code);
}

/** Bytes of a tensor of `count` elements in rows of whole blocks. */
export function tensorBytes(type: TensorTypeName, count: number): number {
  const { block, bytes } = tensorTypes[type];
  return (count / block) * bytes;
}

export function padded(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}
