/** What the amortised compiler reads: hidden states of the frozen interpreter over spec and examples, pooled. */
import { decoderTrainingGraph } from "@weightsmith/nn";
import { emit, Session } from "@weightsmith/onnx";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import {
  contextSegments,
  encodeSegments,
  type PromptContext,
  type PromptSegment,
} from "../../interpreter/prompt.ts";
import { featureCount, featureParts } from "./shape.ts";

/** A context as tokens, and to which mean each of them belongs: 0 spec, 1 inputs, 2 outputs. */
export interface EncodedContext {
  readonly tokens: readonly number[];
  readonly parts: readonly number[];
}

export function encodeContext(
  context: PromptContext,
  { encoder }: Pick<Interpreter, "encoder">,
): EncodedContext {
  const tokens: number[] = [];
  const parts: number[] = [];
  let part = 0;
  const append = (segment: PromptSegment) => {
    const ids = encodeSegments([segment], encoder);
    for (const id of ids) {
      tokens.push(id);
      parts.push(part);
    }
  };
  for (const segment of contextSegments(context)) {
    if ("mark" in segment) {
      if (segment.mark === "input") part = 1;
      else if (segment.mark === "output") part = 2;
    }
    append(segment);
  }
  return { tokens, parts };
}

/** Reads contexts, several at once. */
export class FeatureReader {
  readonly #session: Session;
  readonly #shape: { rows: number; length: number };
  readonly #width: number;
  readonly #features: number;

  private constructor(
    session: Session,
    shape: { rows: number; length: number },
    width: number,
    features: number,
  ) {
    this.#session = session;
    this.#shape = shape;
    this.#width = width;
    this.#features = features;
  }

  /** @param length tokens of the longest context read; longer ones are read to there */
  static async open(
    { config, weights }: Pick<Interpreter, "config" | "weights">,
    {
      rows,
      length,
      device = "cpu",
      threads,
    }: { rows: number; length: number; device?: string; threads?: number },
  ): Promise<FeatureReader> {
    const { hidden } = decoderTrainingGraph(config, { rows, length });
    const session = await Session.open(emit({ hidden }, weights), {
      device: device as "auto",
      ...(threads === undefined ? {} : { threads }),
    });
    return new FeatureReader(session, { rows, length }, config.width, featureCount(config));
  }

  /** @param contexts at most `rows` @returns float32 [rows, F], row-major; zeros for rows without a context */
  async read(contexts: readonly EncodedContext[]): Promise<Float32Array> {
    const { rows, length } = this.#shape;
    if (contexts.length > rows)
      throw new RangeError(`at most ${rows} contexts at once; got ${contexts.length}`);
    const feeds = linesOf(contexts, this.#shape);
    const states = (await this.#session.run(feeds)).hidden!.data as Float32Array;
    const out = new Float32Array(rows * this.#features);
    for (const [row, { tokens, parts }] of contexts.entries()) {
      const used = Math.min(tokens.length, length);
      this.#pool(states, row, used, parts, out);
    }
    return out;
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  #pool(states: Float32Array, row: number, used: number, parts: readonly number[], out: Float32Array): void {
    const width = this.#width;
    const base = row * this.#features;
    const counts = new Array<number>(featureParts - 1).fill(0);
    for (let at = 0; at < used; at++) counts[parts[at]!]!++;
    for (let at = 0; at < used; at++) {
      const part = parts[at]!;
      const share = 1 / counts[part]!;
      const from = (row * this.#shape.length + at) * width;
      const to = base + part * width;
      for (let i = 0; i < width; i++) out[to + i] = out[to + i]! + states[from + i]! * share;
    }
    const last = (row * this.#shape.length + used - 1) * width;
    out.set(states.subarray(last, last + width), base + (featureParts - 1) * width);
  }
}

/** Every context on a line of its own. */
function linesOf(contexts: readonly EncodedContext[], { rows, length }: { rows: number; length: number }) {
  const size = rows * length;
  const feeds = {
    tokens: new BigInt64Array(size),
    positions: new BigInt64Array(size),
    segments: new Int32Array(size),
  };
  for (const [row, { tokens }] of contexts.entries()) {
    for (let at = 0; at < Math.min(tokens.length, length); at++) {
      feeds.tokens[row * length + at] = BigInt(tokens[at]!);
      feeds.positions[row * length + at] = BigInt(at);
      feeds.segments[row * length + at] = 1;
    }
  }
  return feeds;
}
