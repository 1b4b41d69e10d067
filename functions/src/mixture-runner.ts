/** What the process that runs programs does with mixtures of specialists. */
import type { SpecialistGates, SpecialistGenerate } from "@weightsmith/contract";

/** A trained part of a mixture: the generalist goes by `general` and comes first. */
export interface MixturePart {
  readonly name: string;
  readonly sha256: string;
}

/** Certain text of a completion; the last piece has `end`. */
export interface SpecialistCompletionPiece {
  readonly text: string;
  readonly end?: {
    readonly promptTokens: number;
    readonly tokens: number;
    readonly finish: "stop" | "length" | "aborted";
    readonly specialists: Readonly<Record<string, number>>;
  };
}

/** Writes text with a mixture. @throws AppError run.input_too_long, artifact.* */
export interface MixtureRunner {
  complete(call: {
    readonly parts: readonly MixturePart[];
    readonly request: Omit<SpecialistGenerate, "stream"> & { readonly topP?: number };
    readonly signal: AbortSignal;
  }): AsyncGenerator<SpecialistCompletionPiece>;
  /** How many tokens a prompt has. */
  promptTokens(call: { readonly parts: readonly MixturePart[]; readonly prompt: string }): Promise<number>;
  gates(call: {
    readonly parts: readonly MixturePart[];
    readonly prompt: string;
    readonly routing: SpecialistGenerate["routing"];
  }): Promise<SpecialistGates>;
}
