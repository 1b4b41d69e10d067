/**
 * Compiles a request into a program: splits the examples, tries the ways that the method names, keeps what does best on
 * validation examples, and only then measures it on the held-out ones. Same request, interpreter and revision, same
 * program.
 */
import { createHash } from "node:crypto";
import {
  type CompileRequest,
  canonicalJson,
  type Prediction,
  programDeterminants,
  programIdOf,
  type Report,
  type Score,
} from "@weightsmith/contract";
import { type Adapter, encodeAdapter } from "@weightsmith/nn";
import { assembleProgram, type ProgramArtifact } from "../artifact/program-folder.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import { type PromptContext, promptTemplate, type SolvedExample } from "../interpreter/prompt.ts";
import { cutSpec, fittingExamples } from "../interpreter/rows.ts";
import { calibrate } from "../runtime/confidence.ts";
import { OpenInterpreter } from "../runtime/open-interpreter.ts";
import { type CompileOptions, chooseCandidate } from "./candidates.ts";
import { loadCompiler } from "./fast/compiler-file.ts";
import { FastCompiler } from "./fast/fast-compiler.ts";
import { findLabeller } from "./labelled-inputs.ts";
import { type ExampleSplit, splitExamples } from "./split.ts";

/** Changes whenever the compiler, its code or its weights, would make another program from the same request. */
export const compilerRevision = "5";

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
  const fast = await openFastCompiler(request, options);
  try {
    const began = performance.now();
    const labeller = trains(request) ? findLabeller(options.findFunctions, spec, split) : undefined;
    const chosen = await chooseCandidate({ request, prompt, split, open, fast, labeller, options });
    const trainingSeconds = (performance.now() - began) / 1000;
    const encode = (weights: Adapter) => encodeAdapter(interpreter.config, weights, { dtype: "F16" });
    const adapter = chosen.adapter && encode(chosen.adapter);

    // The program is measured as it ships: read back from its own bytes.
    const measure = async (
      bytes: Uint8Array | undefined,
      context: PromptContext | null,
      part: readonly SolvedExample[],
    ) => {
      const prepared = await open.prepare(bytes, context, { constraint: request.constraint });
      const answers = await open.answer(
        prepared,
        part.map(({ input }) => input),
        { scores: true, ...(signal && { signal }) },
      );
      const predictions = predictionsOf(part, answers);
      const known = predictions.map(({ correct }, i) => ({
        correct,
        logProbability: answers[i]!.logProbability ?? 0,
      }));
      return { predictions, known };
    };
    const total = 3;
    progress({ phase: "evaluate", done: 0, total, metrics: {} });
    const measured = await measure(adapter, chosen.prompt, split.heldOut);
    const heldOut = measured.predictions;
    progress({ phase: "evaluate", done: 1, total, metrics: {} });
    const { predictions: learnt } = await measure(
      adapter,
      chosen.prompt,
      split.training.slice(0, mostScored),
    );
    progress({ phase: "evaluate", done: 2, total, metrics: {} });
    const selected = chosen.selected ? encode(chosen.selected) : adapter;
    const validated = await measure(selected, chosen.prompt, split.validation.slice(0, mostScored));
    const validation = validated.predictions;
    const baseline =
      adapter === undefined ? heldOut : (await measure(undefined, prompt, split.heldOut)).predictions;
    // Only answers to examples that nothing learnt from: what was learnt looks surer than it is.
    const known = [...measured.known, ...validated.known];
    progress({ phase: "evaluate", done: total, total, metrics: {} });

    const report: Report = {
      heldOut: scoreOf(heldOut),
      training: {
        ...scoreOf(learnt),
        ...(chosen.training && { added: labeller ? "labelled" : "varied" }),
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
        ...(request.constraint && { constraint: request.constraint }),
        ...(known.length > 0 && { calibration: calibrate(known) }),
        scores: { heldOut: report.heldOut, training: scoreOf(learnt) },
        data: {
          examples: request.examples.length,
          trainingSha256: hashOf([...split.training, ...split.validation]),
          heldOutSha256: hashOf(split.heldOut),
        },
        lineage: { parents: [...request.parents] },
      },
      report,
      promptTemplate: promptTemplate(chosen.prompt, interpreter.promptMarks),
      adapter,
    });
  } finally {
    await fast?.release();
    await open.close();
  }
}

const trains = ({ method }: CompileRequest): boolean =>
  method !== "context" && method !== "fast" && method !== "dummy";

async function openFastCompiler(
  { method }: CompileRequest,
  { interpreter, device, threads }: CompileOptions,
): Promise<FastCompiler | undefined> {
  if (method !== "fast" && method !== "train" && method !== "auto") return undefined;
  const compiler = await loadCompiler(interpreter);
  const session = { ...(device && { device }), ...(threads && { threads }) };
  return compiler && FastCompiler.open(interpreter, compiler, session);
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
