export {
  type Activation,
  type DecoderConfig,
  type DecoderFamily,
  decoderFamilies,
  type LlamaShape,
  llamaConfig,
  type ModelConfig,
  type Positions,
  type RopeScaling,
  type T5Config,
} from "./config.ts";
export { type DecoderParts, embed, hiddenStates, logits, type RotaryAngles } from "./decoder.ts";
export { parseConfig } from "./hugging-face/read-config.ts";
export { toHuggingFace } from "./hugging-face/write-config.ts";
export {
  checkWeights,
  createModel,
  initialParameter,
  initialWeights,
  layerProjections,
  type Model,
  type ParameterSpec,
  type Projection,
  type ProjectionName,
  parameterCount,
  parameterSpecs,
  projectionNames,
  type Weights,
} from "./parameters.ts";
export { hashName, Random } from "./random.ts";
export { type RotarySettings, type RotaryTable, rotaryFrequencies, rotaryTable } from "./rope.ts";
