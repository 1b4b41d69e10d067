/** How adapters are trained; chosen by the experiments in docs/experiment-log.md. */
import type { TrainingSettings } from "./adapter-training.ts";

/** About 300 kB in float16 on the tiny interpreter. */
export const loraShape = { rank: 8, alpha: 16 } as const;

export function trainingSettings(method: "lora" | "prefix"): TrainingSettings {
  return method === "lora"
    ? { steps: 64, learningRate: 2e-3, rows: 4, evaluateEvery: 8, patience: 4 }
    : { steps: 128, learningRate: 5e-3, rows: 4, evaluateEvery: 8, patience: 6 };
}
