/**
 * Runs programs. A host keeps each interpreter it has met in memory once; a program on top of it is an adapter of a few
 * hundred kilobytes and the keys and values of its prompt, both ready in milliseconds.
 */
import { AppError } from "@weightsmith/contract";
import { decodeAdapter, type KvPrefix, LanguageModel, type PreparedAdapter } from "@weightsmith/nn";
import type { ProgramArtifact } from "../artifact/program-folder.ts";
import { type Interpreter, loadInterpreter } from "../interpreter/interpreter.ts";
import { contextSegments, encodeSegments, inputSegments, type PromptContext } from "../interpreter/prompt.ts";

export interface HostOptions {
  /** The folder of the interpreters. */
  readonly modelsFolder: string;
  /** auto, cpu, cuda or webgpu; cpu if not given. */
  readonly device?: string;
  readonly threads?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called as answers are finished, with how many there are. */
  readonly onDone?: (count: number) => void;
}

export interface RunOutput {
  readonly output: string;
  /** Tokens of the answer. */
  readonly tokens: number;
  /** Whether the answer ended by itself, rather than at the most tokens it may have. */
  readonly complete: boolean;
}

export interface RunnableProgram {
  /** Outputs in the order of the inputs. @throws AppError run.input_too_long; the signal's reason when aborted */
  run(inputs: readonly string[], options?: RunOptions): Promise<RunOutput[]>;
  close(): Promise<void>;
}

/** Rows decoded side by side. */
const batchRows = 16;
const mostAnswerTokens = 512;
/** The longest prompt and answer together, in tokens; a cap on memory, not what interpreters were trained for. */
const longestText = 8_192;

/** An interpreter in memory, ready to run any number of programs. */
export class OpenInterpreter {
  readonly interpreter: Interpreter;
  readonly #model: LanguageModel;

  private constructor(interpreter: Interpreter, model: LanguageModel) {
    this.interpreter = interpreter;
    this.#model = model;
  }

  static async open(
    interpreter: Interpreter,
    { device = "cpu", threads }: Omit<HostOptions, "modelsFolder">,
  ) {
    const session = { device: device as "auto", ...(threads === undefined ? {} : { threads }) };
    return new OpenInterpreter(
      interpreter,
      await LanguageModel.open(interpreter, { session, context: longestText }),
    );
  }

  /** Makes a program ready: its adapter, and the prompt that stands before every input, read once. */
  async prepare(adapter: Uint8Array | undefined, prompt: PromptContext | null): Promise<PreparedProgram> {
    const { config, encoder } = this.interpreter;
    const prepared = adapter && (await this.#model.prepare(decodeAdapter(config, adapter)));
    if (prompt === null) return { adapter: prepared, prefix: undefined };
    const tokens = encodeSegments(contextSegments(prompt), encoder);
    const prefix = await this.#model.prefix(tokens, prepared ? { adapter: prepared } : {});
    return { adapter: prepared, prefix };
  }

  /** The keys and values of a text, as the start of a trained prefix. */
  prefixOf(prompt: PromptContext): Promise<KvPrefix> {
    return this.#model.prefix(encodeSegments(contextSegments(prompt), this.interpreter.encoder));
  }

  /** Greedy answers of a program, in the order of the inputs. */
  async answer(
    program: PreparedProgram,
    inputs: readonly string[],
    options: RunOptions = {},
  ): Promise<RunOutput[]> {
    const { signal, onDone } = options;
    const { encoder, tokenizer, endToken } = this.interpreter;
    const outputs: RunOutput[] = [];
    for (let from = 0; from < inputs.length; from += batchRows) {
      signal?.throwIfAborted();
      const requests = inputs.slice(from, from + batchRows).map((input, index) => {
        const tokens = encodeSegments(inputSegments(input), encoder);
        const room = longestText - (program.prefix?.length ?? 0) - tokens.length;
        if (room < mostAnswerTokens) throw inputTooLong(from + index, tokens.length);
        return { tokens, ...program, maxTokens: mostAnswerTokens, stopTokens: [endToken] };
      });
      const completions = await this.#model.generate(requests, signal ? { signal } : {});
      for (const { tokens, finish } of completions) {
        outputs.push({
          output: tokenizer.decode(tokens),
          tokens: tokens.length,
          complete: finish === "stop",
        });
      }
      onDone?.(outputs.length);
    }
    signal?.throwIfAborted();
    return outputs;
  }

  close(): Promise<void> {
    return this.#model.release();
  }
}

export interface PreparedProgram {
  readonly adapter: PreparedAdapter | undefined;
  readonly prefix: KvPrefix | undefined;
}

export class ProgramHost {
  readonly #options: HostOptions;
  readonly #open = new Map<string, Promise<OpenInterpreter>>();

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /**
   * Makes a program ready to run.
   * @throws AppError interpreter.unknown, program.not_runnable if this host has another version of its interpreter
   */
  async open({ manifest, adapter }: ProgramArtifact): Promise<RunnableProgram> {
    const { id, sha256 } = manifest.interpreter;
    const host = await this.#interpreter(id);
    if (host.interpreter.sha256 !== sha256) {
      throw new AppError("program.not_runnable", {
        message: `The program was made for another version of the interpreter ${id} (SHA-256 ${sha256.slice(0, 12)}…; here is ${host.interpreter.sha256.slice(0, 12)}…).`,
        remedy: "Compile it again, or run it where its interpreter is.",
        context: { interpreter: manifest.interpreter },
      });
    }
    const prepared = await host.prepare(adapter, manifest.prompt);
    return {
      run: (inputs, options) => host.answer(prepared, inputs, options),
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    const hosts = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const host of hosts) if (host.status === "fulfilled") await host.value.close();
  }

  #interpreter(id: string): Promise<OpenInterpreter> {
    let open = this.#open.get(id);
    if (open === undefined) {
      open = loadInterpreter(this.#options.modelsFolder, id).then((interpreter) =>
        OpenInterpreter.open(interpreter, this.#options),
      );
      this.#open.set(id, open);
      // A failure is told to whoever waits for it and not remembered.
      open.catch(() => this.#open.delete(id));
    }
    return open;
  }
}

/** One program by itself: a host that ends with it. */
export async function openProgram(artifact: ProgramArtifact, options: HostOptions): Promise<RunnableProgram> {
  const host = new ProgramHost(options);
  try {
    const program = await host.open(artifact);
    return { ...program, close: () => host.close() };
  } catch (error) {
    await host.close();
    throw error;
  }
}

function inputTooLong(index: number, tokens: number): AppError {
  return new AppError("run.input_too_long", {
    message: `Input ${index + 1} has ${tokens} tokens; with the program's prompt and ${mostAnswerTokens} for the answer at most ${longestText} fit.`,
    context: { index, tokens, limit: longestText },
  });
}
