/**
 * An interpreter that is ready to run programs: each is an adapter of a few hundred kilobytes and the keys and values of
 * its prompt, both ready in milliseconds. Knows no files: it runs wherever the model does, in a browser too.
 */
import {
  AppError,
  type Calibration,
  type Constraint as ConstraintRequest,
  LIMITS,
} from "@weightsmith/contract";
import {
  type Completion,
  constraintVocabulary,
  decodeAdapter,
  type FinishReason,
  type GeneratedToken,
  type GenerationRequest,
  type KvPrefix,
  LanguageModel,
  type PreparedAdapter,
  streamText,
  type TokenScore,
} from "@weightsmith/nn";
import type { Interpreter } from "../interpreter/interpreter.ts";
import { contextSegments, encodeSegments, inputSegments, type PromptContext } from "../interpreter/prompt.ts";
import { confidenceOf, uncalibrated } from "./confidence.ts";
import { ConstraintCache } from "./output-constraint.ts";
import { RowBatches } from "./row-batches.ts";

export interface DeviceOptions {
  /** auto, cpu, cuda or webgpu; cpu if not given. */
  readonly device?: string;
  readonly threads?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called as answers are finished, with how many there are. */
  readonly onDone?: (count: number) => void;
  /** What answers are held to; null: nothing. Default: the program's own constraint. */
  readonly constraint?: ConstraintRequest | null;
  /** Also tell how sure the program is of each answer. */
  readonly scores?: boolean;
  /** Of each answer; at most 512. */
  readonly maxTokens?: number;
}

export interface RunOutput {
  readonly output: string;
  /** Tokens of the answer. */
  readonly tokens: number;
  /** Whether the answer ended by itself, rather than at the most tokens it may have. */
  readonly complete: boolean;
  /** ln of the answer's probability, its end included, before any constraint; only with `scores`. */
  readonly logProbability?: number;
  /** How likely the answer is to be right (confidence.ts); only with `scores`. */
  readonly confidence?: number;
}

/** A piece of an answer as it is written, and the whole of it at its end. */
export type RunPiece =
  | { readonly index: number; readonly text: string }
  | { readonly index: number; readonly answer: RunOutput };

/** Rows decoded side by side. */
const batchRows = 16;
const mostAnswerTokens = LIMITS.answerTokens;
/** The longest prompt and answer together, in tokens; a cap on memory, not what interpreters were trained for. */
export const longestText = 8_192;

/** An interpreter in memory, ready to run any number of programs. */
export class OpenInterpreter {
  readonly interpreter: Interpreter;
  readonly #model: LanguageModel;
  readonly #batches: RowBatches;
  readonly #constraints: ConstraintCache;

  private constructor(interpreter: Interpreter, model: LanguageModel) {
    this.interpreter = interpreter;
    this.#model = model;
    this.#batches = new RowBatches(model, batchRows);
    this.#constraints = new ConstraintCache(() =>
      constraintVocabulary(interpreter.tokenizer, {
        endTokens: [interpreter.endToken],
        size: interpreter.config.vocabSize,
      }),
    );
  }

  static async open(interpreter: Interpreter, { device = "cpu", threads }: DeviceOptions = {}) {
    const session = { device: device as "auto", ...(threads === undefined ? {} : { threads }) };
    // Rotary positions carry beyond what was trained; learned ones end.
    const { positions, maxPositions } = interpreter.config;
    const context = positions.kind === "learned" ? Math.min(maxPositions, longestText) : longestText;
    return new OpenInterpreter(interpreter, await LanguageModel.open(interpreter, { session, context }));
  }

  /** Makes a program ready: its adapter, and the prompt that stands before every input, read once. */
  async prepare(
    adapter: Uint8Array | undefined,
    prompt: PromptContext | null,
    { constraint, calibration }: Pick<PreparedProgram, "constraint" | "calibration"> = {},
  ): Promise<PreparedProgram> {
    const { config, encoder } = this.interpreter;
    const prepared = adapter && (await this.#model.prepare(decodeAdapter(config, adapter)));
    if (prompt === null) return { adapter: prepared, prefix: undefined, constraint, calibration };
    const tokens = encodeSegments(contextSegments(prompt), encoder);
    const prefix = await this.#model.prefix(tokens, prepared ? { adapter: prepared } : {});
    return { adapter: prepared, prefix, constraint, calibration };
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
    signal?.throwIfAborted();
    let done = 0;
    return await Promise.all(
      this.#requests(program, inputs, options).map(async (request) => {
        const completion = await this.#batches.add(request, signal);
        onDone?.(++done);
        return this.#outputOf(completion, program, this.interpreter.tokenizer.decode([...completion.tokens]));
      }),
    );
  }

  /** The same, piece by piece. */
  async *stream(
    program: PreparedProgram,
    inputs: readonly string[],
    options: RunOptions = {},
  ): AsyncGenerator<RunPiece> {
    const { signal } = options;
    const { tokenizer } = this.interpreter;
    for (let from = 0; from < inputs.length; from += batchRows) {
      const part = this.#requests(program, inputs.slice(from, from + batchRows), options, from);
      const texts = part.map(() => "");
      const scores = part.map((): GeneratedToken[] => []);
      const requests = part.map(({ tokens, ...rest }) => ({ ...rest, prompt: tokens }));
      for await (const piece of streamText(this.#model, tokenizer, requests, signal ? { signal } : {})) {
        const { row, text, finish } = piece;
        texts[row] += text;
        scores[row]!.push(...piece.tokens.filter(({ token }) => token >= 0));
        if (text !== "") yield { index: from + row, text };
        if (finish === undefined) continue;
        signal?.throwIfAborted();
        const stopped = finish === "stop";
        const tokens = scores[row]!.slice(0, stopped ? -1 : undefined).map(({ token }) => token);
        const completion = { tokens, finish, ...(options.scores ? { scores: scores[row]! } : {}) };
        yield { index: from + row, answer: this.#outputOf(completion, program, texts[row]!) };
      }
    }
  }

  #requests(
    program: PreparedProgram,
    inputs: readonly string[],
    options: RunOptions,
    from = 0,
  ): GenerationRequest[] {
    const { encoder, endToken } = this.interpreter;
    const { adapter, prefix } = program;
    const wanted = options.constraint === undefined ? program.constraint : options.constraint;
    const constraint = wanted == null ? undefined : this.#constraints.get(wanted).start();
    const maxTokens = Math.min(options.maxTokens ?? mostAnswerTokens, mostAnswerTokens);
    const { context } = this.#model;
    // What is left for an answer at the least; small models have little.
    const least = Math.min(mostAnswerTokens, Math.floor(context / 16));
    return inputs.map((input, index) => {
      const tokens = encodeSegments(inputSegments(input), encoder);
      const room = context - (prefix?.length ?? 0) - tokens.length;
      if (room < least) throw inputTooLong(from + index, tokens.length, { least, context });
      return {
        tokens,
        adapter,
        prefix,
        maxTokens: Math.min(maxTokens, room),
        stopTokens: [endToken],
        constraint,
        logProbabilities: options.scores ?? false,
      };
    });
  }

  #outputOf({ tokens, finish, scores }: Completion, program: PreparedProgram, output: string): RunOutput {
    const answer = { output, tokens: tokens.length, complete: finish === "stop" };
    if (scores === undefined) return answer;
    const logProbability = scores.reduce((sum, score) => sum + (score.logProbability ?? 0), 0);
    const confidence = confidenceOf(logProbability, program.calibration ?? uncalibrated);
    return { ...answer, logProbability, confidence };
  }

  /** What a program reads for an input. */
  rowOf(program: PreparedProgram, input: string): TextRow {
    const tokens = encodeSegments(inputSegments(input), this.interpreter.encoder);
    return { ...program, prompt: tokens, promptTokens: (program.prefix?.length ?? 0) + tokens.length };
  }

  /** What the interpreter by itself reads for an input after a spec and solved examples. */
  row(input: string, context: PromptContext): TextRow {
    const segments = [...contextSegments(context), ...inputSegments(input)];
    const tokens = encodeSegments(segments, this.interpreter.encoder);
    return { prompt: tokens, promptTokens: tokens.length };
  }

  /** A text to go on with, as it is; special tokens in it are read as such. */
  continuation(text: string): TextRow {
    const tokens = this.interpreter.tokenizer.encode(text, { addSpecialTokens: true });
    if (tokens.length === 0) throw new AppError("request.invalid", { message: "The prompt is empty." });
    return { prompt: tokens, promptTokens: tokens.length };
  }

  /**
   * Text as it is written, rows interleaved; a row's last piece carries `finish`.
   * @throws AppError constraint.invalid, run.input_too_long
   */
  async *write(
    rows: readonly (TextRow & TextOptions)[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<WrittenPiece> {
    const { tokenizer, endToken } = this.interpreter;
    const requests = rows.map(({ promptTokens, constraint: wanted, calibration: _, ...row }, index) => {
      const { context } = this.#model;
      if (promptTokens + row.maxTokens > context) {
        throw inputTooLong(index, promptTokens, { least: row.maxTokens, context });
      }
      const constraint = wanted == null ? undefined : this.#constraints.get(wanted).start();
      return { ...row, constraint, stopTokens: [endToken] };
    });
    const shown = ({ token, logProbability }: TokenScore) => ({
      token: tokenizer.decode([token]),
      bytes: [...(tokenizer.tokenBytes(token) ?? [])],
      logProbability,
    });
    for await (const piece of streamText(this.#model, tokenizer, requests, signal ? { signal } : {})) {
      const { row, text, finish } = piece;
      const written = piece.tokens.filter(({ token }) => token >= 0 && token !== endToken);
      const tokens = written.map(({ token, logProbability, alternatives }) =>
        logProbability === undefined
          ? { token: "", bytes: [] }
          : { ...shown({ token, logProbability }), alternatives: (alternatives ?? []).map(shown) },
      );
      yield { row, text, tokens, ...(finish === undefined ? {} : { finish }) };
    }
  }

  close(): Promise<void> {
    return this.#model.release();
  }
}

/** What a row of text begins with. */
export interface TextRow extends Partial<Omit<PreparedProgram, "constraint">> {
  readonly constraint?: ConstraintRequest | null | undefined;
  readonly prompt: readonly number[];
  /** All that is read before the first token is written, cached or not. */
  readonly promptTokens: number;
}

export interface TextOptions {
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly constraint?: ConstraintRequest | null | undefined;
  /** Report tokens with their log-probabilities, and this many likeliest ones beside each. */
  readonly logProbabilities?: number;
}

interface WrittenScore {
  readonly token: string;
  readonly bytes: readonly number[];
  readonly logProbability: number;
}

export interface WrittenPiece {
  readonly row: number;
  readonly text: string;
  /** One for each token; what it is, only where log-probabilities were asked for. */
  readonly tokens: readonly (Partial<WrittenScore> & {
    readonly token: string;
    readonly bytes: readonly number[];
    readonly alternatives?: readonly WrittenScore[];
  })[];
  readonly finish?: FinishReason;
}

export interface PreparedProgram {
  readonly adapter: PreparedAdapter | undefined;
  readonly prefix: KvPrefix | undefined;
  readonly constraint?: ConstraintRequest | undefined;
  readonly calibration?: Calibration | undefined;
}

function inputTooLong(
  index: number,
  tokens: number,
  { least, context }: { readonly least: number; readonly context: number },
): AppError {
  return new AppError("run.input_too_long", {
    message: `Input ${index + 1} has ${tokens} tokens; with the program's prompt and ${least} for the answer at most ${context} fit.`,
    context: { index, tokens, limit: context },
  });
}
