/** A llama.cpp LoRA and a prompt template, made elsewhere for one of our interpreters, as a program. */
import { createHash } from "node:crypto";
import { AppError, canonicalJson, type ProgramId, type Report } from "@weightsmith/contract";
import { encodeAdapter, FormatError, Gguf, readGgufLora } from "@weightsmith/nn";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import { inputPlaceholder, ownMarks, promptOfTemplate, promptTemplate } from "../../interpreter/prompt.ts";
import { assembleProgram, type ProgramArtifact } from "../program-folder.ts";

export interface ImportedAdapter {
  readonly spec: string;
  readonly name?: string | undefined;
  /** Default: the spec alone. */
  readonly template?: string | undefined;
  /** `adapter.gguf`; undefined: the program is its prompt alone. */
  readonly adapter: Uint8Array | undefined;
}

const unmeasured = { exactMatch: null, n: 0 } as const;

/**
 * Nothing is known of what it learnt from, so it has no score.
 * @throws AppError artifact.invalid if the adapter is none, or none of this interpreter, or the template is not in the
 * interpreter's form
 */
export async function importAdapter(
  { spec, name, template, adapter }: ImportedAdapter,
  interpreter: Interpreter,
): Promise<ProgramArtifact> {
  const own = interpreter.promptMarks === ownMarks;
  const prompt = template === undefined ? { spec } : own ? promptOfTemplate(template) : undefined;
  if (prompt === undefined) {
    throw new AppError("artifact.invalid", {
      message: `The prompt template is not one of the interpreter ${interpreter.id}.`,
      remedy: `Write it as ${JSON.stringify(promptTemplate({ spec: "SPEC" }, interpreter.promptMarks))}, with ${inputPlaceholder} exactly once.`,
    });
  }
  const lora = adapter && (await readLora(adapter, interpreter));
  const bytes = lora && encodeAdapter(interpreter.config, lora, { dtype: "F32" });
  const source = canonicalJson({
    format: 1,
    imported: true,
    spec,
    prompt,
    adapter: bytes ? createHash("sha256").update(bytes).digest("hex") : null,
    interpreter: { id: interpreter.id, sha256: interpreter.sha256 },
  });
  const empty = createHash("sha256").update("").digest("hex");
  const report: Report = {
    heldOut: unmeasured,
    training: { ...unmeasured, steps: 0, seconds: 0, finalLoss: null },
    predictions: [],
  };
  return assembleProgram({
    manifest: {
      programId: createHash("sha256").update(source).digest("hex").slice(0, 20) as ProgramId,
      kind: "weights",
      ...(name === undefined ? {} : { name }),
      spec,
      interpreter: { id: interpreter.id, sha256: interpreter.sha256 },
      method: lora ? "lora" : "context",
      requestedMethod: lora ? "lora" : "context",
      compilerRevision: "import",
      seed: 0,
      adapter: lora
        ? {
            lora: {
              rank: lora.shape.lora!.rank,
              alpha: lora.shape.lora!.alpha,
              targets: [...lora.shape.lora!.targets],
            },
          }
        : null,
      prompt: prompt && { spec: prompt.spec, examples: [...(prompt.examples ?? [])] },
      scores: { heldOut: unmeasured, training: unmeasured },
      data: { examples: 0, trainingSha256: empty, heldOutSha256: empty },
    },
    report,
    promptTemplate: promptTemplate(prompt, interpreter.promptMarks),
    adapter: bytes,
  });
}

async function readLora(bytes: Uint8Array, { config, id }: Interpreter) {
  try {
    return await readGgufLora(config, Gguf.decode(bytes));
  } catch (cause) {
    if (!(cause instanceof FormatError || cause instanceof RangeError)) throw cause;
    throw new AppError("artifact.invalid", {
      message: `The adapter is not a LoRA of the interpreter ${id}: ${cause.message}.`,
      remedy: "Send a GGUF file of type `adapter` whose tensors fit the interpreter's GGUF file.",
      cause,
    });
  }
}
