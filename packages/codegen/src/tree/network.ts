/**
 * The tree-based transformer. The encoder reads a request's tree: each node is the sum of embeddings of its kind, text,
 * form, length and path from the root, and attention is biased by how two nodes stand to each other. The decoder writes a
 * derivation: each step is told the rule before, and parent, child number and depth of the place it fills; it attends to
 * the steps before and to the tree, and chooses among the grammar's rules and the tree's nodes (copying).
 *
 * Legend: B batch, N nodes, T steps, W width, H heads, R rules.
 */
import {
  add,
  attention,
  causalBias,
  concat,
  gather,
  input,
  matmul,
  mergeHeads,
  multiply,
  parameter,
  reshape,
  rmsNorm,
  silu,
  splitHeads,
  sum,
  type Tensor,
  transpose,
  type WeightedLoss,
  weightedCrossEntropy,
} from "@weightsmith/autodiff";
import { LONGEST } from "./derivation.ts";
import { FORMS, KINDS, RELATIONS, TREE } from "./request-tree.ts";

export interface TreeConfig {
  readonly rules: number;
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
}

export const SHAPE = { width: 96, heads: 4, hidden: 192, encoderLayers: 2, decoderLayers: 2 } as const;

const DEPTHS = 12;
const CHILDREN = 8;

export interface TreeNetwork {
  readonly parameters: readonly Tensor[];
  /** float32 [B,N,W]: the nodes as the encoder leaves them. */
  readonly memory: Tensor;
  /** float32 [B,T,R+N]: scores of each step's rules and nodes, given the inputs of `decoder`. */
  readonly scores: Tensor;
  readonly loss: WeightedLoss;
}

/** @param fedMemory whether the decoder reads a memory that is fed rather than the encoder's */
export function treeNetwork(config: TreeConfig, batch: number, fedMemory = false): TreeNetwork {
  const { rules, width, heads, hidden } = config;
  const parameters: Tensor[] = [];
  const weight = (name: string, shape: readonly number[]): Tensor => {
    const made = parameter(name, shape);
    parameters.push(made);
    return made;
  };
  const nodes = TREE.nodes;
  const ids = (name: string, ...shape: number[]): Tensor => input(name, "int64", [batch, ...shape]);
  const embed = (name: string, rows: number, at: Tensor): Tensor =>
    gather(weight(`embed.${name}`, [rows, width]), at);

  const mask = input("mask", "float32", [batch, nodes]);
  const keyBias = reshape(mask, [batch, 1, 1, nodes]);
  const block = (name: string, x: Tensor, over: Tensor, bias: Tensor): Tensor => {
    const q = splitHeads(matmul(x, weight(`${name}.q`, [width, width])), heads);
    const k = splitHeads(matmul(over, weight(`${name}.k`, [width, width])), heads);
    const v = splitHeads(matmul(over, weight(`${name}.v`, [width, width])), heads);
    return matmul(mergeHeads(attention(q, k, v, bias)), weight(`${name}.o`, [width, width]));
  };
  const norm = (name: string, x: Tensor): Tensor => rmsNorm(x, weight(`${name}.norm`, [width]));
  const feedForward = (name: string, x: Tensor): Tensor =>
    matmul(
      silu(matmul(norm(name, x), weight(`${name}.up`, [width, hidden]))),
      weight(`${name}.down`, [hidden, width]),
    );

  const encode = (): Tensor => {
    const placed = sum(embed("places", 1 + TREE.depth * TREE.places, ids("places", nodes, TREE.depth)), {
      axes: 2,
    });
    let x = [
      embed("kinds", KINDS.length, ids("kinds", nodes)),
      embed("texts", TREE.texts, ids("texts", nodes)),
      embed("forms", FORMS.length, ids("forms", nodes)),
      embed("lengths", 16, ids("lengths", nodes)),
      placed,
    ].reduce(add);
    const relations = ids("relations", nodes, nodes);
    for (let layer = 0; layer < config.encoderLayers; layer++) {
      const name = `encoder.${layer}`;
      const table = weight(`${name}.relations`, [RELATIONS.length, heads]);
      const bias = add(transpose(gather(table, relations), [0, 3, 1, 2]), keyBias);
      const read = norm(`${name}.self`, x);
      x = add(x, block(`${name}.self`, read, read, bias));
      x = add(x, feedForward(`${name}.ffn`, x));
    }
    return norm("encoder.end", x);
  };
  const memory = fedMemory ? input("memory", "float32", [batch, nodes, width]) : encode();

  // The action before: a rule's embedding, or what the encoder says of the node that was copied.
  const ruleTable = weight("embed.rules", [rules + 1, width]);
  const before = gather(ruleTable, ids("before", LONGEST));
  const copied = gather(reshape(memory, [batch * nodes, width]), ids("copied", LONGEST));
  const isCopy = reshape(input("isCopy", "float32", [batch, LONGEST]), [batch, LONGEST, 1]);
  let y = [
    before,
    multiply(matmul(copied, weight("embed.copied", [width, width])), isCopy),
    embed("parents", rules + 1, ids("parents", LONGEST)),
    embed("children", CHILDREN, ids("children", LONGEST)),
    embed("depths", DEPTHS, ids("depths", LONGEST)),
    reshape(weight("embed.steps", [LONGEST, width]), [1, LONGEST, width]),
  ].reduce(add);
  const causal = causalBias(LONGEST, LONGEST);
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const name = `decoder.${layer}`;
    const read = norm(`${name}.self`, y);
    y = add(y, block(`${name}.self`, read, read, causal));
    y = add(y, block(`${name}.tree`, norm(`${name}.tree`, y), memory, keyBias));
    y = add(y, feedForward(`${name}.ffn`, y));
  }
  const end = norm("decoder.end", y);
  const ruleScores = matmul(end, weight("out.rules", [width, rules]));
  const pointed = matmul(end, weight("out.copy", [width, width]));
  const copyScores = add(
    matmul(pointed, memory, { transposeB: true, scale: 1 / Math.sqrt(width) }),
    reshape(mask, [batch, 1, nodes]),
  );
  const scores = concat([ruleScores, copyScores], 2);
  const loss = weightedCrossEntropy(
    scores,
    ids("targets", LONGEST),
    input("weights", "float32", [batch, LONGEST]),
  );
  return { parameters, memory, scores, loss };
}

/** Rows of the decoder's small tables. */
export const placeRow = (depth: number): number => Math.min(depth, DEPTHS - 1);
export const childRow = (child: number): number => Math.min(child, CHILDREN - 1);
