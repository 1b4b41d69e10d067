/**
 * A decoder that writes: loads a model once and answers any number of requests, in batches whose rows may differ in
 * length, adapter, sampling and constraint. Works on tokens; text.ts adds text.
 */
import type { SessionOptions } from "@weightsmith/onnx";
import type { Adapter } from "../adapter/adapter.ts";
import type { DecoderConfig } from "../model/config.ts";
import { checkWeights, type Model } from "../model/parameters.ts";
import { type BeamOptions, beamSearch, type ScoredCompletion } from "./beam-search.ts";
import { Decoding } from "./decoding.ts";
import type { KvPrefix } from "./kv-cache.ts";
import { type PreparedAdapter, prepareAdapter } from "./prepared-adapter.ts";
import type { Quantization } from "./quantize.ts";
import { logSumExp } from "./sampling.ts";
import { StepSessions } from "./step-sessions.ts";
import {
  type Completion,
  type GeneratedToken,
  type WritingOptions,
  type WritingRow,
  type WritingSettings,
  write,
  writeAll,
} from "./writing.ts";

export interface LanguageModelOptions {
  readonly session?: SessionOptions;
  /** The most tokens a text may have, prefix included. Default: what the model was made for. */
  readonly context?: number;
  /** Keep projections and the output matrix in few bits: smaller, faster for large models, not quite the same answers. */
  readonly quantize?: Quantization;
}

/** One text to go on with. */
export interface GenerationRequest extends WritingOptions {
  /** What to read first; at least one token. */
  readonly tokens: readonly number[];
  readonly adapter?: PreparedAdapter | undefined;
  /** What was read before `tokens` (see `LanguageModel.prefix`). Default: the adapter's own prefix. */
  readonly prefix?: KvPrefix | undefined;
}

const rowOf = (request: GenerationRequest): WritingRow => ({
  first: request.tokens,
  seen: request.tokens,
  options: request,
});

export class LanguageModel {
  readonly config: DecoderConfig;
  readonly context: number;
  readonly #sessions: StepSessions;

  private constructor(model: Model<DecoderConfig>, options: LanguageModelOptions) {
    this.config = model.config;
    this.context = options.context ?? model.config.maxPositions;
    if (model.config.positions.kind === "learned" && this.context > model.config.maxPositions) {
      throw new RangeError(
        `The model has ${model.config.maxPositions} learned positions; a context of ${this.context} needs more.`,
      );
    }
    this.#sessions = new StepSessions(model, options.session, options.quantize);
  }

  /**
   * Loads a model. The weights are copied into the runtime; the caller's may be dropped.
   * @throws RangeError if the weights do not fit the configuration
   * @throws DeviceError if a device asked for by name is not available
   */
  static async open(model: Model<DecoderConfig>, options: LanguageModelOptions = {}): Promise<LanguageModel> {
    checkWeights(model.config, model.weights);
    const opened = new LanguageModel(model, options);
    await opened.#sessions.get(1, "none");
    return opened;
  }

  /** An adapter made ready for requests; milliseconds for one of usual size. */
  async prepare(adapter: Adapter): Promise<PreparedAdapter> {
    const prepared = prepareAdapter(this.config, adapter);
    if (!prepared.prompt) return prepared;
    // A learned prompt is read once and stays as the keys and values it became.
    const { prompt, ...rest } = prepared;
    const decoding = new Decoding(this.#sessions, [{ adapter: rest }], this.context);
    await decoding.readEmbeddings(prompt.embeddings, prompt.length);
    return { ...rest, prefix: decoding.prefixOf(0) };
  }

  /** Reads tokens once, so that requests which begin with them need not: the keys and values of all layers. */
  async prefix(
    tokens: readonly number[],
    from: { adapter?: PreparedAdapter; prefix?: KvPrefix } = {},
  ): Promise<KvPrefix> {
    const decoding = new Decoding(this.#sessions, [from], this.context);
    if (tokens.length > 0) await decoding.read([tokens], { logits: false });
    return decoding.prefixOf(0);
  }

  /**
   * Writes all requests in one batch; results in the order of the requests.
   * @throws RangeError for options out of range, an empty request, or one that fills the context
   */
  async generate(
    requests: readonly GenerationRequest[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Completion[]> {
    if (requests.length === 0) return [];
    return await writeAll(this.#decoding(requests), requests.map(rowOf), this.#settings(options.signal));
  }

  /**
   * Writes all requests in one batch, token by token, rows interleaved. Leaving the loop ends the work. A row's last
   * event carries `finish`; its token is -1 if it ended without one (aborted, or no room at all).
   * @throws RangeError for options out of range, an empty request, or one that fills the context
   */
  async *stream(
    requests: readonly GenerationRequest[],
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<GeneratedToken> {
    if (requests.length === 0) return;
    yield* write(this.#decoding(requests), requests.map(rowOf), this.#settings(options.signal));
  }

  /**
   * Beam search: the likeliest answers found by keeping `beams` of them at every step, best first.
   * @throws RangeError for options out of range, an empty request, or one that fills the context
   */
  async search(request: GenerationRequest, options: BeamOptions): Promise<ScoredCompletion[]> {
    return await beamSearch(
      this.#decoding([request]),
      rowOf(request),
      this.#settings(options.signal),
      options,
    );
  }

  /**
   * The log-probability of each token of each text but its first, given those before it.
   * @returns by text: ln P(tokens[i+1] | prefix, tokens[0…i]) at index i, natural logarithm
   */
  async score(
    texts: readonly { tokens: readonly number[]; adapter?: PreparedAdapter; prefix?: KvPrefix }[],
  ): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    const results = texts.map(({ tokens }) => new Float32Array(Math.max(0, tokens.length - 1)));
    const decoding = new Decoding(this.#sessions, texts, this.context);
    const { vocabSize } = this.config;
    for await (const part of decoding.readAll(texts.map(({ tokens }) => tokens.slice(0, -1)))) {
      for (const [row, { tokens }] of texts.entries()) {
        for (let index = 0; index < part.length; index++) {
          const at = part.start + index;
          if (at >= tokens.length - 1) break;
          const start = (row * part.length + index) * vocabSize;
          const logits = part.logits.subarray(start, start + vocabSize);
          results[row]![at] = logits[tokens[at + 1]!]! - logSumExp(logits);
        }
      }
    }
    return results;
  }

  #decoding(requests: readonly GenerationRequest[]): Decoding {
    return new Decoding(this.#sessions, requests, this.context);
  }

  #settings(signal: AbortSignal | undefined): WritingSettings {
    const { vocabSize, endTokenIds } = this.config;
    return { vocabSize, endTokenIds, context: this.context, signal };
  }

  /** Gives the memory back; the model is unusable afterwards. */
  async release(): Promise<void> {
    await this.#sessions.release();
  }
}
