/** How a program of each kind is run on a task's inputs. None of them can reach a network, a disk or a clock. */
import { Sandbox } from "@weightsmith/codegen";
import { AppError, type ProgramKind } from "@weightsmith/contract";
import { defaultLimits, evaluateIsolated } from "@weightsmith/loda";
import { ProgramHost, unpackArtifact, unpackProgram } from "@weightsmith/programs";
import { z } from "zod";

export interface Answers {
  readonly outputs: string[];
  /** Of inputs run one by one. */
  readonly milliseconds: number[];
}

export interface RunnableSubmission {
  answer(
    inputs: readonly string[],
    options: {
      /** Of the longest answer that can be right: what runs on is cut off. */
      readonly mostCharacters: number;
      /** Whether inputs are lists of arguments and outputs values, as JSON, instead of texts. */
      readonly json: boolean;
      readonly signal: AbortSignal;
      readonly onDone: (count: number) => void;
    },
  ): Promise<Answers>;
  close(): Promise<void>;
}

export interface RunnerSettings {
  readonly modelsFolder: string;
  readonly device: string;
  readonly threads: number;
}

type Runner = (archive: Uint8Array, settings: RunnerSettings) => Promise<RunnableSubmission>;

/** How many inputs are run by themselves to see how long one takes; the rest goes in batches. */
const TIMED = 9;
const BATCH = 16;

/** A fixed interpreter with the program's adapter: data, not code. */
const weights: Runner = async (archive, { modelsFolder, device, threads }) => {
  const host = new ProgramHost({ modelsFolder, device, threads });
  const program = await host.open(unpackArtifact(archive));
  return {
    async answer(inputs, { mostCharacters, signal, onDone }) {
      // A token is at least a byte; a character is at most four.
      const maxTokens = Math.min(512, 4 * mostCharacters + 1);
      const outputs: string[] = [];
      const milliseconds: number[] = [];
      // The first run of an interpreter pays for its start.
      if (inputs[0] !== undefined) await program.run([inputs[0]], { signal, maxTokens });
      while (outputs.length < inputs.length) {
        const timed = outputs.length < TIMED;
        const rows = inputs.slice(outputs.length, outputs.length + (timed ? 1 : BATCH));
        const began = performance.now();
        for (const { output } of await program.run(rows, { signal, maxTokens })) outputs.push(output ?? "");
        if (timed) milliseconds.push(performance.now() - began);
        onDone(outputs.length);
      }
      return { outputs, milliseconds };
    },
    close: () => host.close(),
  };
};

const LODA_FILE = "program.asm";
const LODA_MILLISECONDS = 60_000;

/** In the LODA interpreter, in a thread that is ended when it takes too long. Input i is the i-th term from the first on. */
const loda: Runner = async (archive) => {
  const file = unpackProgram(archive).get(LODA_FILE);
  if (!file) {
    throw new AppError("artifact.invalid", { message: `The program's archive has no ${LODA_FILE}.` });
  }
  const source = new TextDecoder().decode(file);
  return {
    async answer(inputs, { signal, onDone }) {
      const wanted = inputs.map(Number);
      const began = performance.now();
      const { terms } = await evaluateIsolated({
        source,
        terms: Math.max(...wanted) + 1,
        limits: { ...defaultLimits, milliseconds: LODA_MILLISECONDS },
        signal,
      });
      const each = (performance.now() - began) / Math.max(1, terms.length);
      onDone(inputs.length);
      // A term that did not come, for an error or for want of time, is no answer.
      return { outputs: wanted.map((i) => String(terms[i]?.value ?? "")), milliseconds: [each] };
    },
    close: async () => {},
  };
};

const codeSchema = z.object({ language: z.enum(["python", "typescript"]), functionName: z.string() });
type Arguments = Parameters<Sandbox["run"]>[3][number];
/** Calls of one run of the sandbox, and how long they may take together. */
const CODE_BATCH = 16;
const CODE_MILLISECONDS = 10_000;

/** In an interpreter compiled to WebAssembly, which has no files, no network and a limit on time and memory. */
const code: Runner = async (archive) => {
  const files = unpackProgram(archive);
  const text = (name: string) => new TextDecoder().decode(files.get(name) ?? new Uint8Array());
  const manifest = codeSchema.safeParse(parseJson(text("program.json")));
  if (!manifest.success) throw new AppError("artifact.invalid", { cause: manifest.error });
  const { language, functionName } = manifest.data;
  const source = text(language === "python" ? "program.py" : "program.ts");
  const sandbox = new Sandbox();
  await sandbox.warm(language);
  return {
    async answer(inputs, { json, signal, onDone }) {
      const outputs: string[] = [];
      const milliseconds: number[] = [];
      while (outputs.length < inputs.length) {
        signal.throwIfAborted();
        const timed = outputs.length < TIMED;
        const rows = inputs.slice(outputs.length, outputs.length + (timed ? 1 : CODE_BATCH));
        const calls = rows.map((input) => (json ? parseJson(input) : [input]) as Arguments);
        const began = performance.now();
        const outcomes = await sandbox.run(language, source, functionName, calls, {
          timeoutMs: CODE_MILLISECONDS,
        });
        if (timed) milliseconds.push(performance.now() - began);
        for (const outcome of outcomes) {
          // A call that failed or was stopped is no answer.
          const value = outcome.status === "returned" ? outcome.value : undefined;
          outputs.push(
            value === undefined ? "" : !json && typeof value === "string" ? value : JSON.stringify(value),
          );
        }
        onDone(outputs.length);
      }
      return { outputs, milliseconds };
    },
    close: () => sandbox.close(),
  };
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const runners: Record<ProgramKind, Runner> = { weights, loda, code };

/** @throws AppError program.not_runnable for a kind that this worker cannot run */
export function openSubmission(
  kind: ProgramKind,
  archive: Uint8Array,
  settings: RunnerSettings,
): Promise<RunnableSubmission> {
  const runner = runners[kind];
  if (runner) return runner(archive, settings);
  throw new AppError("program.not_runnable", {
    message: `This worker measures no programs of kind ${kind}.`,
    context: { kind },
  });
}
