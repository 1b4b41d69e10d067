/** Generate jobs of kind `code`: from a spec and examples to a function that passed them in the sandbox; it is kept. */

import {
  type GeneratedCode,
  generateCode,
  openGenerator,
  readGeneratorConfig,
  Sandbox,
  toQueuedResult,
} from "@weightsmith/codegen";
import {
  AppError,
  canonicalJson,
  type GenerateRequest,
  generateCodeSchema,
  programIdFromSha256,
  sha256Hex,
} from "@weightsmith/contract";
import type { Program } from "@weightsmith/core";
import { packProgram } from "@weightsmith/programs";
import type { Handler, HandlerContext } from "../handler.ts";

type CodeRequest = Extract<GenerateRequest, { kind: "code" }>;

export interface GenerateCodeSettings {
  readonly modelsFolder: string;
  /** `WEIGHTSMITH_CODE_*`: models and endpoints that the operator names; requests cannot name any. */
  readonly codeVariables?: Readonly<Record<string, string | undefined>> | undefined;
}

export function generateCodeHandler({ modelsFolder, codeVariables = {} }: GenerateCodeSettings): Handler {
  // One for all jobs: an interpreter takes seconds to start. Its threads do not keep the process alive.
  const sandbox = new Sandbox();
  let opening: ReturnType<typeof openGenerator> | undefined;
  return async (context) => {
    const stored = generateCodeSchema.safeParse(context.job.request);
    // The API stores what it has parsed; only another version of it could store anything else.
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const request = stored.data;
    opening ??= readGeneratorConfig(modelsFolder, codeVariables).then((config) =>
      openGenerator(config, { modelsFolder }),
    );
    // A model that was not there may be there for the next job.
    opening.catch(() => {
      opening = undefined;
    });
    const { parts } = await opening;
    const generated = await generateCode(request, {
      sandbox,
      signal: context.signal,
      ...parts,
      onProgress: (phase, done, total) =>
        context.progress({ phase, done, total: Math.max(total, 1), metrics: {} }),
    });
    const output = { kind: "code", ...toQueuedResult(context.job.id, generated) };
    if (generated.code === null) return { result: { programId: null, report: null, output } };
    const program = await keep(generated, generated.code, request, context);
    return { result: { programId: program.id, report: null, output }, program };
  };
}

/** Stores the source with what is known about it. Its id is that of its code: the same code is the same program. */
async function keep(
  generated: GeneratedCode,
  code: string,
  { language, spec = "", seed, name, tags, public: isPublic }: CodeRequest,
  { artifacts }: HandlerContext,
): Promise<Program.Draft> {
  const id = programIdFromSha256(await sha256Hex(canonicalJson({ kind: "code", language, code })));
  const told = spec.trim() === "" ? `the function ${generated.functionName}` : spec;
  const text = new TextEncoder();
  const { code: _, ...known } = generated;
  const archive = packProgram(
    new Map([
      [language === "python" ? "program.py" : "program.ts", text.encode(code)],
      [
        "program.json",
        text.encode(
          `${JSON.stringify({ format: 1, kind: "code", programId: id, language, spec: told, ...known }, null, 2)}\n`,
        ),
      ],
    ]),
  );
  const artifact = await artifacts.put(archive, { mediaType: "application/gzip" });
  return {
    id,
    kind: "code",
    spec: told,
    seed,
    artifactSha256: artifact.sha256,
    tags,
    public: isPublic,
    ...(name === undefined ? {} : { name }),
  };
}
