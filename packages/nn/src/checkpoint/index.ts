export { type ByteSource, memorySource } from "./byte-source.ts";
export {
  type ElementType,
  elementBytes,
  type FloatType,
  fromBigInt64,
  fromFloat32,
  type TensorData,
  toBigInt64,
  toFloat32,
} from "./element-type.ts";
export { openFile } from "./file-source.ts";
export {
  loadConfig,
  loadModel,
  loadTokenizerFolder,
  type SaveModelOptions,
  saveModel,
  saveTokenizer,
} from "./model-folder.ts";
export { type LoadModelOptions, readWeights, type TensorSource } from "./model-weights.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  Safetensors,
  safetensorsParts,
  type TensorInfo,
} from "./safetensors.ts";
export { openSafetensors, openWeightFiles, type WeightFiles, writeWeightFiles } from "./weight-files.ts";
export { writeParts } from "./write-file.ts";
