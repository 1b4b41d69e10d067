/** The ways to compile: each makes a candidate program, and `auto` chooses between them by validation examples. */
import { AppError, type CompileRequest, type Method, type Progress } from "@weightsmith/contract";
import { type Adapter, createAdapter, encodeAdapter, projectionsOf } from "@weightsmith/nn";
import type { Interpreter } from "../interpreter/interpreter.ts";
import type { PromptContext, SolvedExample } from "../interpreter/prompt.ts";
import { cutSpec, fittingExamples } from "../interpreter/rows.ts";
import type { OpenInterpreter } from "../runtime/open-interpreter.ts";
import {
  type TrainedAdapter,
  type TrainingCheckpoints,
  type TrainingSettings,
  trainAdapter,
} from "./adapter-training.ts";
import type { FastCompiler } from "./fast/fast-compiler.ts";
import type { Labeller, LabellerSearch } from "./labelled-inputs.ts";
import { loraShape, refitSettings, trainingSettings } from "./settings.ts";
import type { ExampleSplit } from "./split.ts";

export interface CompileOptions {
  readonly interpreter: Interpreter;
  readonly device?: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Where an interrupted training left off, and where to leave off. Default: nowhere. */
  readonly checkpoint?: TrainingCheckpoints;
  readonly training?: Partial<TrainingSettings>;
  /** Rank of a LoRA that starts from nothing. Default: what settings.ts says. */
  readonly rank?: number;
  /** The most tokens of a KV prefix. Default: the whole prompt. */
  readonly prefixLength?: number;
  /** Finds functions that label more training inputs. Default: none are labelled. */
  readonly findFunctions?: LabellerSearch;
}

/** A way the program could be. */
export interface Candidate {
  readonly method: Exclude<Method, "auto">;
  readonly adapter: Adapter | undefined;
  /** What stands before every input; null: nothing, the adapter holds it all. */
  readonly prompt: PromptContext | null;
  readonly training?: TrainedAdapter;
  /** The adapter by which the candidate was chosen, before validation examples were learnt from as well. */
  readonly selected?: Adapter;
}

export interface Choice {
  readonly request: CompileRequest;
  readonly prompt: PromptContext;
  readonly split: ExampleSplit;
  readonly open: OpenInterpreter;
  /** The amortised compiler of the interpreter, where there is one and the method can use it. */
  readonly fast: FastCompiler | undefined;
  /** A function that agrees with all examples that are not held out, where one was found. */
  readonly labeller: Labeller | undefined;
  readonly options: CompileOptions;
}

/** Makes what the method names. @throws AppError interpreter.no_compiler, training.diverged */
export async function chooseCandidate(choice: Choice): Promise<Candidate> {
  const { request, prompt } = choice;
  switch (request.method) {
    case "context":
      return contextCandidate(prompt);
    case "dummy":
      return { ...contextCandidate({ spec: prompt.spec }), method: "dummy" };
    case "fast":
      return fastCandidate(choice, requireFast(choice));
    case "prefix":
      return trainPrefix(choice);
    case "lora":
      return refit(choice, await trainLora(choice, "lora", freshLora(choice)));
    case "train":
      return refit(choice, await trainLora(choice, "train", await startingLora(choice)));
    case "auto":
      return chooseByValidation(choice);
  }
}

const contextCandidate = (prompt: PromptContext): Candidate => ({
  method: "context",
  adapter: undefined,
  prompt,
});

async function fastCandidate({ prompt }: Choice, fast: FastCompiler): Promise<Candidate> {
  return { method: "fast", adapter: await fast.compile(prompt), prompt };
}

/** Examples that must all be answered before a base is believed to follow a spec by itself. */
const enoughToBelieve = 8;

/**
 * The base by its spec alone where that answers every example: nothing could be learnt from them. Otherwise trains, and
 * keeps the trained adapter unless what needs no training answers more validation examples. Without validation examples
 * training decides: with as few examples as that it is nearly always better.
 */
async function chooseByValidation(choice: Choice): Promise<Candidate> {
  const { fast, prompt, split } = choice;
  const seen = [...split.training, ...split.validation];
  const bySpec = contextCandidate({ spec: prompt.spec, examples: [] });
  if (seen.length >= enoughToBelieve && (await exactAnswers(choice, bySpec, seen)) === seen.length)
    return bySpec;
  const start = await startingLora(choice);
  const trained = await trainLora(choice, "train", start);
  if (split.validation.length === 0) return trained;
  const others = [...(fast ? [await fastCandidate(choice, fast)] : []), contextCandidate(prompt)];
  let best = trained;
  let most = await exactAnswers(choice, trained);
  for (const other of others) {
    const exact = await exactAnswers(choice, other);
    if (exact > most)
      [best, most] = [{ ...other, ...(trained.training && { training: trained.training }) }, exact];
  }
  return best === trained ? refit(choice, trained) : best;
}

/**
 * Once validation has done its work, its examples are learnt from too: a short training at a low rate, from where the
 * candidate stands. Only the held-out examples are left to measure it by.
 */
async function refit(choice: Choice, candidate: Candidate): Promise<Candidate> {
  const { training, validation } = choice.split;
  const { adapter, method } = candidate;
  if (validation.length === 0 || adapter === undefined || (method !== "train" && method !== "lora"))
    return candidate;
  const all = { ...choice.split, training: [...training, ...validation], validation: [] };
  const settings = refitSettings(choice.options.training);
  const refitted = await train(
    { ...choice, split: all, options: { ...choice.options, training: settings, checkpoint: noCheckpoint } },
    { ...candidate, adapter, method },
  );
  return { ...candidate, adapter: refitted.adapter, selected: adapter };
}

const noCheckpoint: TrainingCheckpoints = { load: async () => undefined, save: async () => {} };

async function exactAnswers(
  { open, options, split }: Choice,
  candidate: Candidate,
  examples: readonly SolvedExample[] = split.validation,
): Promise<number> {
  const bytes =
    candidate.adapter && encodeAdapter(options.interpreter.config, candidate.adapter, { dtype: "F16" });
  const program = await open.prepare(bytes, candidate.prompt);
  const answers = await open.answer(
    program,
    examples.map(({ input }) => input),
    options.signal ? { signal: options.signal } : {},
  );
  return examples.filter(({ output }, index) => answers[index]?.output === output).length;
}

function requireFast({ fast, options: { interpreter } }: Choice): FastCompiler {
  if (fast !== undefined) return fast;
  throw new AppError("interpreter.no_compiler", {
    message: `The interpreter ${interpreter.id} has no amortised compiler, which the method \`fast\` needs.`,
    context: { interpreter: interpreter.id },
  });
}

function freshLora({ request, options }: Choice): Adapter {
  const rank = options.rank ?? loraShape.rank;
  const lora = { rank, alpha: 2 * rank, targets: projectionsOf(options.interpreter.config) };
  return createAdapter(options.interpreter.config, { lora }, { seed: request.seed });
}

/** What training starts from: what the amortised compiler says, or else an adapter that changes nothing. */
async function startingLora(choice: Choice): Promise<Adapter> {
  const { fast } = choice;
  return fast ? fast.compile(choice.prompt) : freshLora(choice);
}

function trainLora(choice: Choice, method: "lora" | "train", adapter: Adapter): Promise<Candidate> {
  return train(choice, { method, adapter, prompt: choice.prompt });
}

/** Starts from the keys and values of the prompt, which then is no longer needed. */
async function trainPrefix(choice: Choice): Promise<Candidate> {
  const { length, keys, values } = await choice.open.prefixOf(prefixedPrompt(choice));
  const shape = { prefixLength: length };
  const { seed } = choice.request;
  const weights = new Map(createAdapter(choice.options.interpreter.config, shape, { seed }).weights);
  for (let layer = 0; layer < keys.length; layer++) {
    weights.set(`prefix.layers.${layer}.key`, keys[layer]!.slice());
    weights.set(`prefix.layers.${layer}.value`, values[layer]!.slice());
  }
  return train(choice, { method: "prefix", adapter: { shape, weights }, prompt: null });
}

/** The prompt that a prefix starts from: as much of it as the prefix may hold. */
function prefixedPrompt({ prompt, options: { prefixLength, interpreter } }: Choice): PromptContext {
  if (prefixLength === undefined) return prompt;
  const spec = cutSpec(prompt.spec, interpreter.encoder, prefixLength - 1);
  return { spec, examples: fittingExamples(spec, prompt.examples ?? [], interpreter.encoder, prefixLength) };
}

/** The candidate with its adapter trained; as it was where no step helped on the validation examples. */
async function train(
  { request, prompt, split, labeller, options }: Choice,
  start: Candidate & { readonly adapter: Adapter; readonly method: "lora" | "train" | "prefix" },
): Promise<Candidate & { readonly adapter: Adapter }> {
  const trained = await trainAdapter({
    interpreter: options.interpreter,
    adapter: start.adapter,
    spec: prompt.spec,
    shown: prompt.examples ?? [],
    withoutContext: start.prompt === null,
    split,
    labeller,
    seed: request.seed,
    device: options.device ?? "cpu",
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    signal: options.signal,
    settings: { ...trainingSettings(start.method, labeller !== undefined), ...options.training },
    onStep({ step, steps, loss }) {
      if (!Number.isFinite(loss)) {
        throw new AppError("training.diverged", { context: { step, loss: String(loss) } });
      }
      options.onProgress?.({ phase: "train", done: step, total: steps, metrics: { loss, step } });
    },
    checkpoint: options.checkpoint ?? noCheckpoint,
  });
  return { ...start, adapter: trained.adapter ?? start.adapter, training: trained };
}
