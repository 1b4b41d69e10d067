/** Our compile methods as PAW's compilers. A compiler's name is `weightsmith-METHOD`; PAW's own names mean the default. */
import { createHash } from "node:crypto";
import {
  AppError,
  type CompileRequest,
  canonicalProgram,
  type Example,
  LIMITS,
  METHODS,
  type Method,
  type ProgramId,
  parseCompileRequest,
  programDeterminants,
  programIdFromSha256,
} from "@weightsmith/contract";
import type { Interpreter, Services } from "../../services.ts";
import type { CompileBody } from "./bodies.ts";
import { examplesInSpec } from "./examples-in-spec.ts";

export const COMPILER_KIND = "weightsmith";
const PREFIX = "weightsmith-";
export const DEFAULT_COMPILER = `${PREFIX}auto`;

const ABOUT: Readonly<Record<Method, string>> = {
  auto: "Trains on the examples, also on those in the spec, and keeps what does best; the prompt alone without examples.",
  context: "Reads spec and examples once and trains nothing: done in a second.",
  fast: "A compiler network writes the adapter in one pass: done in seconds.",
  train: "Trains the adapter on the examples from where the compiler network leaves off.",
  lora: "Trains low-rank updates of the weights on the examples.",
  prefix: "Trains keys and values that stand before the input. Cannot be exported to llama.cpp.",
  dummy: "Makes the spec the prompt and is done at once: for demos and tests.",
};

export const compilers = ({ interpreters, compilerRevision }: Services) =>
  METHODS.map((method) => ({
    name: `${PREFIX}${method}`,
    id: `${PREFIX}${method}`,
    display_name: `Weightsmith ${method}`,
    description: ABOUT[method],
    kind: COMPILER_KIND,
    default: `${PREFIX}${method}` === DEFAULT_COMPILER,
    status: "available",
    interpreter: interpreters[0]?.id ?? null,
    runtime_id: interpreters[0] ? runtimeIdOf(interpreters[0]) : null,
    snapshot: interpreters[0] ? snapshotOf(method, compilerRevision, interpreters[0]) : null,
  }));

/** As the packer of programs names them; said again here because the API's process knows no machine learning. */
export const runtimeIdOf = ({ id, sha256 }: Interpreter): string => `weightsmith-${id}-${sha256.slice(0, 8)}`;
export const snapshotOf = (method: string, revision: string, { sha256 }: Interpreter): string =>
  `weightsmith-${method}-r${revision}-${sha256.slice(0, 8)}`;

/** @throws AppError method.unknown */
function methodOf(compiler: string | null | undefined): Method {
  if (compiler == null || compiler.startsWith("paw-")) return "auto";
  const method = METHODS.find((known) => compiler === `${PREFIX}${known}` || compiler === known);
  if (method !== undefined) return method;
  throw new AppError("method.unknown", {
    message: `There is no compiler ${JSON.stringify(compiler.slice(0, 100))}; there are ${METHODS.map((known) => `${PREFIX}${known}`).join(", ")}.`,
  });
}

export interface CompilePlan {
  readonly request: CompileRequest;
  readonly programId: ProgramId;
  readonly interpreter: Interpreter;
  readonly snapshot: string;
}

/**
 * What a request of theirs is in our terms. They send a spec alone; examples that it spells out are examples to us, so
 * that there is something to train on and to measure.
 * @throws AppError method.unknown, interpreter.unknown, spec.*, examples.*
 */
export function planCompile(
  { interpreters, compilerRevision }: Services,
  body: Pick<CompileBody, "spec" | "compiler" | "examples"> & Partial<CompileBody>,
  alias?: string,
): CompilePlan {
  const interpreter = interpreters[0];
  if (interpreter === undefined) {
    throw new AppError("interpreter.unknown", { message: "This server has no interpreter." });
  }
  const given: readonly Example[] = body.examples ?? examplesInSpec(body.spec);
  const wanted = methodOf(body.compiler);
  const method = wanted === "auto" && given.length < LIMITS.examplesForTraining ? "context" : wanted;
  const isPublic = (body.public ?? true) && body.ephemeral !== true;
  const request = parseCompileRequest({
    spec: body.spec,
    examples: [...given],
    method,
    interpreter: interpreter.id,
    tags: body.tags ?? [],
    public: isPublic,
    ...(body.name == null ? {} : { name: body.name }),
    ...(alias === undefined ? {} : { alias }),
  });
  const canonical = canonicalProgram(programDeterminants(request, interpreter, compilerRevision));
  return {
    request,
    programId: programIdFromSha256(createHash("sha256").update(canonical).digest("hex")),
    interpreter,
    snapshot: snapshotOf(method, compilerRevision, interpreter),
  };
}
