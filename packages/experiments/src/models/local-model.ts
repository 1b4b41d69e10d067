/**
 * A decoder in this process. Small bases of this project read their own prompt form; other models read a chat, by their
 * template where they have one. Answers are held to JSON by constrained decoding, so that small models obey.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import {
  ChatTemplate,
  type Constraint,
  type ConstraintVocabulary,
  compileConstraint,
  constraintVocabulary,
  type DecoderConfig,
  generateText,
  LanguageModel,
  loadModel,
  loadTokenizerFolder,
  type Model,
  type Tokenizer,
} from "@weightsmith/nn";
import { generatorPrompt } from "../roles/prompts.ts";
import {
  type AnswerRequest,
  answerSchema,
  type ExperimentModel,
  type JsonRequest,
  readAnswer,
} from "./model.ts";
import { hasReaderMarks, ReaderEncoder } from "./reader-prompt.ts";

export interface LocalOptions {
  readonly device: string;
  readonly threads?: number;
}

/** The most tokens of an answer. */
const answerTokens = 224;

/** Loads a Hugging Face folder. @throws AppError model.unavailable */
export async function openFolder(
  id: string,
  folder: string,
  options: LocalOptions,
): Promise<ExperimentModel> {
  try {
    const model = await loadModel(folder);
    const tokenizer = await loadTokenizerFolder(folder);
    const hash = createHash("sha256");
    for (const file of ["config.json", "tokenizer.json"])
      hash.update(await readFile(path.join(folder, file)));
    for (const values of model.weights.values())
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return await openLocal(id, `sha256:${hash.digest("hex")}`, model, tokenizer, options);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("model.unavailable", {
      message: `The model ${id} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

export async function openLocal(
  id: string,
  identity: string,
  model: Model,
  tokenizer: Tokenizer,
  { device, threads }: LocalOptions,
): Promise<ExperimentModel> {
  if (model.config.family === "t5")
    throw new AppError("model.unavailable", {
      message: `${id} is an encoder-decoder; experiments need a decoder.`,
    });
  const config: DecoderConfig = model.config;
  const isReader = hasReaderMarks(tokenizer);
  // Rotary positions go beyond what the model was trained on; learned ones end there.
  const context =
    config.positions.kind === "learned" ? config.maxPositions : Math.max(4_096, config.maxPositions);
  const engine = await LanguageModel.open(
    { config, weights: model.weights },
    {
      session: { device: device as "auto", ...(threads === undefined ? {} : { threads }) },
      context,
    },
  );
  const local = new LocalModel(engine, tokenizer, isReader, context);
  return {
    id,
    identity,
    device,
    answer: (request, signal) => local.answer(request, signal),
    ...(isReader
      ? {}
      : { writeJson: (request: JsonRequest, signal?: AbortSignal) => local.writeJson(request, signal) }),
    close: () => engine.release(),
  };
}

class LocalModel {
  readonly #engine: LanguageModel;
  readonly #tokenizer: Tokenizer;
  readonly #context: number;
  readonly #reader: ReaderEncoder | undefined;
  readonly #endTokens: readonly number[];
  readonly #vocabulary: ConstraintVocabulary;
  readonly #constraints = new Map<string, Constraint>();
  readonly #chat: ChatTemplate | undefined;

  constructor(engine: LanguageModel, tokenizer: Tokenizer, isReader: boolean, context: number) {
    this.#engine = engine;
    this.#tokenizer = tokenizer;
    this.#context = context;
    this.#reader = isReader ? new ReaderEncoder(tokenizer) : undefined;
    this.#endTokens = this.#reader ? [this.#reader.endToken] : engine.config.endTokenIds;
    this.#vocabulary = constraintVocabulary(tokenizer, {
      endTokens: [...this.#endTokens],
      size: engine.config.vocabSize,
    });
    this.#chat = tokenizer.files.config.chat_template ? ChatTemplate.of(tokenizer) : undefined;
  }

  async answer(request: AnswerRequest, signal?: AbortSignal) {
    const prompt = this.#reader
      ? [...this.#reader.lessons(request), ...this.#reader.question(request)]
      : this.#chatPrompt(generatorPrompt(request));
    return readAnswer(await this.#write(prompt, answerSchema, answerTokens, signal, request.sample));
  }

  async writeJson({ system, user, schema, maxTokens }: JsonRequest, signal?: AbortSignal): Promise<unknown> {
    const text = await this.#write(this.#chatPrompt({ system, user }), schema, maxTokens, signal);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Cut off by the most tokens: the caller treats it as no proposal.
      return undefined;
    }
  }

  #chatPrompt({ system, user }: { system: string; user: string }): number[] {
    if (!this.#chat) return this.#tokenizer.encode(`${system}\n\n${user}\n`, { specialTokens: "text" });
    const text = this.#chat.render(
      [
        { role: "system", content: system },
        { role: "user", content: user },
      ],
      { variables: { enable_thinking: false } },
    );
    return this.#tokenizer.encode(text);
  }

  async #write(
    prompt: readonly number[],
    schema: Readonly<Record<string, unknown>>,
    maxTokens: number,
    signal: AbortSignal | undefined,
    sample?: { readonly temperature: number; readonly seed: number },
  ): Promise<string> {
    // What does not fit loses its beginning, where the oldest lessons stand.
    const room = Math.max(1, this.#context - maxTokens);
    const [completion] = await generateText(
      this.#engine,
      this.#tokenizer,
      [
        {
          prompt: prompt.slice(-room),
          maxTokens,
          stopTokens: this.#endTokens,
          constraint: this.#constraint(schema).start(),
          ...sample,
        },
      ],
      signal ? { signal } : {},
    );
    signal?.throwIfAborted();
    return completion!.text;
  }

  #constraint(schema: Readonly<Record<string, unknown>>): Constraint {
    const key = JSON.stringify(schema);
    let constraint = this.#constraints.get(key);
    if (!constraint) {
      constraint = compileConstraint({ kind: "jsonSchema", schema }, this.#vocabulary);
      this.#constraints.set(key, constraint);
    }
    return constraint;
  }
}
