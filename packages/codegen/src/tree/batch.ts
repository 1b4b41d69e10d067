/** Trees and derivations as what the network is fed. */
import type { Batch } from "@weightsmith/onnx";
import { type Derivation, LONGEST, type Place } from "./derivation.ts";
import { childRow, placeRow } from "./network.ts";
import { type RequestTree, TREE } from "./request-tree.ts";

export function encoderInputs(trees: readonly RequestTree[]) {
  const count = trees.length;
  const ids = (part: "kinds" | "texts" | "forms" | "lengths" | "places" | "relations", each: number) => {
    const all = new BigInt64Array(count * each);
    for (const [row, tree] of trees.entries()) all.set(tree[part], row * each);
    return all;
  };
  return {
    kinds: ids("kinds", TREE.nodes),
    texts: ids("texts", TREE.nodes),
    forms: ids("forms", TREE.nodes),
    lengths: ids("lengths", TREE.nodes),
    places: ids("places", TREE.nodes * TREE.depth),
    relations: ids("relations", TREE.nodes * TREE.nodes),
    mask: maskOf(trees),
  };
}

export function maskOf(trees: readonly Pick<RequestTree, "mask">[]): Float32Array {
  const mask = new Float32Array(trees.length * TREE.nodes);
  for (const [row, tree] of trees.entries()) mask.set(tree.mask, row * TREE.nodes);
  return mask;
}

/** What is written so far: the actions, and the place of each and of the next one. */
export interface Written {
  readonly actions: readonly number[];
  readonly places: readonly Place[];
}

/** @param rules how many there are: the row of "nothing yet" and the first action that copies */
export function decoderInputs(rows: readonly Written[], rules: number) {
  const size = rows.length * LONGEST;
  const before = new BigInt64Array(size).fill(BigInt(rules));
  const copied = new BigInt64Array(size);
  const isCopy = new Float32Array(size);
  const parents = new BigInt64Array(size).fill(BigInt(rules));
  const children = new BigInt64Array(size);
  const depths = new BigInt64Array(size);
  rows.forEach(({ actions, places }, row) => {
    places.forEach((place, step) => {
      const at = row * LONGEST + step;
      parents[at] = BigInt(place.parent < 0 ? rules : place.parent);
      children[at] = BigInt(childRow(place.child));
      depths[at] = BigInt(placeRow(place.depth));
      const action = step === 0 ? undefined : actions[step - 1]!;
      if (action === undefined) return;
      if (action < rules) before[at] = BigInt(action);
      else {
        isCopy[at] = 1;
        copied[at] = BigInt(row * TREE.nodes + action - rules);
      }
    });
  });
  return { before, copied, isCopy, parents, children, depths };
}

/** A training batch; every action of a derivation weighs the same. */
export function trainingBatch(
  rows: readonly { readonly tree: RequestTree; readonly derivation: Derivation }[],
  rules: number,
): Batch {
  const targets = new BigInt64Array(rows.length * LONGEST);
  const weights = new Float32Array(rows.length * LONGEST);
  rows.forEach(({ derivation }, row) => {
    derivation.actions.forEach((action, step) => {
      targets[row * LONGEST + step] = BigInt(action);
      weights[row * LONGEST + step] = 1;
    });
  });
  return {
    ...encoderInputs(rows.map(({ tree }) => tree)),
    ...decoderInputs(
      rows.map(({ derivation }) => derivation),
      rules,
    ),
    targets,
    weights,
  };
}
