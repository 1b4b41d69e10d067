/**
 * Element types of stored tensors, by their safetensors names, and the conversions between them and float32.
 * Bytes are little-endian, as in safetensors and GGUF; so is every machine that this runs on.
 */

/** Bytes of one element. */
export const elementBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

export type ElementType = keyof typeof elementBytes;

export function isElementType(name: unknown): name is ElementType {
  return typeof name === "string" && Object.hasOwn(elementBytes, name);
}

/** Types that `toFloat32` reads. */
export const floatTypes = ["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"] as const;
export type FloatType = (typeof floatTypes)[number];

/** A stored tensor: row-major, little-endian. */
export interface TensorData {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** @throws RangeError where the number of elements is not a safe integer */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count) || size < 0)
      throw new RangeError(`a tensor cannot have shape [${shape.slice(0, 8).join(", ")}]`);
  }
  return count;
}

/** The bytes, at an address that a typed array of this element size may view. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
}

const words = new Uint32Array(1);
const float = new Float32Array(words.buffer);

/**
 * float32 → IEEE half, to nearest, ties to even; beyond the range ±∞.
 * @returns the 16 bits
 */
export function halfBits(value: number): number {
  float[0] = value;
  const bits = words[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal in half: the float adds 2^-24 units of its last place; scaling by 2^24 is exact.
    return sign | roundToEven(Math.abs(Math.fround(value)) * 2 ** 24);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** float32 → bfloat16, to nearest, ties to even. */
export function bfloatBits(value: number): number {
  float[0] = value;
  const bits = words[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** A small float of `exponentBits` and `mantissaBits` as a number; `finite` ones have NaN only at all ones. */
function smallFloat(bits: number, exponentBits: number, mantissaBits: number, finite: boolean): number {
  const sign = (bits >>> (exponentBits + mantissaBits)) & 1 ? -1 : 1;
  const exponent = (bits >>> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = bits & (2 ** mantissaBits - 1);
  const largest = 2 ** exponentBits - 1;
  if (exponent === largest) {
    if (finite && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
    if (!finite) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
}

let halves: Float32Array | undefined;
/** half bits → float32, all 65,536 of them */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, bits) => smallFloat(bits, 5, 10, false));
  return halves;
}

const quarterTables = {
  F8_E4M3: Float32Array.from({ length: 256 }, (_, bits) => smallFloat(bits, 4, 3, true)),
  F8_E5M2: Float32Array.from({ length: 256 }, (_, bits) => smallFloat(bits, 5, 2, false)),
};

/**
 * The elements of a floating-point tensor as float32; F64 is rounded, the smaller ones are exact.
 * @throws TypeError for an integer type
 */
export function toFloat32({ dtype, bytes, shape }: TensorData): Float32Array {
  const count = elementCount(shape);
  const source = aligned(bytes, elementBytes[dtype]);
  const { buffer, byteOffset } = source;
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, count).slice();
    case "F64":
      return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case "F16": {
      const table = halfTable();
      const halfwords = new Uint16Array(buffer, byteOffset, count);
      const values = new Float32Array(count);
      for (let index = 0; index < count; index++) values[index] = table[halfwords[index]!]!;
      return values;
    }
    case "BF16": {
      const halfwords = new Uint16Array(buffer, byteOffset, count);
      const values = new Uint32Array(count);
      for (let index = 0; index < count; index++) values[index] = halfwords[index]! << 16;
      return new Float32Array(values.buffer);
    }
    case "F8_E4M3":
    case "F8_E5M2": {
      const table = quarterTables[dtype];
      return Float32Array.from(source.subarray(0, count), (bits) => table[bits]!);
    }
    default:
      throw new TypeError(`${dtype} is not a floating-point type; known: ${floatTypes.join(", ")}`);
  }
}

/** float32 elements stored as F32, F16 or BF16, rounded to nearest, ties to even. */
export function fromFloat32(
  values: Float32Array,
  shape: readonly number[],
  dtype: "F32" | "F16" | "BF16" = "F32",
): TensorData {
  if (elementCount(shape) !== values.length)
    throw new RangeError(`shape [${shape.join(", ")}] does not hold ${values.length} values`);
  if (dtype === "F32")
    return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
  const convert = dtype === "F16" ? halfBits : bfloatBits;
  const halfwords = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) halfwords[index] = convert(values[index]!);
  return { dtype, shape, bytes: new Uint8Array(halfwords.buffer) };
}

/** 64-bit integers as a stored tensor. */
export function fromBigInt64(values: BigInt64Array, shape: readonly number[]): TensorData {
  if (elementCount(shape) !== values.length)
    throw new RangeError(`shape [${shape.join(", ")}] does not hold ${values.length} values`);
  return { dtype: "I64", shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** The elements of an I64 tensor. */
export function toBigInt64({ dtype, bytes, shape }: TensorData): BigInt64Array {
  if (dtype !== "I64") throw new TypeError(`expected I64, got ${dtype}`);
  const source = aligned(bytes, 8);
  return new BigInt64Array(source.buffer, source.byteOffset, elementCount(shape)).slice();
}
