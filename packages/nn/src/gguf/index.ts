export type { Metadata as GgufMetadata, MetadataValue as GgufMetadataValue } from "./format.ts";
export { encodeGgufLora, type GgufLoraOptions, readGgufLora } from "./lora-file.ts";
export {
  type GgufModelOptions,
  type GgufPrecision,
  ggufModelParts,
  loadGgufModel,
  readGgufModel,
  saveGgufModel,
} from "./model-file.ts";
export { Gguf, type GgufTensorInfo } from "./read.ts";
export { encodeGguf, type GgufTensorToWrite, ggufParts } from "./write.ts";
