/**
 * A generalist as one file: safetensors with the configuration and the tokenizer in its metadata, so that weights and
 * words never part. Weights are stored in 16 bits; specialists are trained on what comes back from the file.
 */
import {
  type DecoderConfig,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  fromFloat32,
  loadTokenizer,
  parameterSpecs,
  parseConfig,
  type TensorData,
  toFloat32,
  toHuggingFace,
} from "@weightsmith/nn";
import type { Generalist } from "../train/generalist.ts";

const kind = "weightsmith-generalist";

export function encodeGeneralist({ model, tokenizer, gateDecay }: Generalist): Uint8Array {
  const tensors = new Map<string, TensorData>();
  for (const { name, shape } of parameterSpecs(model.config)) {
    tensors.set(name, fromFloat32(model.weights.get(name)!, shape, "F16"));
  }
  const { files } = tokenizer;
  return encodeSafetensors(tensors, {
    kind,
    config: JSON.stringify(toHuggingFace(model.config)),
    gateDecay: String(gateDecay),
    tokenizer: JSON.stringify(files.tokenizer),
    tokenizerConfig: JSON.stringify(files.config),
  });
}

/** @throws FormatError if the file is damaged or holds something else */
export function decodeGeneralist(bytes: Uint8Array, file = "generalist"): Generalist {
  const refuse = (reason: string) => new FormatError("safetensors", reason, { file });
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.kind !== kind) throw refuse(`is not of kind ${kind}`);
  const config = parseConfig(JSON.parse(metadata.config ?? "null"), { file });
  if (config.family === "t5") throw refuse("is an encoder-decoder; a generalist is a decoder");
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of parameterSpecs(config)) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) throw refuse(`lacks ${name} [${shape.join(", ")}]`);
    weights.set(name, toFloat32(tensor));
  }
  const tokenizer = loadTokenizer(
    JSON.parse(metadata.tokenizer ?? "null"),
    JSON.parse(metadata.tokenizerConfig ?? "{}"),
  );
  const gateDecay = Number(metadata.gateDecay);
  if (!(gateDecay >= 0 && gateDecay < 1)) throw refuse(`has the gate decay ${metadata.gateDecay}`);
  return { model: { config: config satisfies DecoderConfig, weights }, tokenizer, gateDecay };
}
