/**
 * What a line came to. An error of one line is its own: it goes to the error file, and the others go on. Only a store
 * that is away, or the job's end, stops them all.
 */
import { AppError } from "@weightsmith/contract";

export interface AskedLine {
  readonly number: number;
  readonly text: string;
}

export type Outcome = { readonly value: object } | { readonly error: AppError };

/** Answers lines, in their order; of each it also tells the caller's own name for it. */
export interface Answerer {
  answer(lines: readonly AskedLine[]): Promise<readonly (Outcome & { readonly customId: string | null })[]>;
  /** As a line of the output or of the error file. */
  shown(number: number, customId: string | null, outcome: Outcome): object;
}

/** @throws what is not the line's own: the signal's reason, an error that may pass */
export async function outcomeOf(signal: AbortSignal, work: () => Promise<object>): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError && !error.retryable) return { error };
    throw error;
  }
}

/** @throws AppError request.invalid_json */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("request.invalid_json", { message: "The line is not JSON.", cause });
  }
}

/** Whatever the caller called the line, if that can be told. */
export function customIdOf(value: unknown): string | null {
  const id = typeof value === "object" && value !== null && "custom_id" in value ? value.custom_id : null;
  return typeof id === "string" && id.length <= 512 ? id : null;
}
