/** What PAW's clients must know to run programs of an interpreter: where its GGUF file is and how prompts are written. */
import { createHash } from "node:crypto";
import { ggufModelParts } from "@weightsmith/nn";
import type { Interpreter, InterpreterId } from "../../interpreter/interpreter.ts";
import { inputPlaceholder } from "../../interpreter/prompt.ts";

export const runtimeManifestVersion = 1;

/** The interpreter's name and the beginning of its hash: another version is another runtime. */
export const runtimeId = ({ id, sha256 }: InterpreterId): string => `weightsmith-${id}-${sha256.slice(0, 8)}`;

export interface BaseModelFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Models beyond this many weights are written in half precision: twice their size would serve nobody. */
const largeModel = 100e6;

/**
 * The interpreter as a GGUF file for llama.cpp. Small ones in float32, so that llama.cpp computes what this runtime
 * computes: with narrower weights it rounds activations too, and some answers change.
 */
export function baseModelFile(interpreter: Interpreter): BaseModelFile {
  const weights = [...interpreter.weights.values()].reduce((sum, values) => sum + values.length, 0);
  const precision = weights > largeModel ? "f16" : "f32";
  const parts = [...ggufModelParts(interpreter, interpreter.tokenizer, { precision, name: interpreter.id })];
  const bytes = new Uint8Array(Buffer.concat(parts));
  return {
    file: `${runtimeId(interpreter)}.gguf`,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes,
  };
}

/** The fewest positions that clients are told to reserve; rotary positions carry beyond what was trained. */
const leastContext = 2048;

/** @param url where the base model can be fetched */
export function runtimeManifest(interpreter: Interpreter, base: BaseModelFile, url: string) {
  const model = { file: base.file, url, sha256: base.sha256, size_bytes: base.bytes.byteLength };
  return {
    runtime_id: runtimeId(interpreter),
    manifest_version: runtimeManifestVersion,
    display_name: `Weightsmith ${interpreter.id}`,
    interpreter: interpreter.id,
    adapter_format: "gguf_lora",
    prompt_template: { format: "rendered_text", placeholder: inputPlaceholder },
    program_assets: {
      adapter_filename: "adapter.gguf",
      prefix_cache_required: false,
      prefix_cache_filename: null,
      prefix_tokens_filename: null,
    },
    local_sdk: {
      supported: true,
      n_ctx: Math.max(leastContext, interpreter.contextTokens),
      base_model: model,
    },
    js_sdk: { supported: false, base_model: null },
  };
}
export type RuntimeManifest = ReturnType<typeof runtimeManifest>;
