/**
 * The sessions that run a decoder's steps: one for each variant of the graph, opened when first needed. All hold the
 * same weights, so a large model keeps to the fewest variants.
 */
import { emit, Session, type SessionOptions } from "@weightsmith/onnx";
import type { DecoderConfig } from "../model/config.ts";
import { type Model, parameterCount } from "../model/parameters.ts";
import { fusedWeights, type LoraMode, type StepShape, stepGraph } from "./step-graph.ts";

/** Above this many parameters prefill and decoding share a session: a second copy of the weights costs more than it gains. */
const largeParameters = 100e6;

export class StepSessions {
  readonly config: DecoderConfig;
  readonly #weights: ReadonlyMap<string, Float32Array>;
  readonly #options: SessionOptions;
  /** Whether the model is so large that few variants are kept. */
  readonly large: boolean;
  readonly #open = new Map<string, Promise<Session>>();
  #released = false;

  constructor(model: Model<DecoderConfig>, options: SessionOptions = {}) {
    this.config = model.config;
    this.#weights = fusedWeights(model.config, model.weights);
    this.#options = options;
    this.large = parameterCount(model.config) > largeParameters;
  }

  /**
   * The session for steps of this many tokens a row.
   * @throws RangeError after `release`
   */
  get(tokens: number, lora: LoraMode, source: "tokens" | "embeddings" = "tokens"): Promise<Session> {
    if (this.#released) throw new RangeError("This language model was released: open another one.");
    const shape: StepShape = this.large
      ? { length: "length", lora: lora === "none" ? "none" : "rows", source }
      : { length: tokens === 1 && source === "tokens" ? 1 : "length", lora, source };
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
