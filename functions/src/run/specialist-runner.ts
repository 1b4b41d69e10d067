/**
 * Writes text with mixtures from the object store. Generalists stay in memory once loaded, whoever uses them; a
 * mixture is a small stack of experts beside one, and is made anew when a specialist came or went.
 */
import { AppError } from "@weightsmith/contract";
import { Artifact } from "@weightsmith/core";
import { decodeExpert, decodeGeneralist, Mixture } from "@weightsmith/specialists";
import type { MixturePart, MixtureRunner } from "../mixture-runner.ts";

export interface SpecialistRunnerOptions {
  readonly storage: Artifact.Storage;
  readonly threads?: number;
  /** How many mixtures stay ready. Default 16. */
  readonly keep?: number;
  /** How many generalists stay loaded. Default 2. */
  readonly keepGeneralists?: number;
}

export function specialistRunner(options: SpecialistRunnerOptions): MixtureRunner {
  const { storage, threads, keep = 16, keepGeneralists = 2 } = options;
  const session = { device: "cpu", ...(threads === undefined ? {} : { threads }) } as const;
  const generalists = new Recent<Mixture>(keepGeneralists, (old) => old.release());
  const mixtures = new Recent<Mixture>(keep);

  const mixtureOf = async ([general, ...specialists]: readonly MixturePart[]): Promise<Mixture> => {
    // Asked for each time, so that a generalist in use is not the one that is let go.
    const base = await generalists.get(general!.sha256, async () => {
      const bytes = await Artifact.get(storage, general!.sha256);
      return new Mixture(decodeGeneralist(bytes), { session });
    });
    const key = [general!, ...specialists].map(({ name, sha256 }) => `${name} ${sha256}`).join("\n");
    return mixtures.get(key, async () => {
      const experts = specialists.map(async ({ name, sha256 }) => ({
        name,
        expert: decodeExpert(base.config, await Artifact.get(storage, sha256), name),
      }));
      return base.with(await Promise.all(experts));
    });
  };

  return {
    async *complete({ parts, request, signal }) {
      const mixture = await mixtureOf(parts);
      const { prompt, stop, temperature, seed, routing } = request;
      const wanted = {
        ...(request.topP === undefined ? {} : { topP: request.topP }),
        prompt,
        stop,
        temperature,
        seed,
        routing,
        maxTokens: request.max_new_tokens,
        topK: request.top_k,
      };
      try {
        yield* mixture.stream(wanted, signal);
      } catch (error) {
        throw fitting(error);
      }
    },
    async promptTokens({ parts, prompt }) {
      return (await mixtureOf(parts)).promptTokens(prompt);
    },
    async gates({ parts, prompt, routing }) {
      const mixture = await mixtureOf(parts);
      try {
        return await mixture.gates(prompt, routing);
      } catch (error) {
        throw fitting(error);
      }
    },
  };
}

/** What the mixture refuses is the prompt's length. */
function fitting(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new AppError("run.input_too_long", { message: error.message, cause: error });
}

/** The values used last, by key; one that could not be made is tried again. */
class Recent<T> {
  readonly #most: number;
  readonly #letGo: ((value: T) => Promise<void>) | undefined;
  readonly #values = new Map<string, Promise<T>>();

  constructor(most: number, letGo?: (value: T) => Promise<void>) {
    this.#most = most;
    this.#letGo = letGo;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    value.catch(() => this.#values.delete(key));
    for (const [oldest, old] of this.#values) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
      old.then(this.#letGo, () => {});
    }
    return value;
  }
}
