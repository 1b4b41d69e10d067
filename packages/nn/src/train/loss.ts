/**
 * The training graph of a decoder: packed batches to a weighted cross entropy, with every base weight and every
 * adapter tensor as a named parameter. Which of them are trained is the trainer's choice.
 *
 * B lines, T tokens a line, P prefix or prompt positions, D width, H query heads, G key heads, C head width.
 */
import {
  add,
  and,
  causalAttention,
  concat,
  constant,
  type Dim,
  equal,
  expand,
  gather,
  groupedAttention,
  input,
  less,
  matmul,
  parameter,
  range,
  reshape,
  scalar,
  slice,
  subtract,
  type Tensor,
  type WeightedLoss,
  weightedCrossEntropy,
  where,
} from "@weightsmith/autodiff";
import { type AdapterShape, adapterNames, adapterSpecs } from "../adapter/adapter.ts";
import type { DecoderConfig } from "../model/config.ts";
import {
  type DecoderParts,
  embed,
  hiddenStates,
  logits,
  placed,
  type WantedTokens,
} from "../model/decoder.ts";
import { layerProjections, type ProjectionName, parameterSpecs } from "../model/parameters.ts";
import { rotaryTable } from "../model/rope.ts";
import { adaptedLinear } from "./adapted-linear.ts";
import type { BatchShape } from "./batches.ts";

/** A large negative logit: far below any real one, yet finite, so that a row that sees nothing is no NaN. */
const masked = -1e9;

export interface TrainingGraph {
  /** What is fed, by name: the arrays of a batch that go by the same names. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Every parameter the loss depends on, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** float32 [B,T,vocabulary]; [B,P,vocabulary] where only targets with a weight are computed. */
  readonly logits: Tensor;
  /** Over the targets, each counting by its weight. */
  readonly loss: WeightedLoss;
}

export interface DecoderTrainingGraph extends TrainingGraph {
  /** After the final norm, float32 [B,T,D], or [B,P,D] likewise. */
  readonly hidden: Tensor;
}

/** Changes what a LoRA has between its two maps: float32 [B,T,rank] to the same shape. */
export type LoraModulation = (layer: number, target: ProjectionName, low: Tensor) => Tensor;

/**
 * @param adapter what to put on top of the base weights, if anything
 * @param modulate what to do between A and B of its LoRA; nothing, if not given
 */
export function decoderTrainingGraph(
  config: DecoderConfig,
  shape: BatchShape,
  adapter?: AdapterShape,
  modulate?: LoraModulation,
): DecoderTrainingGraph {
  return buildGraph(config, shape, { adapter, modulate, targets: "all" });
}

/**
 * The same loss from the targets with a weight alone: the last layer, the output matrix and their gradients are computed
 * for no other token. Its inputs `targets` [B,P], `weights` [B,P] and `targetTokens` [B,P] (which of the B·T tokens each
 * is predicted from) come from `weightedTargets`; P may differ from call to call.
 * @throws RangeError for an adapter with a prompt, whose tokens are not the batch's own
 */
export function weightedTargetsGraph(
  config: DecoderConfig,
  shape: BatchShape,
  adapter?: AdapterShape,
): DecoderTrainingGraph {
  if (adapter?.promptLength) throw new RangeError("With a learned prompt every target is computed.");
  return buildGraph(config, shape, { adapter, modulate: undefined, targets: "weighted" });
}

/** The symbol of P. */
const targetsAxis = "targets";

interface GraphOptions {
  readonly adapter: AdapterShape | undefined;
  readonly modulate: LoraModulation | undefined;
  readonly targets: "all" | "weighted";
}

function buildGraph(
  config: DecoderConfig,
  shape: BatchShape,
  { adapter, modulate, targets }: GraphOptions,
): DecoderTrainingGraph {
  const { rows, length } = shape;
  const weighted = targets === "weighted" ? targetsAxis : undefined;
  const inputs = {
    tokens: input("tokens", "int64", [rows, length]),
    targets: input("targets", "int64", [rows, weighted ?? length]),
    weights: input("weights", "float32", [rows, weighted ?? length]),
    positions: input("positions", "int64", [rows, length]),
    segments: input("segments", "int32", [rows, length]),
    ...(weighted ? { targetTokens: input("targetTokens", "int64", [rows, weighted]) } : {}),
  };
  const { targetTokens } = inputs;
  const parameters = namedParameters(config, adapter);
  const weight = (name: string): Tensor => {
    const found = parameters.get(name);
    if (!found) throw new RangeError(`The model has no parameter ${name}.`);
    return found;
  };
  const promptLength = adapter?.promptLength ?? 0;
  const shared = (adapter?.prefixLength ?? 0) + promptLength;
  // The text's positions follow those of the prefix or prompt.
  const textPositions = shared > 0 ? add(inputs.positions, scalar(shared, "int64")) : inputs.positions;
  const positions =
    promptLength > 0
      ? concat(
          [expand(reshape(range(promptLength), [1, promptLength]), [rows, promptLength]), textPositions],
          1,
        )
      : textPositions;
  const rotary = rotaryAngles(config, positions, length + shared);
  const biases = attentionBiases(config, shape, inputs, adapter);
  const parts: DecoderParts = {
    weight,
    project: (layer, names, x) =>
      names.map((name) =>
        project(config, weight, layer, name, x, { adapter, modulate, rows: rows * length }),
      ),
    attend: (layer, q, k, v) => {
      const prefix = adapter?.prefixLength
        ? [adapterNames.prefixKey(layer), adapterNames.prefixValue(layer)]
        : [];
      const [keys, values] = [k, v].map((own, index) => {
        const name = prefix[index];
        if (name === undefined) return own;
        const learned = weight(name);
        return concat([expand(reshape(learned, [1, ...learned.shape]), [rows, ...learned.shape]), own], 2);
      }) as [Tensor, Tensor];
      const bias = biases(layer);
      return targetTokens && layer === config.layers - 1
        ? groupedAttention(q, keys, values, cutTokens(bias, targetTokens))
        : causalAttention(q, keys, values, bias);
    },
    ...(rotary ? { rotary } : {}),
    ...(targetTokens ? { wanted: wantedTokens(targetTokens, rotary) } : {}),
  };
  let embedded = embed(config, weight, inputs.tokens, textPositions);
  if (promptLength > 0) {
    const learned = reshape(weight(adapterNames.prompt), [1, promptLength, config.width]);
    const prompt = placed(config, weight, learned, reshape(range(promptLength), [1, promptLength]));
    embedded = concat([expand(prompt, [rows, promptLength, config.width]), embedded], 1);
  }
  let hidden = hiddenStates(config, parts, embedded);
  if (promptLength > 0) hidden = slice(hidden, 1, promptLength, promptLength + length);
  const scores = logits(config, weight, hidden);
  return {
    inputs,
    parameters,
    hidden,
    logits: scores,
    loss: weightedCrossEntropy(scores, inputs.targets, inputs.weights),
  };
}

/** x [B,T,W], cut to the tokens wanted: [B,P,W]. @param at int64 [B,P], counted through all of a batch's tokens */
const cutRows = (x: Tensor, at: Tensor): Tensor => gather(reshape(x, [-1, x.shape.at(-1)!]), at);

/** x [B,1,T,W] → [B,1,P,W]. */
function cutTokens(x: Tensor, at: Tensor): Tensor {
  const [rows, count] = at.shape as [Dim, Dim];
  return reshape(cutRows(x, at), [rows, 1, count, x.shape.at(-1)!]);
}

function wantedTokens(at: Tensor, rotary: DecoderParts["rotary"]): WantedTokens {
  return {
    of: (x) => cutRows(x, at),
    ...(rotary ? { rotary: { cos: cutTokens(rotary.cos, at), sin: cutTokens(rotary.sin, at) } } : {}),
  };
}

function namedParameters(config: DecoderConfig, adapter?: AdapterShape): Map<string, Tensor> {
  const specs = [...parameterSpecs(config), ...(adapter ? adapterSpecs(config, adapter) : [])];
  return new Map(specs.map(({ name, shape }) => [name, parameter(name, shape)]));
}

/** What is put on top of the base weights, and how many rows of numbers meet them in a step. */
interface Updates {
  readonly adapter: AdapterShape | undefined;
  readonly modulate: LoraModulation | undefined;
  readonly rows: number;
}

/** y = x·Wᵀ + b, plus alpha/rank · (x·Aᵀ)·Bᵀ where a LoRA targets the projection. */
function project(
  config: DecoderConfig,
  weight: (name: string) => Tensor,
  layer: number,
  name: ProjectionName,
  x: Tensor,
  { adapter, modulate, rows }: Updates,
): Tensor {
  const projection = layerProjections(config, layer)[name];
  if (!projection) throw new RangeError(`Layer ${layer} has no ${name}.`);
  const { transposed, offset, outWidth, storedOutWidth } = projection;
  const part = (whole: Tensor, axis: number) =>
    storedOutWidth === outWidth ? whole : slice(whole, axis, offset, offset + outWidth);
  const stored = part(weight(projection.weight), transposed ? 1 : 0);
  const lora = adapter?.lora;
  const y = lora?.targets.includes(name)
    ? adaptedLinear(x, stored, {
        a: weight(adapterNames.loraA(config, layer, name)),
        b: weight(adapterNames.loraB(config, layer, name)),
        scale: lora.alpha / lora.rank,
        transposed,
        rows,
        ...(modulate ? { modulate: (low: Tensor) => modulate(layer, name, low) } : {}),
      })
    : matmul(x, stored, { transposeB: !transposed });
  return projection.bias ? add(y, part(weight(projection.bias), 0)) : y;
}

function rotaryAngles(config: DecoderConfig, positions: Tensor, count: number): DecoderParts["rotary"] {
  if (config.positions.kind !== "rotary") return undefined;
  const { cos, sin } = rotaryTable({ ...config.positions, maxPositions: config.maxPositions }, count);
  const half = config.positions.width / 2;
  const [rows, length] = positions.shape as [number, number];
  const angles = (table: Float32Array) =>
    reshape(gather(constant(table, [count, half]), positions), [rows, 1, length, half]);
  return { cos: angles(cos), sin: angles(sin) };
}

/**
 * What each query of a line may see, float32 [B,1,T,P+T] by layer: earlier tokens of its own segment (within the
 * sliding window, where a layer has one) and the whole prefix or prompt.
 */
function attentionBiases(
  config: DecoderConfig,
  { rows, length }: BatchShape,
  { segments, positions }: { readonly segments: Tensor; readonly positions: Tensor },
  adapter?: AdapterShape,
): (layer: number) => Tensor {
  const { prefixLength = 0, promptLength = 0 } = adapter ?? {};
  const byQuery = (x: Tensor) => reshape(x, [rows, length, 1]);
  const byKey = (x: Tensor) => reshape(x, [rows, 1, length]);
  const causal = Uint8Array.from({ length: length * length }, (_, at) =>
    at % length <= Math.floor(at / length) ? 1 : 0,
  );
  const visible = and(equal(byQuery(segments), byKey(segments)), constant(causal, [length, length], "bool"));
  const build = (window?: number): Tensor => {
    const near =
      window === undefined || window >= length
        ? visible
        : and(visible, less(subtract(byQuery(positions), byKey(positions)), scalar(window, "int64")));
    let bias = reshape(where(near, scalar(0), scalar(masked)), [rows, 1, length, length]);
    if (promptLength > 0) {
      // The prompt's own queries see the prompt, causally; the text sees all of it.
      const own = Float32Array.from({ length: promptLength * (promptLength + length) }, (_, at) =>
        at % (promptLength + length) <= Math.floor(at / (promptLength + length)) ? 0 : masked,
      );
      const top = expand(constant(own, [1, 1, promptLength, promptLength + length]), [
        rows,
        1,
        promptLength,
        promptLength + length,
      ]);
      const left = expand(scalar(0), [rows, 1, length, promptLength]);
      bias = concat([top, concat([left, bias], 3)], 2);
    }
    if (prefixLength > 0) {
      bias = concat([expand(scalar(0), [rows, 1, length + promptLength, prefixLength]), bias], 3);
    }
    return bias;
  };
  const full = build();
  const windowed = config.slidingWindow === undefined ? full : build(config.slidingWindow);
  return (layer) => (layer < (config.fullAttentionLayers ?? 0) ? full : windowed);
}
