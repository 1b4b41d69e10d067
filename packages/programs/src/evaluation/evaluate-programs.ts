/**
 * Measures compiling on suites of tasks: each task gives some examples to every method and asks it for the answers to
 * others that no method saw. Beside the methods stand baselines that compile nothing: the base prompted with the spec,
 * with spec and examples, the commonest output, and the output of the nearest example.
 */
import { type Method, parseCompileRequest } from "@weightsmith/contract";
import { packArtifact } from "../artifact/program-folder.ts";
import type { TrainingSettings } from "../compiler/adapter-training.ts";
import { compileProgram } from "../compiler/compile.ts";
import type { LabellerSearch } from "../compiler/labelled-inputs.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import type { SolvedExample } from "../interpreter/prompt.ts";
import { OpenInterpreter } from "../runtime/open-interpreter.ts";
import type { SuiteTask } from "../tasks/index.ts";

export interface EvaluationOptions {
  readonly interpreter: Interpreter;
  readonly methods: readonly Method[];
  /** Examples a task gives; the others ask. */
  readonly given: number;
  /** The most inputs a task asks. */
  readonly asked: number;
  readonly threads?: number;
  readonly findFunctions?: LabellerSearch;
  readonly training?: Partial<TrainingSettings>;
  /** Rank of the method `lora`. */
  readonly rank?: number;
  /** The most tokens of the method `prefix`. */
  readonly prefixLength?: number;
  readonly signal?: AbortSignal;
  readonly onTask?: (result: TaskResult, done: number, total: number) => void;
}

export interface MethodResult {
  /** The share of the asked inputs answered exactly. */
  readonly exactMatch: number;
  readonly compileSeconds: number;
  readonly artifactBytes: number;
  /** Mean time of one answer, milliseconds, several at once. */
  readonly runMilliseconds: number;
}

export interface TaskResult {
  readonly family: string;
  readonly spec: string;
  readonly asked: number;
  readonly methods: Readonly<Record<string, MethodResult>>;
  readonly baselines: Readonly<Record<BaselineName, number>>;
}

export type BaselineName = "promptedSpec" | "promptedExamples" | "majority" | "nearest";

export interface EvaluationSummary {
  readonly tasks: number;
  readonly given: number;
  readonly methods: Readonly<Record<string, MethodResult>>;
  readonly baselines: Readonly<Record<BaselineName, number>>;
  readonly results: readonly TaskResult[];
}

export async function evaluatePrograms(
  tasks: readonly SuiteTask[],
  options: EvaluationOptions,
): Promise<EvaluationSummary> {
  const open = await OpenInterpreter.open(options.interpreter, options);
  const results: TaskResult[] = [];
  try {
    for (const task of tasks) {
      options.signal?.throwIfAborted();
      const result = await evaluateTask(task, open, options);
      results.push(result);
      options.onTask?.(result, results.length, tasks.length);
    }
  } finally {
    await open.close();
  }
  return { tasks: results.length, given: options.given, ...averages(results, options.methods), results };
}

async function evaluateTask(
  task: SuiteTask,
  open: OpenInterpreter,
  {
    interpreter,
    methods,
    given,
    asked,
    threads,
    findFunctions,
    training,
    rank,
    prefixLength,
    signal,
  }: EvaluationOptions,
): Promise<TaskResult> {
  const examples = task.examples.slice(0, given);
  const questions = task.examples.slice(given, given + asked);
  const run = {
    ...(threads && { threads }),
    ...(findFunctions && { findFunctions }),
    ...(training && { training }),
    ...(rank && { rank }),
    ...(prefixLength && { prefixLength }),
    ...(signal && { signal }),
  };
  const measured: Record<string, MethodResult> = {};
  for (const method of methods) {
    const began = performance.now();
    const program = await compileProgram(parseCompileRequest({ spec: task.spec, examples, method }), {
      interpreter,
      ...run,
    });
    const compiled = performance.now();
    const { manifest, adapter } = program;
    const exactMatch = await score(open, adapter, manifest.prompt, questions);
    measured[method] = {
      exactMatch,
      compileSeconds: (compiled - began) / 1000,
      artifactBytes: packArtifact(program).byteLength,
      runMilliseconds: (performance.now() - compiled) / questions.length,
    };
  }
  return {
    family: task.family,
    spec: task.spec,
    asked: questions.length,
    methods: measured,
    baselines: {
      promptedSpec: await score(open, undefined, { spec: task.spec }, questions),
      promptedExamples: await score(
        open,
        undefined,
        { spec: task.spec, examples: examples.slice(0, 4) },
        questions,
      ),
      majority: share(questions, () => commonest(examples)),
      nearest: share(questions, ({ input }) => nearest(examples, input).output),
    },
  };
}

async function score(
  open: OpenInterpreter,
  adapter: Uint8Array | undefined,
  prompt: { spec: string; examples?: readonly SolvedExample[] } | null,
  questions: readonly SolvedExample[],
): Promise<number> {
  const program = await open.prepare(adapter, prompt);
  const answers = await open.answer(
    program,
    questions.map(({ input }) => input),
  );
  return share(questions, (_, index) => answers[index]?.output);
}

function share(
  questions: readonly SolvedExample[],
  answer: (question: SolvedExample, index: number) => string | undefined,
): number {
  return (
    questions.filter((question, index) => answer(question, index) === question.output).length /
    questions.length
  );
}

function commonest(examples: readonly SolvedExample[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { output } of examples) counts.set(output, (counts.get(output) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The example whose input shares most character trigrams (Jaccard index). */
function nearest(examples: readonly SolvedExample[], input: string): SolvedExample {
  const wanted = trigrams(input);
  const likeness = (other: string) => {
    const grams = trigrams(other);
    const both = [...wanted].filter((gram) => grams.has(gram)).length;
    return both / (wanted.size + grams.size - both);
  };
  return examples.reduce((best, example) =>
    likeness(example.input) > likeness(best.input) ? example : best,
  );
}

function trigrams(text: string): Set<string> {
  const padded = `  ${text} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
}

function averages(results: readonly TaskResult[], methods: readonly Method[]) {
  const mean = (value: (result: TaskResult) => number) =>
    results.length === 0 ? 0 : results.reduce((sum, result) => sum + value(result), 0) / results.length;
  const method = (name: Method): MethodResult => ({
    exactMatch: mean((result) => result.methods[name]!.exactMatch),
    compileSeconds: mean((result) => result.methods[name]!.compileSeconds),
    artifactBytes: mean((result) => result.methods[name]!.artifactBytes),
    runMilliseconds: mean((result) => result.methods[name]!.runMilliseconds),
  });
  const baseline = (name: BaselineName) => mean((result) => result.baselines[name]);
  return {
    methods: Object.fromEntries(methods.map((name) => [name, method(name)])),
    baselines: {
      promptedSpec: baseline("promptedSpec"),
      promptedExamples: baseline("promptedExamples"),
      majority: baseline("majority"),
      nearest: baseline("nearest"),
    },
  };
}
