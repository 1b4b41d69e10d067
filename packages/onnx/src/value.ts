// A tensor of numbers: what is fed to a session and what comes out of it. It may live on the host or on the device that
// made it; a value on a device can be fed back without leaving it.
import {
  type DataOf,
  type Dtype,
  elementCount,
  formatShape,
  hostData,
  type TensorData,
} from "@weightsmith/autodiff";
import ort from "#runtime";

/** What may be fed for an input: a value, its host array, or plain numbers. */
export type Feed = Value | TensorData | readonly number[];

export class Value {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** @internal The runtime's own tensor. */
  readonly runtime: ort.Tensor;

  /** @internal Use {@link Value.of}. */
  constructor(runtime: ort.Tensor) {
    this.runtime = runtime;
    this.dtype = runtime.type as Dtype;
    this.shape = runtime.dims;
  }

  /**
   * A value on the host.
   * @param data the host array of `dtype`, row-major (kept, not copied), or numbers
   * @throws RangeError if the shape does not hold as many elements
   */
  static of<D extends Dtype>(dtype: D, shape: readonly number[], data: DataOf[D] | readonly number[]): Value {
    if (elementCount(shape) !== data.length) {
      throw new RangeError(
        `A value of shape ${formatShape(shape)} holds ${elementCount(shape)} elements; received ${data.length}.`,
      );
    }
    const array = ArrayBuffer.isView(data) ? data : hostData(dtype, data);
    return new Value(new ort.Tensor(dtype, array as Float32Array, shape as number[]));
  }

  /** Zeros on the host. */
  static zeros(dtype: Dtype, shape: readonly number[]): Value {
    const count = Number(elementCount(shape));
    const arrays = { float32: Float32Array, float16: Uint16Array, int64: BigInt64Array, int32: Int32Array };
    const bytes = { int8: Int8Array, uint8: Uint8Array, bool: Uint8Array };
    return Value.of(dtype, shape, new { ...arrays, ...bytes }[dtype](count));
  }

  /** The elements, row-major. @throws Error if the value lives on a device: use {@link read} */
  get data(): TensorData {
    const { data } = this.runtime;
    // Where the host has Float16Array, the runtime uses it; its bits are what a graph's float16 data are.
    if (this.dtype === "float16" && !(data instanceof Uint16Array)) {
      const { buffer, byteOffset, length } = data as unknown as Uint16Array;
      return new Uint16Array(buffer, byteOffset, length);
    }
    return data as TensorData;
  }

  /** The elements, brought from the device if need be. */
  async read(): Promise<TensorData> {
    if (this.runtime.location !== "cpu") await this.runtime.getData();
    return this.data;
  }

  /** The one number of a value with one element. @throws RangeError if it has another count */
  get number(): number {
    if (this.data.length !== 1) {
      throw new RangeError(`A value of shape ${formatShape(this.shape)} is no single number.`);
    }
    return Number(this.data[0]);
  }

  /** Frees a device's memory now rather than at garbage collection. The value is unusable afterwards. */
  dispose(): void {
    this.runtime.dispose();
  }
}
