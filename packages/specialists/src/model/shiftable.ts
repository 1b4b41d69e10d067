/**
 * The one description of a mixture: a decoder whose attention is computed once by the generalist and once by each
 * specialist, and mixed by a gate. In layer l, for experts e = 0 (the generalist), 1, …, E−1 with gate weights g,
 *
 *   attention(x) = Σ_e g_e · Attention_e(x),   Attention_e with W + A_e·B_e in place of each projection W,
 *   ffn(x)       = the generalist's, each projection W with W + Σ_e g_e · A_e·B_e in its place.
 *
 * A_0·B_0 = 0. Experts are folded into the batch for q, k and v; after attention they are summed in the product with
 * B, whose inner width is then E·R. Training and inference supply where experts and gates come from.
 *
 * B rows, T tokens, D model width, E experts, R rank, H query heads, G key heads, C head width.
 * @see "shiftable attention", and PHATGOOSE (Muqeeth et al. 2024, arXiv:2402.05859) for one gate row an expert
 */
import {
  add,
  type Dim,
  matmul,
  multiply,
  multiplyDims,
  reshape,
  slice,
  sum,
  type Tensor,
  transpose,
} from "@weightsmith/autodiff";
import {
  type DecoderConfig,
  type DecoderParts,
  layerProjections,
  type ProjectionName,
} from "@weightsmith/nn";
import type { UpdateGroup } from "./expert.ts";

export interface ShiftableParts extends Omit<DecoderParts, "project"> {
  readonly experts: Dim;
  readonly rows: Dim;
  readonly length: Dim;
  /** The updates of all experts, that of the generalist being zero: a [E,1,in,R], b [E,1,R,out]. */
  update(layer: number, group: UpdateGroup | "head"): { readonly a: Tensor; readonly b: Tensor } | undefined;
  /** @param x float32 [B,T,D], what the layer's attention reads   @returns float32 [E,B,T,1], summing to 1 over E */
  gate(layer: number, x: Tensor): Tensor;
}

/** The parts of a mixture that `hiddenStates` of packages/nn runs, and what its output needs besides. */
export interface Shiftable {
  /** `attend` sees E·B rows, expert by expert. */
  readonly parts: DecoderParts;
  /**
   * Σ_e g_e·(h·A_e)·B_e with the last layer's gate: what the experts add to the logits.
   * @param hidden float32 [B,T,D]   @returns float32 [B,T,V], or undefined if no expert has an update of the output
   */
  headShift(hidden: Tensor): Tensor | undefined;
}

export function shiftable(config: DecoderConfig, parts: ShiftableParts): Shiftable {
  const { experts, rows, length, weight } = parts;
  const gates: Tensor[] = [];
  const folded = multiplyDims(experts, rows);

  const base = (layer: number, name: ProjectionName, x: Tensor): Tensor => {
    const { weight: stored } = layerProjections(config, layer)[name]!;
    return matmul(x, weight(stored), { transposeB: true });
  };

  /** Σ_e g_e·(x_e·A_e)·B_e [B,T,out]. @param x [E or 1,B,T,in] */
  const summed = (layer: number, group: UpdateGroup | "head", x: Tensor): Tensor | undefined => {
    const update = parts.update(layer, group);
    if (!update) return undefined;
    const { a, b } = update;
    const rank = a.shape.at(-1)!;
    const inner = multiplyDims(experts, rank);
    const low = transpose(multiply(matmul(x, a), gates[layer]!), [1, 2, 0, 3]);
    return matmul(reshape(low, [rows, length, inner]), reshape(b, [inner, b.shape.at(-1)!]));
  };

  const project = (layer: number, names: readonly ProjectionName[], x: Tensor): Tensor[] => {
    const width = x.shape.at(-1)!;
    switch (names[0]) {
      case "q_proj": {
        gates[layer] = parts.gate(layer, x);
        const update = parts.update(layer, "qkv");
        const shifts = update && matmul(matmul(reshape(x, [1, rows, length, width]), update.a), update.b);
        let start = 0;
        return names.map((name) => {
          const y = base(layer, name, x);
          const out = y.shape.at(-1) as number;
          const own = reshape(y, [1, rows, length, out]);
          const shifted = shifts ? add(own, slice(shifts, -1, start, start + out)) : own;
          start += out;
          return reshape(shifted, [folded, length, out]);
        });
      }
      case "o_proj": {
        const weighed = multiply(reshape(x, [experts, rows, length, width]), gates[layer]!);
        const y = base(layer, "o_proj", sum(weighed, { axes: 0 }));
        const update = parts.update(layer, "o");
        if (!update) return [y];
        const inner = multiplyDims(experts, update.a.shape.at(-1)!);
        const low = transpose(matmul(weighed, update.a), [1, 2, 0, 3]);
        const b = reshape(update.b, [inner, y.shape.at(-1)!]);
        return [add(y, matmul(reshape(low, [rows, length, inner]), b))];
      }
      default: {
        const group = names[0] === "down_proj" ? "ffnOut" : "ffnIn";
        const shift = summed(layer, group, reshape(x, [1, rows, length, width]));
        let start = 0;
        return names.map((name) => {
          const y = base(layer, name, x);
          const out = y.shape.at(-1) as number;
          const shifted = shift ? add(y, slice(shift, -1, start, start + out)) : y;
          start += out;
          return shifted;
        });
      }
    }
  };

  return {
    parts: { weight, project, attend: parts.attend, ...(parts.rotary ? { rotary: parts.rotary } : {}) },
    headShift: (hidden) =>
      summed(config.layers - 1, "head", reshape(hidden, [1, rows, length, hidden.shape.at(-1)!])),
  };
}
