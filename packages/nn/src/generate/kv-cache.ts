/**
 * Keys and values of the tokens a batch has read, on the host, one buffer a layer. Rows have lengths of their own;
 * slots beyond a row's length hold zeros or leftovers, which attention never sees.
 *
 * B rows, S slots, G key heads, C head width. Keys are stored [B,G,C,S], values [B,G,S,C], which is how the products
 * of attention read them.
 */
import { Value } from "@weightsmith/onnx";

/** What decides the size of a cache. A decoder's configuration is one. */
export interface KvShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headWidth: number;
}

/** Keys and values of some tokens at the start of a text, [G,length,C] a layer; read-only, shared by many rows. */
export interface KvPrefix {
  readonly length: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/** Capacities grow by this many slots at least, so that the buffers of a long answer are rarely rebuilt. */
const slotStep = 32;

export class KvCache {
  readonly rows: number;
  /** Tokens held, by row. */
  readonly lengths: Int32Array;
  #capacity = 0;
  #keys: Float32Array<ArrayBuffer>[] = [];
  #values: Float32Array<ArrayBuffer>[] = [];
  readonly #layers: number;
  readonly #heads: number;
  readonly #width: number;

  constructor(config: KvShape, rows: number, capacity = 1) {
    this.rows = rows;
    this.lengths = new Int32Array(rows);
    this.#layers = config.layers;
    this.#heads = config.kvHeads;
    this.#width = config.headWidth;
    this.reserve(capacity);
  }

  /** Slots a row. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes a cache of this shape takes. */
  static bytes(config: KvShape, rows: number, capacity: number): number {
    return 2 * 4 * config.layers * rows * config.kvHeads * config.headWidth * capacity;
  }

  /** The buffers of a layer as values for a session: keys [B,G,C,S] and values [B,G,S,C]. */
  layer(index: number): { key: Value; value: Value } {
    const [b, g, c, s] = [this.rows, this.#heads, this.#width, this.#capacity];
    return {
      key: Value.of("float32", [b, g, c, s], this.#keys[index] as Float32Array<ArrayBuffer>),
      value: Value.of("float32", [b, g, s, c], this.#values[index] as Float32Array<ArrayBuffer>),
    };
  }

  /** Makes room for `slots` tokens a row, keeping what is held. */
  reserve(slots: number): void {
    if (slots <= this.#capacity) return;
    const before = this.#capacity;
    const after = Math.ceil(Math.max(slots, Math.min(before * 1.5, before + 1024)) / slotStep) * slotStep;
    const vectors = this.rows * this.#heads;
    for (let layer = 0; layer < this.#layers; layer++) {
      const keys = new Float32Array(vectors * this.#width * after);
      const values = new Float32Array(vectors * this.#width * after);
      const oldKeys = this.#keys[layer];
      const oldValues = this.#values[layer];
      if (oldKeys && oldValues) {
        for (let at = 0; at < vectors * this.#width; at++) {
          keys.set(oldKeys.subarray(at * before, (at + 1) * before), at * after);
        }
        const stride = before * this.#width;
        for (let at = 0; at < vectors; at++) {
          values.set(oldValues.subarray(at * stride, (at + 1) * stride), at * after * this.#width);
        }
      }
      this.#keys[layer] = keys;
      this.#values[layer] = values;
    }
    this.#capacity = after;
  }

  /** Starts a row over with a prefix, or with nothing. */
  start(row: number, prefix?: KvPrefix): void {
    this.lengths[row] = 0;
    if (!prefix) return;
    this.reserve(prefix.length);
    for (let layer = 0; layer < this.#layers; layer++) {
      this.#write(layer, row, prefix.keys[layer] as Float32Array, prefix.values[layer] as Float32Array, {
        length: prefix.length,
        stride: prefix.length,
        source: 0,
      });
    }
    this.lengths[row] = prefix.length;
  }

  /**
   * Adds the new keys and values of one step to every layer.
   * @param layers float32 [B,G,T,C] each   @param counts how many of the T tokens are real, by row
   */
  append(
    layers: readonly { readonly key: Float32Array; readonly value: Float32Array }[],
    steps: number,
    counts: ArrayLike<number>,
  ): void {
    let most = 0;
    for (let row = 0; row < this.rows; row++) {
      most = Math.max(most, (this.lengths[row] as number) + (counts[row] as number));
    }
    this.reserve(most);
    for (const [layer, { key, value }] of layers.entries()) {
      for (let row = 0; row < this.rows; row++) {
        const length = counts[row] as number;
        if (length > 0) this.#write(layer, row, key, value, { length, stride: steps, source: row });
      }
    }
    for (let row = 0; row < this.rows; row++) {
      this.lengths[row] = (this.lengths[row] as number) + (counts[row] as number);
    }
  }

  /** Copies tokens [source,G,0…length,C] of arrays with `stride` tokens a head to the end of a row. */
  #write(
    layer: number,
    row: number,
    key: Float32Array,
    value: Float32Array,
    from: { length: number; stride: number; source: number },
  ): void {
    const keys = this.#keys[layer] as Float32Array;
    const values = this.#values[layer] as Float32Array;
    const width = this.#width;
    const slots = this.#capacity;
    const start = this.lengths[row] as number;
    for (let head = 0; head < this.#heads; head++) {
      const target = row * this.#heads + head;
      const source = (from.source * this.#heads + head) * from.stride * width;
      values.set(value.subarray(source, source + from.length * width), (target * slots + start) * width);
      for (let component = 0; component < width; component++) {
        const base = (target * width + component) * slots + start;
        for (let token = 0; token < from.length; token++) {
          keys[base + token] = key[source + token * width + component] as number;
        }
      }
    }
  }

  /** The first `length` tokens of a row, as a prefix of its own. */
  prefixOf(row: number, length = this.lengths[row] as number): KvPrefix {
    const width = this.#width;
    const slots = this.#capacity;
    const copy = (read: (layer: number, head: number, token: number, component: number) => number) =>
      Array.from({ length: this.#layers }, (_, layer) => {
        const values = new Float32Array(this.#heads * length * width);
        let at = 0;
        for (let head = 0; head < this.#heads; head++) {
          for (let token = 0; token < length; token++) {
            for (let component = 0; component < width; component++) {
              values[at++] = read(layer, row * this.#heads + head, token, component);
            }
          }
        }
        return values;
      });
    return {
      length,
      keys: copy(
        (layer, head, token, c) =>
          (this.#keys[layer] as Float32Array)[(head * width + c) * slots + token] as number,
      ),
      values: copy(
        (layer, head, token, c) =>
          (this.#values[layer] as Float32Array)[(head * slots + token) * width + c] as number,
      ),
    };
  }

  /** A cache whose row i is this one's row `rows[i]`: drops, keeps, reorders or repeats rows. */
  select(config: KvShape, rows: readonly number[]): KvCache {
    const result = new KvCache(config, rows.length, this.#capacity);
    const size = this.#heads * this.#width * this.#capacity;
    for (let layer = 0; layer < this.#layers; layer++) {
      for (const [to, from] of rows.entries()) {
        const part = [from * size, (from + 1) * size] as const;
        (result.#keys[layer] as Float32Array).set(
          (this.#keys[layer] as Float32Array).subarray(...part),
          to * size,
        );
        (result.#values[layer] as Float32Array).set(
          (this.#values[layer] as Float32Array).subarray(...part),
          to * size,
        );
      }
    }
    for (const [to, from] of rows.entries()) result.lengths[to] = this.lengths[from] as number;
    return result;
  }
}
