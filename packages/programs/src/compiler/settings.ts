/** How adapters are trained; chosen by the experiments in docs/experiment-log.md. */
import type { TrainingSettings } from "./adapter-training.ts";

/** About 300 kB in float16 on the tiny interpreter. */
export const loraShape = { rank: 8, alpha: 16 } as const;

/** The last steps, on all examples that are not held out. */
export function refitSettings(given: Partial<TrainingSettings> = {}): Partial<TrainingSettings> {
  const steps = Math.max(1, Math.round((given.steps ?? 128) / 4));
  const learningRate = (given.learningRate ?? 2e-3) / 3;
  return { ...given, steps, learningRate, evaluateEvery: steps };
}

/** @param labelled whether new inputs are labelled: then there is no end of data, and training ends when it is done */
export function trainingSettings(method: "lora" | "train" | "prefix", labelled: boolean): TrainingSettings {
  const common = { rows: 4, variedShare: 0.8 };
  if (labelled && method !== "prefix")
    return { ...common, steps: 256, learningRate: 2e-3, evaluateEvery: 16, patience: 6 };
  return method === "prefix"
    ? { ...common, steps: 128, learningRate: 5e-3, evaluateEvery: 8, patience: 8 }
    : { ...common, steps: 128, learningRate: 2e-3, evaluateEvery: 16, patience: 5 };
}
