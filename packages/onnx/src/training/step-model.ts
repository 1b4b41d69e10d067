// A training step as one ONNX model: forward, backward, clipping, AdamW and schedule, repeated by Loop for as many steps
// as are fed. State (parameters and their moments) enters once, is carried inside, and leaves once.
//
//   Loop over steps: ─ Loop over micro-batches (only if gradients accumulate): forward, backward, add up
//                    └ clip, schedule, AdamW
import {
  type AdamWState,
  adamw,
  clipFactor,
  divide,
  globalNorm,
  gradients,
  input,
  isNode,
  learningRateAt,
  multiply,
  nameOf,
  nodesOf,
  reciprocal,
  type Shape,
  ShapeError,
  scalar,
  type Tensor,
} from "@weightsmith/autodiff";
import { type EmitOptions, freeze, leavesOf, type Model, opset, typesByName, type Weights } from "../emit.ts";
import { GraphBuilder } from "../lowering/builder.ts";
import { type Bindings, lower } from "../lowering/lower.ts";
import { defaultExternalAboveBytes, encodeWithWeights } from "../model/external.ts";
import { dataTypeOf, type ValueInfo } from "../model/proto.ts";
import { groupParameters, joinGroup, type ParameterGroup, splitGroup } from "./parameter-groups.ts";
import type { Recipe } from "./recipe.ts";

/** The parts of a parameter's state and the prefix of their names. */
export const stateParts = ["value", "first", "second"] as const;
export type StatePart = (typeof stateParts)[number];
export const stateName = (part: StatePart, parameter: string) => `${part}/${parameter}`;
export const nextName = (state: string) => `next/${state}`;

/** What every step reports besides a recipe's metrics. */
export const reports = ["loss", "gradientNorm", "learningRate"] as const;

/** The model of a recipe, and the axes that are fed before a batch's own: steps, or steps and micro-batches. */
export interface StepModel {
  readonly model: Model;
  /** The inputs of a batch by name. */
  readonly data: ReadonlyMap<string, Tensor>;
  /** Whether something is computed of frozen weights alone, such as a part of one, which the runtime can do beforehand. */
  readonly foldable: boolean;
}

interface Totals {
  readonly loss: string;
  readonly weight: string;
  readonly metrics: readonly string[];
  readonly gradients: readonly string[];
}

/**
 * Emits the training step.
 * @param frozen values of the parameters that do not change
 * @throws ShapeError for a batch input with symbols @throws RangeError for a missing frozen weight or an unknown parameter
 */
export function emitStep(
  recipe: Recipe,
  frozen: Weights,
  { externalAboveBytes = defaultExternalAboveBytes }: EmitOptions = {},
): StepModel {
  const metrics = Object.entries(recipe.metrics ?? {});
  const results = [
    recipe.loss,
    ...(recipe.lossWeight ? [recipe.lossWeight] : []),
    ...metrics.map(([, t]) => t),
  ];
  const leaves = leavesOf(...results);
  requireBoundSymbols(leaves.inputs);
  const graph = new GraphBuilder();
  const bindings = new Map<Tensor, string>();
  const trainable = new Map(recipe.trainable.map((tensor) => [nameOf(tensor), tensor]));
  for (const [name, tensor] of trainable) {
    if (leaves.parameters.get(name) !== tensor) {
      throw new RangeError(`The trainable parameter "${name}" is not part of the loss.`);
    }
  }
  for (const [name, tensor] of leaves.parameters) {
    if (trainable.has(name)) continue;
    const data = frozen.get(name);
    if (!data)
      throw new RangeError(`The frozen parameter "${name}" has no value: pass it among the weights.`);
    bindings.set(tensor, freeze(graph, name, tensor, data));
  }
  const accumulates = (recipe.accumulate ?? 1) > 1;
  const lead = accumulates ? ["steps", "microBatches"] : ["steps"];
  const feeds: ValueInfo[] = [...leaves.inputs].map(([name, { dtype, shape }]) => ({
    name,
    dtype,
    shape: [...lead, ...shape],
  }));
  const state = [...trainable].flatMap(([name, { dtype, shape }]) =>
    stateParts.map((part) => ({ name: stateName(part, name), dtype, shape })),
  );
  const first = feeds[0];
  if (!first) throw new RangeError("The loss depends on no input: there is nothing to feed.");
  const step: ValueInfo = { name: "step", dtype: "float32", shape: [] };
  for (const { name, shape } of feeds) graph.bindSymbols(name, shape);

  // The body of the outer loop: one step. State is carried by group.
  const groups = groupParameters(recipe);
  const parts = groups.flatMap((group) => stateParts.map((part) => ({ group, part })));
  const fedState = ({ group, part }: (typeof parts)[number]) =>
    joinGroup(
      graph,
      group,
      group.members.map((tensor) => stateName(part, nameOf(tensor))),
    );
  const carriedTypes = parts.map(({ group: { shape } }) => ({ dtype: "float32", shape }) as const);
  const body = graph.body();
  const iteration = body.name("iteration");
  const carried = parts.map(() => body.name("carried"));
  const number = body.node("Add", [
    step.name,
    body.node("Add", [body.node("Cast", [iteration], { to: dataTypeOf("float32") }), body.scalar(1)]),
  ]);
  const stepBindings = new Map(bindings);
  for (const [k, group] of groups.entries()) {
    const values = splitGroup(body, group, carried[k * stateParts.length]!);
    for (const [member, tensor] of group.members.entries()) stepBindings.set(tensor, values[member]!);
  }
  const batch = gatherAt(body, leaves.inputs, (name) => name, iteration);
  const totals = accumulates
    ? accumulateGradients(body, recipe, groups, stepBindings, leaves.inputs, batch)
    : batchGradients(body, recipe, groups, extend(stepBindings, leaves.inputs, batch));
  const { next, loss, norm, rate } = update(body, recipe, groups, totals, carried, number);
  const reported = [...reports, ...metrics.map(([name]) => name)];
  const values = [loss, norm, rate, ...totals.metrics];
  const scans = reported.map((name) => ({ name: body.name(name), dtype: "float32", shape: [] }) as const);
  for (const [k, { name }] of scans.entries()) body.named("Identity", [values[k]!], [name]);
  const condition = body.name("condition");
  const goOn = body.node("Identity", [condition]);
  const info = (names: readonly string[]): ValueInfo[] =>
    carriedTypes.map((type, k) => ({ ...type, name: names[k]! }));
  const stepBody = body.finish(
    "step",
    [scalarInfo(iteration, "int64"), scalarInfo(condition, "bool"), ...info(carried)],
    [scalarInfo(goOn, "bool"), ...info(next), ...scans],
  );

  const outputs: ValueInfo[] = [
    ...state.map((each) => ({ ...each, name: nextName(each.name) })),
    ...reported.map((name) => ({ name, dtype: "float32", shape: ["steps"] }) as const),
  ];
  const last = parts.map(({ group, part }) =>
    group.members.length === 1 ? nextName(stateName(part, nameOf(group.members[0]!))) : graph.name("last"),
  );
  graph.named(
    "Loop",
    [scalarSize(graph, "steps"), graph.scalar(1, "bool"), ...parts.map(fedState)],
    [...last, ...reported],
    { body: stepBody },
  );
  for (const [k, { group, part }] of parts.entries()) {
    if (group.members.length === 1) continue;
    for (const [member, value] of splitGroup(graph, group, last[k]!).entries()) {
      graph.named("Identity", [value], [nextName(stateName(part, nameOf(group.members[member]!)))]);
    }
  }
  const inputs = [step, ...feeds, ...state];
  const model = { opset, graph: graph.finish("training", inputs, outputs) };
  const encoded = encodeWithWeights(model, externalAboveBytes);
  return {
    model: { ...encoded, inputs: typesByName(inputs), outputs: typesByName(outputs) },
    data: leaves.inputs,
    foldable: nodesOf(...results).some(
      ({ inputs }) =>
        inputs.length > 0 &&
        inputs.every(({ node }) => isNode(node, "parameter") && !trainable.has(node.attributes.name)),
    ),
  };
}

const scalarInfo = (name: string, dtype: "int64" | "bool" | "float32"): ValueInfo => ({
  name,
  dtype,
  shape: [],
});

/** A symbol's size as int64 []. */
function scalarSize(graph: GraphBuilder, symbol: string): string {
  return graph.node("Squeeze", [graph.dimension(symbol), graph.integers([0])]);
}

/** The size of a symbol is read off the numbers of an input, which says one symbol at most. */
function requireBoundSymbols(inputs: ReadonlyMap<string, Tensor>): void {
  for (const [name, { shape }] of inputs) {
    const symbols = shape.filter((dim) => typeof dim !== "number");
    if (symbols.length === 0 || (symbols.length === 1 && /^[A-Za-z]\w*$/.test(symbols[0]!))) continue;
    throw new ShapeError({
      operation: "training",
      invariant: "an input of a training step may have one symbol, alone on its axis",
      received: `[${shape.join(",")}] for "${name}"`,
      remedy: "Build the training graph for one batch size and length; pad rows to it.",
    });
  }
}

/** The slice of each fed input at an index of its first axis. */
function gatherAt(
  graph: GraphBuilder,
  inputs: ReadonlyMap<string, Tensor>,
  source: (name: string) => string,
  index: string,
): ReadonlyMap<string, string> {
  return new Map(
    [...inputs.keys()].map((name) => [name, graph.node("Gather", [source(name), index], { axis: 0 })]),
  );
}

function extend(
  bindings: Bindings,
  inputs: ReadonlyMap<string, Tensor>,
  names: ReadonlyMap<string, string>,
): Bindings {
  const all = new Map(bindings);
  for (const [name, tensor] of inputs) all.set(tensor, names.get(name)!);
  return all;
}

/** Forward and backward of one batch; a gradient for each group. */
function batchGradients(
  graph: GraphBuilder,
  recipe: Recipe,
  groups: readonly ParameterGroup[],
  bindings: Bindings,
): Totals {
  const metrics = Object.values(recipe.metrics ?? {});
  const weight = recipe.lossWeight ?? scalar(1);
  const slopes = gradients(
    recipe.loss,
    groups.flatMap(({ members }) => members),
  );
  const names = lower(graph, [recipe.loss, weight, ...metrics, ...slopes], bindings);
  let from = 2 + metrics.length;
  return {
    loss: names[0]!,
    weight: names[1]!,
    metrics: names.slice(2, 2 + metrics.length),
    gradients: groups.map((group) => {
      const own = names.slice(from, from + group.members.length);
      from += own.length;
      return joinGroup(graph, group, own);
    }),
  };
}

/** Forward and backward of every micro-batch, added up by an inner loop. */
function accumulateGradients(
  graph: GraphBuilder,
  recipe: Recipe,
  groups: readonly ParameterGroup[],
  bindings: Bindings,
  inputs: ReadonlyMap<string, Tensor>,
  batches: ReadonlyMap<string, string>,
): Totals {
  const body = graph.body();
  const [iteration, condition] = [body.name("microBatch"), body.name("condition")];
  const names = gatherAt(body, inputs, (name) => batches.get(name)!, iteration);
  const one = batchGradients(body, recipe, groups, extend(bindings, inputs, names));
  const parts = [one.loss, one.weight, ...one.metrics, ...one.gradients];
  const scalars = 2 + one.metrics.length;
  const shapeOf = (k: number): Shape => (k < scalars ? [] : groups[k - scalars]!.shape);
  const before = parts.map(() => body.name("sum"));
  const after = parts.map((part, k) => body.node("Add", [before[k]!, part]));
  const goOn = body.node("Identity", [condition]);
  const info = (list: readonly string[]): ValueInfo[] =>
    list.map((name, k) => ({ name, dtype: "float32", shape: shapeOf(k) }));
  const microBatch = body.finish(
    "micro-batch",
    [scalarInfo(iteration, "int64"), scalarInfo(condition, "bool"), ...info(before)],
    [scalarInfo(goOn, "bool"), ...info(after)],
  );
  const zeros = parts.map((_, k) => graph.node("ConstantOfShape", [graph.shape(shapeOf(k))]));
  const totals = parts.map(() => graph.name("total"));
  graph.named("Loop", [scalarSize(graph, "microBatches"), graph.scalar(1, "bool"), ...zeros], totals, {
    body: microBatch,
  });
  return {
    loss: totals[0]!,
    weight: totals[1]!,
    metrics: totals.slice(2, scalars),
    gradients: totals.slice(scalars),
  };
}

/** Clipping, schedule and AdamW, given gradients that were added up. */
function update(
  graph: GraphBuilder,
  recipe: Recipe,
  groups: readonly ParameterGroup[],
  totals: Totals,
  carried: readonly string[],
  number: string,
) {
  const bindings = new Map<Tensor, string>();
  const bound = (shape: Shape, name: string): Tensor => {
    const tensor = input(name, "float32", shape);
    bindings.set(tensor, name);
    return tensor;
  };
  const step = bound([], number);
  const weight = bound([], totals.weight);
  const slopes = groups.map(({ shape }, k) => bound(shape, totals.gradients[k]!));
  const share = reciprocal(weight);
  const norm = multiply(globalNorm(slopes), share);
  const { clipNorm = 1, optimizer = {} } = recipe;
  const gradientScale = Number.isFinite(clipNorm) ? multiply(share, clipFactor(norm, clipNorm)) : share;
  const learningRate = learningRateAt(step, recipe.schedule);
  const next = groups.flatMap(({ shape, decays }, k) => {
    const [value, first, second] = stateParts.map((_, part) =>
      bound(shape, carried[k * stateParts.length + part]!),
    );
    const state: AdamWState = { value: value!, first: first!, second: second! };
    const shared = { learningRate, step, gradientScale };
    const after = adamw(state, slopes[k]!, shared, optimizer, decays);
    return stateParts.map((part) => after[part]);
  });
  const loss = divide(bound([], totals.loss), weight);
  const names = lower(graph, [loss, norm, learningRate, ...next], bindings);
  return { loss: names[0]!, norm: names[1]!, rate: names[2]!, next: names.slice(3) };
}
