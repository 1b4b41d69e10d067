// Element types of tensors, and the host arrays that hold them.

/** The element types a graph may carry. Only `float32` and `float16` have gradients. */
export type Dtype = "float32" | "float16" | "int64" | "int32" | "int8" | "uint8" | "bool";

/** The typed array that holds each element type on the host; bool is one byte (0 or 1), float16 its bit pattern. */
export interface DataOf {
  float32: Float32Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TensorData = DataOf[Dtype];

export const bytesPerElement: Readonly<Record<Dtype, number>> = {
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
  bool: 1,
};

export function isFloat(dtype: Dtype): boolean {
  return dtype === "float32" || dtype === "float16";
}

/** Numbers as the host array of a dtype. @throws RangeError for float16, whose bits a caller must supply. */
export function hostData(dtype: Dtype, values: readonly number[]): TensorData {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "int64":
      return BigInt64Array.from(values, BigInt);
    case "int32":
      return Int32Array.from(values);
    case "int8":
      return Int8Array.from(values);
    case "uint8":
      return Uint8Array.from(values);
    case "bool":
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    case "float16":
      throw new RangeError("float16 constants are given as their bits: pass a Uint16Array.");
  }
}
