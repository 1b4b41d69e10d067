/** What every training of this package is told and tells. */
import { AppError } from "@weightsmith/contract";
import type { SessionOptions } from "@weightsmith/onnx";

export interface TrainingProgress {
  /** What is being trained: `tokenizer`, `generalist`, or a specialist's name. */
  readonly what: string;
  readonly step: number;
  readonly steps: number;
  /** Mean loss a token since the last report, nats. */
  readonly loss: number;
  /** Loss a token on the validation text looked at last, nats. */
  readonly validationLoss?: number;
}

export interface TrainingOptions {
  readonly session?: SessionOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** Where an interrupted training goes on, and where it leaves word. */
  readonly checkpoint?: {
    load(): Promise<Uint8Array | undefined>;
    save(bytes: Uint8Array, step: number): Promise<void>;
  };
}

/** @throws AppError training.diverged */
export function requireFinite(loss: number, what: string, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new AppError("training.diverged", {
    message: `The loss of ${what} became ${loss} at step ${step}.`,
    context: { what, step },
  });
}

export const meanOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Whether a multiple of `every` lies in (from, to]. */
export const crosses = (from: number, to: number, every: number): boolean =>
  Math.floor(to / every) > Math.floor(from / every);
