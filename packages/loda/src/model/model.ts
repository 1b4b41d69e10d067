/** A trained LODA model: from a request to candidate programs, each of which parses and closes its loops. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  type Completion,
  loadModel,
  loadTokenizerFolder,
  type SamplingOptions,
  Seq2SeqModel,
  type T5Config,
} from "@weightsmith/nn";
import { z } from "zod";
import { print } from "../language/print.ts";
import type { CandidateModel, CandidateOptions, ModelCandidate } from "../search/candidate-model.ts";
import { largestOffset, programConstraint } from "./grammar.ts";
import { programOf } from "./program-tokens.ts";
import { LodaTokenizer, type ModelRequest } from "./tokenizer.ts";

/** `loda.json` of a model folder. */
const settingsFile = z.object({ requestFormat: z.literal(1), maxTokens: z.int().min(4) });

export interface OpenModelOptions {
  readonly threads?: number;
}

/** The first candidate is the likeliest token at each place; the others are drawn. */
const drawn: SamplingOptions = { temperature: 0.8, topP: 0.95 };

export class LodaModel implements CandidateModel {
  private readonly model: Seq2SeqModel;
  private readonly tokenizer: LodaTokenizer;
  private readonly maxTokens: number;

  private constructor(model: Seq2SeqModel, tokenizer: LodaTokenizer, maxTokens: number) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * Opens a model folder as `trainLodaModel` writes it.
   * @throws FormatError or RangeError if it is another model's folder or damaged
   */
  static async open(folder: string, { threads = 1 }: OpenModelOptions = {}): Promise<LodaModel> {
    const { config, weights } = await loadModel(folder);
    if (config.family !== "t5") throw new RangeError(`${folder} is no LODA model: it is a ${config.family}.`);
    const settings = settingsFile.parse(JSON.parse(await readFile(path.join(folder, "loda.json"), "utf8")));
    const tokenizer = new LodaTokenizer(await loadTokenizerFolder(folder));
    const t5: T5Config = config;
    const model = await Seq2SeqModel.open({ config: t5, weights }, { session: { threads, spin: false } });
    return new LodaModel(model, tokenizer, settings.maxTokens);
  }

  /** Distinct programs, the likeliest for their length first. */
  async candidates(
    request: ModelRequest,
    { count, calls, seed = 0, signal }: CandidateOptions,
  ): Promise<ModelCandidate[]> {
    const { offset } = request;
    // An offset that the model cannot write: the caller moves the program.
    const known = offset !== undefined && Math.abs(offset) <= largestOffset;
    const { offset: _, ...rest } = request;
    const constraint = programConstraint({
      vocabularySize: this.tokenizer.vocabularySize,
      maxTokens: this.maxTokens,
      calls,
      ...(known ? { offset } : {}),
    });
    const source = this.tokenizer.request(known ? { ...rest, offset } : rest);
    const completions = await this.model.generate(
      Array.from({ length: count }, (_, row) => ({
        source,
        constraint,
        maxTokens: this.maxTokens,
        logProbabilities: true,
        seed: seed * count + row,
        ...(row === 0 ? {} : drawn),
      })),
      signal ? { signal } : {},
    );
    signal?.throwIfAborted();
    const found = new Map<string, ModelCandidate>();
    for (const completion of completions) {
      const program = programOf(completion.tokens);
      const code = print(program);
      if (!found.has(code)) found.set(code, { program, score: meanLogProbability(completion) });
    }
    return [...found.values()].sort((a, b) => b.score - a.score);
  }

  async release(): Promise<void> {
    await this.model.release();
  }
}

/** Of a token, among those that the grammar allowed. */
function meanLogProbability({ scores = [] }: Completion): number {
  const total = scores.reduce(
    (sum, { allowedLogProbability, logProbability = 0 }) => sum + (allowedLogProbability ?? logProbability),
    0,
  );
  return total / Math.max(1, scores.length);
}
