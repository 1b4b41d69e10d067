import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ProgramId, parseCompileRequest } from "@weightsmith/contract";
import {
  createAdapter,
  decodeAdapter,
  encodeAdapter,
  Gguf,
  readGgufLora,
  readGgufModel,
} from "@weightsmith/nn";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileProgram } from "../../compiler/compile.ts";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import { loadInterpreter } from "../../interpreter/load-interpreter.ts";
import { promptOfTemplate, promptTemplate } from "../../interpreter/prompt.ts";
import { assembleProgram, type ProgramArtifact } from "../program-folder.ts";
import { importAdapter } from "./import-adapter.ts";
import { packPaw } from "./paw-archive.ts";
import { baseModelFile, runtimeManifest } from "./runtime-manifest.ts";

let folder: string;
let interpreter: Interpreter;
let contextProgram: ProgramArtifact;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-paw-"));
  await writeRandomInterpreter(folder, "tiny");
  interpreter = await loadInterpreter(folder, "tiny");
  const examples = [{ input: "b<|in|>", output: "B" }];
  contextProgram = await compileProgram(
    parseCompileRequest({ spec: "Capital letters.", examples, method: "context" }),
    { interpreter },
  );
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** The program with an adapter of this shape in place of its own. */
function withAdapter(shape: Parameters<typeof createAdapter>[1]): ProgramArtifact {
  const adapter = createAdapter(interpreter.config, shape, { seed: 5 });
  for (const [name, values] of adapter.weights) if (name.includes("lora_B")) values.fill(0.25);
  const { files: _, format: __, formatVersion: ___, ...manifest } = contextProgram.manifest;
  const lora = shape.lora && { ...shape.lora, targets: [...shape.lora.targets] };
  return assembleProgram({
    ...contextProgram,
    manifest: {
      ...manifest,
      programId: "3f9a1c0be7d25a684f10" as ProgramId,
      adapter: lora ? { lora } : null,
    },
    adapter: encodeAdapter(interpreter.config, adapter, { dtype: "F16" }),
  });
}
const loraShape = { lora: { rank: 2, alpha: 4, targets: ["q_proj", "down_proj"] as const } };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("a .paw archive", () => {
  test("has meta, template and a GGUF LoRA equal to the program's own, always in the same bytes", async () => {
    const program = withAdapter(loraShape);
    const archive = packPaw(program, interpreter);
    expect(packPaw(program, interpreter)).toEqual(archive);
    const files = unzipSync(archive);
    expect(Object.keys(files).sort()).toEqual(["adapter.gguf", "meta.json", "prompt_template.txt"]);
    const lora = await readGgufLora(interpreter.config, Gguf.decode(files["adapter.gguf"]!));
    const own = decodeAdapter(interpreter.config, program.adapter!);
    expect(new Map(lora.weights)).toEqual(new Map(own.weights));
    const meta = JSON.parse(text(files["meta.json"]!));
    expect(meta).toMatchObject({
      program_id: "3f9a1c0be7d25a684f10",
      spec: "Capital letters.",
      interpreter: "tiny",
      lora_rank: 2,
      lora_alpha: 4,
      runtime_manifest_version: 1,
    });
    expect(meta.runtime_id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    expect(text(files["prompt_template.txt"]!).split("{INPUT_PLACEHOLDER}")).toHaveLength(2);
  });

  test("of a program without an adapter has one that changes nothing, of the size that clients want", async () => {
    const file = unzipSync(packPaw(contextProgram, interpreter))["adapter.gguf"]!;
    expect(text(file.subarray(0, 4))).toBe("GGUF");
    expect(file.byteLength).toBeGreaterThanOrEqual(1024);
    const { weights } = await readGgufLora(interpreter.config, Gguf.decode(file));
    for (const [name, values] of weights)
      if (name.includes("lora_B")) expect(values.every((v) => v === 0)).toBe(true);
  });

  test("cannot hold a KV prefix, and says so", () => {
    expect(() => packPaw(withAdapter({ prefixLength: 2 }), interpreter)).toThrow(
      expect.objectContaining({ code: "program.not_exportable" }),
    );
  });
});

test("the base model's file is the interpreter, and the manifest names its hash and size", async () => {
  const base = baseModelFile(interpreter);
  const { model } = await readGgufModel(Gguf.decode(base.bytes));
  expect(new Map(model.weights)).toEqual(new Map(interpreter.weights));
  const manifest = runtimeManifest(interpreter, base, "http://x/base.gguf");
  expect(manifest).toMatchObject({
    manifest_version: 1,
    adapter_format: "gguf_lora",
    prompt_template: { format: "rendered_text", placeholder: "{INPUT_PLACEHOLDER}" },
    local_sdk: {
      base_model: { url: "http://x/base.gguf", sha256: base.sha256, size_bytes: base.bytes.length },
    },
  });
});

describe("an imported adapter", () => {
  test("becomes the program it was exported from: same prompt, same weights", async () => {
    const program = withAdapter(loraShape);
    const files = unzipSync(packPaw(program, interpreter));
    const template = text(files["prompt_template.txt"]!);
    const imported = await importAdapter(
      { spec: "Capital letters.", template, adapter: files["adapter.gguf"] },
      interpreter,
    );
    expect(imported.promptTemplate).toBe(template);
    expect(decodeAdapter(interpreter.config, imported.adapter!).weights).toEqual(
      decodeAdapter(interpreter.config, program.adapter!).weights,
    );
    expect(imported.manifest.scores.heldOut).toEqual({ exactMatch: null, n: 0 });
  });

  test("is refused if it is no GGUF file, or its template is of another form", async () => {
    const bad = { spec: "x", adapter: new TextEncoder().encode("GGUF nonsense") };
    await expect(importAdapter(bad, interpreter)).rejects.toMatchObject({ code: "artifact.invalid" });
    const template = "Input: {INPUT_PLACEHOLDER}\nOutput:";
    await expect(
      importAdapter({ spec: "x", template, adapter: undefined }, interpreter),
    ).rejects.toMatchObject({
      code: "artifact.invalid",
    });
  });
});

test("a template is read back as the context it was written from", () => {
  const context = {
    spec: "S",
    examples: [
      { input: "a", output: "b" },
      { input: "", output: "" },
    ],
  };
  expect(promptOfTemplate(promptTemplate(context))).toEqual(context);
  expect(promptOfTemplate(promptTemplate({ spec: "" }))).toEqual({ spec: "" });
  expect(promptOfTemplate(promptTemplate(null))).toBeNull();
  for (const bad of ["", "{INPUT_PLACEHOLDER}", `<|spec|>a<|in|>b<|in|>{INPUT_PLACEHOLDER}<|out|>`]) {
    expect(promptOfTemplate(bad)).toBeUndefined();
  }
});
