// Weights beside the model instead of inside it: protobuf holds 2 GB, and bytes inside a model are copied once more.
import { encodeModel, type ModelProto, type TensorProto } from "./proto.ts";

/** A file of weights, kept in memory; the model refers to it by its path. */
export interface ExternalFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Weights beyond this total leave the model, unless a caller says otherwise. */
export const defaultExternalAboveBytes = 128 * 1024 * 1024;

/** The runtime takes no tensor above this, wherever its bytes lie. */
const largestTensorBytes = 2 ** 31;

/** Smaller tensors stay inside in any case: constants that the runtime folds at load. */
const smallBytes = 64 * 1024;

export interface EncodedModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly external: readonly ExternalFile[];
}

/**
 * A model as bytes, and its weights as files of their own if they take more than `externalAboveBytes` in all. The files
 * share the weights' memory.
 * @throws RangeError if what stays inside, or any one tensor, exceeds 2 GiB
 */
export function encodeWithWeights(model: ModelProto, externalAboveBytes: number): EncodedModel {
  const { graph } = model;
  const inside = (tensor: TensorProto) => (tensor.data instanceof Uint8Array ? tensor.data.byteLength : 0);
  const total = graph.initializers.reduce((sum, tensor) => sum + inside(tensor), 0);
  if (total <= externalAboveBytes) return { bytes: encodeModel(model), external: [] };
  const external: ExternalFile[] = [];
  const initializers = graph.initializers.map((tensor): TensorProto => {
    if (!(tensor.data instanceof Uint8Array) || tensor.data.byteLength < smallBytes) return tensor;
    if (tensor.data.byteLength > largestTensorBytes) {
      throw new RangeError(
        `The weight "${tensor.name}" takes ${tensor.data.byteLength} bytes and the runtime holds at most ${largestTensorBytes} in one tensor: cut it into several, or quantize it.`,
      );
    }
    const path = `weights-${external.length}.bin`;
    external.push({ path, data: tensor.data });
    return { ...tensor, data: { location: path, offset: 0, byteLength: tensor.data.byteLength } };
  });
  return { bytes: encodeModel({ ...model, graph: { ...graph, initializers } }), external };
}
