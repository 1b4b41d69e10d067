/**
 * The sessions that run a decoder's steps: one for each variant of the graph, opened when first needed. All hold the
 * same weights, so a large model keeps to the fewest variants.
 */
import { emit, Session, type SessionOptions, type Weights } from "@weightsmith/onnx";
import type { DecoderConfig } from "../model/config.ts";
import { type Model, parameterCount } from "../model/parameters.ts";
import type { Quantization } from "./quantize.ts";
import { fusedWeights, type LoraMode, quantizedWeights, type StepShape, stepGraph } from "./step-graph.ts";

/** Above this many parameters prefill and decoding share a session: a second copy of the weights costs more than it gains. */
const largeParameters = 100e6;

export class StepSessions {
  readonly config: DecoderConfig;
  readonly #weights: Weights;
  readonly #quantized: boolean;
  readonly #options: SessionOptions;
  /** Whether the model is so large that few variants are kept. */
  readonly large: boolean;
  readonly #open = new Map<string, Promise<Session>>();
  #released = false;

  constructor(model: Model<DecoderConfig>, options: SessionOptions = {}, quantization?: Quantization) {
    this.config = model.config;
    const fused = fusedWeights(model.config, model.weights);
    this.#weights = quantization ? quantizedWeights(model.config, fused, quantization) : fused;
    this.#quantized = quantization !== undefined;
    this.#options = options;
    this.large = parameterCount(model.config) > largeParameters;
  }

  /**
   * The session for steps of this many tokens a row.
   * @throws RangeError after `release`
   */
  get(tokens: number, lora: LoraMode, source: "tokens" | "embeddings" = "tokens"): Promise<Session> {
    if (this.#released) throw new RangeError("This language model was released: open another one.");
    const ownHead = this.#quantized;
    const shape: StepShape = this.large
      ? { length: "length", lora: lora === "none" ? "none" : "rows", source, ownHead }
      : { length: tokens === 1 && source === "tokens" ? 1 : "length", lora, source, ownHead };
    const key = Object.values(shape).join(" ");
    let session = this.#open.get(key);
    if (!session) {
      session = Session.open(emit(stepGraph(this.config, shape), this.#weights), this.#options);
      this.#open.set(key, session);
      // A failure is reported to whoever waits for it, and not remembered.
      session.catch(() => this.#open.delete(key));
    }
    return session;
  }

  async release(): Promise<void> {
    this.#released = true;
    const sessions = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const session of sessions) if (session.status === "fulfilled") await session.value.release();
  }
}
