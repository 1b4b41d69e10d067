/**
 * A program as `.paw`: the ZIP that PAW's clients load. It holds `meta.json`, `prompt_template.txt` and `adapter.gguf`,
 * a LoRA that llama.cpp applies to the interpreter's own GGUF file (runtime-manifest.ts). Same program, same bytes.
 */
import { AppError, type ProgramManifest } from "@weightsmith/contract";
import { type Adapter, createAdapter, decodeAdapter, encodeGgufLora } from "@weightsmith/nn";
import { zipSync } from "fflate";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import { inputPlaceholder } from "../../interpreter/prompt.ts";
import type { ProgramArtifact } from "../program-folder.ts";
import { runtimeId, runtimeManifestVersion } from "./runtime-manifest.ts";

/** ZIP cannot say less than a date; this is its first. */
const noTime = new Date(1980, 0, 1);

/**
 * @throws AppError program.not_exportable for a program with a KV prefix, which llama.cpp's adapters cannot hold
 */
export function packPaw(program: ProgramArtifact, interpreter: Interpreter): Uint8Array {
  const { manifest, promptTemplate } = program;
  if (promptTemplate.split(inputPlaceholder).length !== 2) {
    throw notExportable(
      manifest,
      "its prompt template does not have the placeholder for the input exactly once",
    );
  }
  const adapter = loraOf(program, interpreter);
  const text = new TextEncoder();
  const files = {
    "adapter.gguf": encodeGgufLora(interpreter.config, adapter, { name: manifest.programId }),
    "meta.json": text.encode(`${JSON.stringify(pawMeta(manifest, adapter), null, 2)}\n`),
    "prompt_template.txt": text.encode(promptTemplate),
  };
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [bytes, { mtime: noTime }]])),
    { level: 6 },
  );
}

/** The LoRA of a program; of one that is its prompt alone, one that changes nothing, for clients want a file. */
function loraOf({ adapter, manifest }: ProgramArtifact, { config }: Interpreter): Adapter {
  if (adapter === undefined) {
    return createAdapter(config, { lora: { rank: 1, alpha: 1, targets: ["q_proj"] } }, { seed: 0 });
  }
  const decoded = decodeAdapter(config, adapter);
  const { lora, prefixLength = 0, promptLength = 0 } = decoded.shape;
  if (!lora || prefixLength > 0 || promptLength > 0) {
    throw notExportable(
      manifest,
      "its adapter has a KV prefix, and llama.cpp's adapters hold low-rank updates alone",
    );
  }
  return decoded;
}

function pawMeta(manifest: ProgramManifest, adapter: Adapter) {
  const { programId, spec, interpreter, method, compilerRevision, seed, scores, license } = manifest;
  return {
    version: 4,
    program_id: programId,
    spec,
    name: manifest.name ?? null,
    interpreter: interpreter.id,
    interpreter_sha256: interpreter.sha256,
    compiler_snapshot: compilerSnapshot(method, compilerRevision, interpreter.sha256),
    compiler_kind: "weightsmith",
    pseudo_program_strategy: "none",
    prefix_cache_required: false,
    lora_rank: manifest.adapter?.lora?.rank ?? 0,
    lora_alpha: adapter.shape.lora!.alpha,
    runtime_id: runtimeId(interpreter),
    runtime_manifest_version: runtimeManifestVersion,
    method,
    seed,
    scores,
    license,
  };
}

/** What made a program, in one word: method, revision and the interpreter's weights. */
export const compilerSnapshot = (method: string, revision: string, interpreterSha256: string): string =>
  `weightsmith-${method}-r${revision}-${interpreterSha256.slice(0, 8)}`;

function notExportable({ programId }: ProgramManifest, why: string): AppError {
  return new AppError("program.not_exportable", {
    message: `The program ${programId} cannot be written as .paw: ${why}.`,
  });
}
