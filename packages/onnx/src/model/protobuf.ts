// A writer of the protobuf wire format: as much of it as ONNX needs. Large byte strings are kept by reference until the
// message is finished, so that weights are copied once.

type Chunk = Uint8Array | readonly number[];

/** A protobuf message under construction. Field numbers and types are the caller's. */
export class ProtobufWriter {
  readonly #chunks: Chunk[] = [];
  #open: number[] = [];
  #bytes = 0;

  /** An integer field (int32, int64, enum). Negative numbers take ten bytes, as two's complement. */
  integer(field: number, value: number | bigint): this {
    this.#varint(field << 3);
    return this.#varint(value);
  }

  /** A 32-bit float field. */
  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** A byte string field. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#append(value);
    return this;
  }

  /** A text field. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A nested message. */
  message(field: number, value: ProtobufWriter): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.byteLength);
    this.#close();
    value.#close();
    this.#chunks.push(...value.#chunks);
    this.#bytes += value.#bytes;
    return this;
  }

  get byteLength(): number {
    return this.#bytes + this.#open.length;
  }

  /** The message's bytes. @throws RangeError above 2 GB, which protobuf cannot hold */
  finish(): Uint8Array<ArrayBuffer> {
    this.#close();
    if (this.#bytes >= 2 ** 31) {
      throw new RangeError(
        `The model takes ${this.#bytes} bytes and protobuf holds 2147483647: keep its weights in external data.`,
      );
    }
    const result = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      result.set(chunk, at);
      at += chunk.length;
    }
    return result;
  }

  #varint(value: number | bigint): this {
    if (typeof value === "number" && value >= 0 && value < 2 ** 31) {
      let rest = value;
      for (; rest > 127; rest >>>= 7) this.#open.push((rest & 127) | 128);
      this.#open.push(rest);
      return this;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) this.#open.push(Number(rest & 127n) | 128);
    this.#open.push(Number(rest));
    return this;
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length <= 64) {
      this.#open.push(...bytes);
      return;
    }
    this.#close();
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  #close(): void {
    if (this.#open.length === 0) return;
    this.#chunks.push(this.#open);
    this.#bytes += this.#open.length;
    this.#open = [];
  }
}
