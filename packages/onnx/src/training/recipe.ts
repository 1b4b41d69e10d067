// What a training is: a loss, the parameters to train, and how. The rest of this folder turns a recipe into one ONNX model
// of a whole training step and runs it.
import type { AdamW, Schedule, Tensor } from "@weightsmith/autodiff";

export interface Recipe {
  /** float32 []: what is minimised. */
  readonly loss: Tensor;
  /**
   * float32 []: the weight of a batch's loss. If given, `loss` is a weighted sum and a step minimises Σ loss ÷ Σ weight
   * over its micro-batches; otherwise it minimises the mean of `loss` over them.
   */
  readonly lossWeight?: Tensor;
  /** The parameters that change. All others are frozen. */
  readonly trainable: readonly Tensor[];
  /** float32 [] each, reported for every step, summed over its micro-batches. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  readonly schedule: Schedule;
  readonly optimizer?: AdamW & {
    /** Which parameters weight decay shrinks; by default those of rank 2 and more. */
    readonly decays?: (name: string, shape: readonly number[]) => boolean;
  };
  /** The largest global norm of the gradients; beyond it they are scaled down. Default 1; `Infinity` for no clipping. */
  readonly clipNorm?: number;
  /** Micro-batches whose gradients are added up before each update. Default 1. */
  readonly accumulate?: number;
}
