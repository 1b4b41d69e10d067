/**
 * Rows of tokens to batches of one fixed shape. Several short rows are packed into one line of a batch, told apart by
 * segment numbers (attention never crosses them), so that little computation goes to padding and one graph serves
 * rows of every length.
 */

/** One training text: its tokens and how much predicting each of them counts. */
export interface Row {
  readonly tokens: ArrayLike<number>;
  /** Loss weight of predicting `tokens[i]` from those before it, for every i; `weights[0]` is ignored. Default: 1. */
  readonly weights?: ArrayLike<number>;
}

/** B lines of T tokens. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
}

/** What a training step reads; all arrays are row-major [rows, length]. */
export interface Batch extends BatchShape {
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
  /** Loss weight of each target; 0 where there is none. */
  readonly weights: Float32Array;
  /** Position of each token within its own row. */
  readonly positions: BigInt64Array;
  /** 1, 2, … for the rows packed into a line; 0 is padding. */
  readonly segments: Int32Array;
  /** Tokens that are not padding. */
  readonly tokenCount: number;
}

/** Fills a batch line by line; rows are refused, not cut, when no line has room. */
export class BatchPacker {
  readonly shape: BatchShape;
  readonly #free: Int32Array;
  readonly #segments: Int32Array;
  readonly #batch: {
    tokens: BigInt64Array;
    targets: BigInt64Array;
    weights: Float32Array;
    positions: BigInt64Array;
    segments: Int32Array;
  };
  #tokenCount = 0;

  constructor(shape: BatchShape) {
    const size = shape.rows * shape.length;
    this.shape = shape;
    this.#free = new Int32Array(shape.rows).fill(shape.length);
    this.#segments = new Int32Array(shape.rows);
    this.#batch = {
      tokens: new BigInt64Array(size),
      targets: new BigInt64Array(size),
      weights: new Float32Array(size),
      positions: new BigInt64Array(size),
      segments: new Int32Array(size),
    };
  }

  get empty(): boolean {
    return this.#tokenCount === 0;
  }

  /**
   * Adds a row to the line where it leaves least room (best fit).
   * @returns whether there was room
   * @throws RangeError if the row has fewer than 2 tokens or could not fit an empty line
   */
  add(row: Row): boolean {
    const count = row.tokens.length - 1;
    const { length } = this.shape;
    if (count < 1) throw new RangeError("A row needs at least 2 tokens: one to read and one to predict.");
    if (count > length) {
      throw new RangeError(
        `A row of ${count + 1} tokens does not fit a line of ${length} (+1): cut it or make lines longer.`,
      );
    }
    let line = -1;
    for (let candidate = 0; candidate < this.#free.length; candidate++) {
      const free = this.#free[candidate] as number;
      if (free >= count && (line < 0 || free < (this.#free[line] as number))) line = candidate;
    }
    if (line < 0) return false;
    const start = line * length + length - (this.#free[line] as number);
    const segment = (this.#segments[line] as number) + 1;
    const { tokens, targets, weights, positions, segments } = this.#batch;
    for (let index = 0; index < count; index++) {
      tokens[start + index] = BigInt(row.tokens[index] as number);
      targets[start + index] = BigInt(row.tokens[index + 1] as number);
      weights[start + index] = row.weights ? (row.weights[index + 1] as number) : 1;
      positions[start + index] = BigInt(index);
      segments[start + index] = segment;
    }
    this.#free[line] = (this.#free[line] as number) - count;
    this.#segments[line] = segment;
    this.#tokenCount += count;
    return true;
  }

  /** The batch; the packer must not be used afterwards. */
  finish(): Batch {
    return { ...this.shape, ...this.#batch, tokenCount: this.#tokenCount };
  }
}

/**
 * A full batch from an endless source: draws rows until `patience` of them in a row found no room. Rows that found
 * none are dropped, which is right for generated data and wrong for a finite set (use `packRows`).
 */
export function drawBatch(shape: BatchShape, next: () => Row, patience = 4): Batch {
  const packer = new BatchPacker(shape);
  for (let misses = 0; misses < patience; ) {
    if (packer.add(next())) misses = 0;
    else misses++;
  }
  return packer.finish();
}

/** Batches that hold every row of a finite set exactly once, longest first; the last may be partly empty. */
export function packRows(shape: BatchShape, rows: readonly Row[]): Batch[] {
  const open: BatchPacker[] = [];
  for (const row of [...rows].sort((a, b) => b.tokens.length - a.tokens.length)) {
    if (open.some((packer) => packer.add(row))) continue;
    const packer = new BatchPacker(shape);
    packer.add(row);
    open.push(packer);
  }
  return open.map((packer) => packer.finish());
}
