/**
 * Compiles a request into a program: splits the examples, tries the ways that the method names, keeps what does best on
 * validation examples, and only then measures it on the held-out ones. Same request, interpreter and revision, same
 * program.
 */
import { createHash } from "node:crypto";
import {
  AppError,
  type CompileRequest,
  canonicalJson,
  type Method,
  type Prediction,
  type Progress,
  programDeterminants,
  programIdOf,
  type Report,
  type Score,
} from "@weightsmith/contract";
import { type Adapter, createAdapter, encodeAdapter, projectionNames } from "@weightsmith/nn";
import { assembleProgram, type ProgramArtifact } from "../artifact/program-folder.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import { type PromptContext, promptTemplate, type SolvedExample } from "../interpreter/prompt.ts";
import { cutSpec, fittingExamples } from "../interpreter/rows.ts";
import { OpenInterpreter } from "../runtime/program-host.ts";
import {
  type TrainedAdapter,
  type TrainingCheckpoints,
  type TrainingSettings,
  trainAdapter,
} from "./adapter-training.ts";
import { loraShape, trainingSettings } from "./settings.ts";
import { type ExampleSplit, splitExamples } from "./split.ts";

/** Changes whenever the compiler would make another program from the same request. */
export const compilerRevision = "1";

export interface CompileOptions {
  readonly interpreter: Interpreter;
  readonly device?: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Where an interrupted training left off, and where to leave off. Default: nowhere. */
  readonly checkpoint?: TrainingCheckpoints;
  /** For experiments and tests: a program made with other settings than the compiler's own is not what its id says. */
  readonly training?: Partial<TrainingSettings>;
}

/** A way the program could be. */
interface Candidate {
  readonly method: Exclude<Method, "auto">;
  readonly adapter: Adapter | undefined;
  /** What stands before every input; null: nothing, the adapter holds it all. */
  readonly prompt: PromptContext | null;
  readonly training?: TrainedAdapter;
  readonly seconds: number;
}

/** Training and validation examples beyond these are not run for the report: it would take longer than the training. */
const mostScored = 64;

/**
 * @throws AppError training.diverged, interpreter.unavailable; the signal's reason when aborted
 */
export async function compileProgram(
  request: CompileRequest,
  options: CompileOptions,
): Promise<ProgramArtifact> {
  const { interpreter, signal } = options;
  const progress = options.onProgress ?? (() => {});
  const split = splitExamples(request.examples, request.seed);
  progress({ phase: "prepare", done: 0, total: null, metrics: {} });
  const spec = cutSpec(request.spec, interpreter.encoder, Math.floor(interpreter.contextTokens / 2));
  const prompt: PromptContext = { spec, examples: shownExamples(spec, split, interpreter) };
  const open = await OpenInterpreter.open(interpreter, options);
  try {
    const began = performance.now();
    const chosen = await choose(request, prompt, split, open, options);
    const trainingSeconds = (performance.now() - began) / 1000;
    const adapter = chosen.adapter && encodeAdapter(interpreter.config, chosen.adapter, { dtype: "F16" });

    // The program is measured as it ships: read back from its own bytes.
    const measure = async (
      bytes: Uint8Array | undefined,
      context: PromptContext | null,
      part: readonly SolvedExample[],
    ) => {
      const prepared = await open.prepare(bytes, context);
      const answers = await open.answer(
        prepared,
        part.map(({ input }) => input),
        signal ? { signal } : {},
      );
      return predictionsOf(part, answers);
    };
    const total = 3;
    progress({ phase: "evaluate", done: 0, total, metrics: {} });
    const heldOut = await measure(adapter, chosen.prompt, split.heldOut);
    progress({ phase: "evaluate", done: 1, total, metrics: {} });
    const learnt = await measure(adapter, chosen.prompt, split.training.slice(0, mostScored));
    progress({ phase: "evaluate", done: 2, total, metrics: {} });
    const validation = await measure(adapter, chosen.prompt, split.validation.slice(0, mostScored));
    const baseline = adapter === undefined ? heldOut : await measure(undefined, prompt, split.heldOut);
    progress({ phase: "evaluate", done: total, total, metrics: {} });

    const report: Report = {
      heldOut: scoreOf(heldOut),
      training: {
        ...scoreOf(learnt),
        steps: chosen.training?.steps ?? 0,
        seconds: round(trainingSeconds, 3),
        finalLoss: round(chosen.training?.losses.at(-1)?.[1] ?? null, 5),
        trainableParameters: parameterCount(chosen.adapter),
        losses: (chosen.training?.losses ?? []).map(([step, loss]) => [step, round(loss, 5)]),
      },
      ...(validation.length > 0 && { validation: scoreOf(validation) }),
      baseline: scoreOf(baseline),
      predictions: heldOut,
    };
    return assembleProgram({
      manifest: {
        programId: await programIdOf(
          programDeterminants(request, { id: interpreter.id, sha256: interpreter.sha256 }, compilerRevision),
        ),
        kind: "weights",
        ...(request.name === undefined ? {} : { name: request.name }),
        spec: request.spec,
        interpreter: { id: interpreter.id, sha256: interpreter.sha256 },
        method: chosen.method,
        requestedMethod: request.method,
        compilerRevision,
        seed: request.seed,
        adapter: describeAdapter(chosen.adapter),
        prompt: chosen.prompt && { spec: chosen.prompt.spec, examples: [...(chosen.prompt.examples ?? [])] },
        scores: { heldOut: report.heldOut, training: scoreOf(learnt) },
        data: {
          examples: request.examples.length,
          trainingSha256: hashOf([...split.training, ...split.validation]),
          heldOutSha256: hashOf(split.heldOut),
        },
      },
      report,
      promptTemplate: chosen.prompt === null ? promptTemplate(null) : promptTemplate(chosen.prompt),
      adapter,
    });
  } finally {
    await open.close();
  }
}

/** Tries what the method names. With `auto`, training is kept only if it beats the prompt on the validation examples. */
async function choose(
  request: CompileRequest,
  prompt: PromptContext,
  split: ExampleSplit,
  open: OpenInterpreter,
  options: CompileOptions,
): Promise<Candidate> {
  const context: Candidate = { method: "context", adapter: undefined, prompt, seconds: 0 };
  switch (request.method) {
    case "context":
      return context;
    case "prefix":
      return { ...(await trainPrefix(request, prompt, split, open, options)), method: "prefix" };
    case "lora":
    case "auto": {
      const lora = await trainLora(request, prompt, split, options);
      if (lora.adapter !== undefined || request.method === "lora") return lora;
      return { ...context, ...(lora.training && { training: lora.training }) };
    }
  }
}

async function trainLora(
  request: CompileRequest,
  prompt: PromptContext,
  split: ExampleSplit,
  options: CompileOptions,
): Promise<Candidate> {
  const shape = { lora: { ...loraShape, targets: [...projectionNames] } };
  const adapter = createAdapter(options.interpreter.config, shape, { seed: request.seed });
  return train("lora", adapter, prompt, request, prompt, split, options);
}

/** Starts from the keys and values of the prompt, which then is no longer needed. */
async function trainPrefix(
  request: CompileRequest,
  prompt: PromptContext,
  split: ExampleSplit,
  open: OpenInterpreter,
  options: CompileOptions,
): Promise<Candidate> {
  const { length, keys, values } = await open.prefixOf(prompt);
  const shape = { prefixLength: length };
  const fresh = createAdapter(options.interpreter.config, shape, { seed: request.seed });
  const weights = new Map(fresh.weights);
  for (let layer = 0; layer < keys.length; layer++) {
    weights.set(`prefix.layers.${layer}.key`, keys[layer]!.slice());
    weights.set(`prefix.layers.${layer}.value`, values[layer]!.slice());
  }
  return train("prefix", { shape, weights }, null, request, prompt, split, options);
}

async function train(
  method: "lora" | "prefix",
  adapter: Adapter,
  runPrompt: PromptContext | null,
  request: CompileRequest,
  prompt: PromptContext,
  split: ExampleSplit,
  options: CompileOptions,
): Promise<Candidate> {
  const began = performance.now();
  const trained = await trainAdapter({
    interpreter: options.interpreter,
    adapter,
    spec: prompt.spec,
    shown: prompt.examples ?? [],
    withoutContext: runPrompt === null,
    split,
    seed: request.seed,
    device: options.device ?? "cpu",
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    signal: options.signal,
    settings: { ...trainingSettings(method), ...options.training },
    onStep({ step, steps, loss }) {
      if (!Number.isFinite(loss)) {
        throw new AppError("training.diverged", { context: { step, loss: String(loss) } });
      }
      options.onProgress?.({ phase: "train", done: step, total: steps, metrics: { loss, step } });
    },
    checkpoint: options.checkpoint ?? { load: async () => undefined, save: async () => {} },
  });
  // Where no step helped, a prefix is still what it started from, and a LoRA still changes nothing.
  const kept = trained.adapter ?? (method === "prefix" || request.method === "lora" ? adapter : undefined);
  const seconds = (performance.now() - began) / 1000;
  return { method, adapter: kept, prompt: runPrompt, training: trained, seconds };
}

/** The examples that stand in the prompt: as many as leave room for the longest input and answer seen. */
function shownExamples(
  spec: string,
  { training, validation }: ExampleSplit,
  { encoder, contextTokens }: Interpreter,
): SolvedExample[] {
  const longest = Math.max(
    24,
    ...[...training, ...validation].map(
      ({ input, output }) => encoder.encode(input).length + encoder.encode(output).length + 3,
    ),
  );
  return fittingExamples(spec, training, encoder, contextTokens - Math.ceil(longest * 1.25));
}

function predictionsOf(
  examples: readonly SolvedExample[],
  answers: readonly { readonly output: string }[],
): Prediction[] {
  return examples.map(({ input, output: expected }, index) => {
    const output = answers[index]?.output ?? "";
    return { input, expected, output, correct: output === expected };
  });
}

function scoreOf(predictions: readonly Prediction[]): Score {
  const n = predictions.length;
  return { exactMatch: n === 0 ? null : predictions.filter(({ correct }) => correct).length / n, n };
}

function describeAdapter(adapter: Adapter | undefined) {
  if (adapter === undefined) return null;
  const { lora, prefixLength } = adapter.shape;
  return {
    ...(lora && { lora: { rank: lora.rank, alpha: lora.alpha, targets: [...lora.targets] } }),
    ...(prefixLength && { prefix: { length: prefixLength } }),
  };
}

const parameterCount = (adapter: Adapter | undefined): number =>
  [...(adapter?.weights.values() ?? [])].reduce((sum, values) => sum + values.length, 0);

const hashOf = (examples: readonly SolvedExample[]): string =>
  createHash("sha256")
    .update(
      examples
        .map(({ input, output }) => canonicalJson({ input, output }))
        .sort()
        .join("\n"),
    )
    .digest("hex");

function round<T extends number | null>(value: T, digits: number): T {
  return (value === null ? null : Number(value.toFixed(digits))) as T;
}
