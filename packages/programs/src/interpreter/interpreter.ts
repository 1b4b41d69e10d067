/**
 * An interpreter: the fixed model that runs programs. It is a Hugging Face folder under `models/`, named by the folder
 * and by the SHA-256 of what decides its answers, so that a program can say exactly which one it was made for.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import {
  type DecoderConfig,
  loadModel,
  loadTokenizerFolder,
  type Tokenizer,
  type Weights,
} from "@weightsmith/nn";
import { chatMarks, marks, ownMarks, type PromptMarks, type SegmentEncoder, wordMarks } from "./prompt.ts";

/** The interpreter of requests that name none. */
export const defaultInterpreter = "anvil-tiny";

/** The files besides the weights that decide what an interpreter answers, in the order in which they are hashed. */
const decisiveFiles = ["config.json", "tokenizer.json"] as const;

export interface InterpreterId {
  readonly id: string;
  readonly sha256: string;
}

export interface Interpreter extends InterpreterId {
  /** Where it was loaded from. */
  readonly folder: string;
  readonly config: DecoderConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly encoder: SegmentEncoder;
  readonly promptMarks: PromptMarks;
  /** The token that ends an answer. */
  readonly endToken: number;
  /** Tokens of a whole row, prompt and answer, that the model was trained for. */
  readonly contextTokens: number;
}

/** Names of the interpreters in a models folder. */
export async function listInterpreters(modelsFolder: string): Promise<string[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const files = await readdir(path.join(modelsFolder, entry.name));
    if (files.includes("interpreter.json")) names.push(entry.name);
  }
  return names.sort();
}

/**
 * Name and hash of an interpreter without loading it.
 * @throws AppError interpreter.unknown if there is no such folder
 */
export async function identifyInterpreter(
  modelsFolder: string,
  id = defaultInterpreter,
): Promise<InterpreterId> {
  const known = await listInterpreters(modelsFolder);
  if (!known.includes(id)) {
    throw new AppError("interpreter.unknown", {
      message: `There is no interpreter ${JSON.stringify(id)}; there is ${known.join(", ") || "none"}.`,
      context: { known },
    });
  }
  const hash = createHash("sha256");
  const weights = (await readdir(path.join(modelsFolder, id))).filter((name) =>
    name.endsWith(".safetensors"),
  );
  const own = weights.filter((name) => name.startsWith("model"));
  for (const name of [...decisiveFiles, ...own.sort()]) {
    hash.update(await hashOfFile(path.join(modelsFolder, id, name)));
  }
  return { id, sha256: hash.digest("hex") };
}

/** SHA-256 of a file of any size. */
async function hashOfFile(file: string): Promise<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest();
}

/**
 * Loads an interpreter's weights and tokenizer.
 * @throws AppError interpreter.unknown, interpreter.unavailable if its files cannot serve
 */
export async function loadInterpreter(modelsFolder: string, id = defaultInterpreter): Promise<Interpreter> {
  const identity = await identifyInterpreter(modelsFolder, id);
  const folder = path.join(modelsFolder, id);
  try {
    const { config, weights } = await loadModel(folder);
    if (config.family === "t5") throw new Error("an encoder-decoder cannot run programs");
    const tokenizer = await loadTokenizerFolder(folder);
    const promptMarks = marksOf(tokenizer);
    const encoder = segmentEncoder(tokenizer, promptMarks);
    return {
      ...identity,
      folder,
      config,
      weights,
      tokenizer,
      encoder,
      promptMarks,
      endToken: encoder.mark("end")[0]!,
      contextTokens: config.maxPositions,
    };
  } catch (cause) {
    throw new AppError("interpreter.unavailable", {
      message: `The interpreter ${id} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    });
  }
}

/** The marks that a tokenizer's special tokens call for. @throws RangeError if it has no token that could end an answer */
export function marksOf(tokenizer: Tokenizer): PromptMarks {
  const has = (token: string) => tokenizer.specialTokens.has(token);
  if (Object.values(marks).every(has)) return ownMarks;
  // A model that was taught to think first is told that it has: a program's answer is all that is wanted.
  if (has("<|im_start|>") && has("<|im_end|>")) {
    return chatMarks(tokenizer.encode("<think>").length === 1 ? "<think>\n\n</think>\n\n" : "");
  }
  const { eos } = tokenizer.roles;
  const end = eos === undefined ? undefined : tokenizer.tokenOf(eos);
  if (end === undefined) throw new RangeError("the tokenizer has no token that ends a text");
  return wordMarks(end);
}

/** A tokenizer as prompts use it: text never turns into special tokens, marks do. */
export function segmentEncoder(
  tokenizer: Tokenizer,
  style: PromptMarks = marksOf(tokenizer),
): SegmentEncoder {
  const encoded = new Map<keyof PromptMarks, readonly number[]>();
  return {
    encode: (text) => tokenizer.encode(text, { specialTokens: "text" }),
    mark(name) {
      const known = encoded.get(name);
      if (known !== undefined) return known;
      const ids = style[name] === "" ? [] : tokenizer.encode(style[name]);
      encoded.set(name, ids);
      return ids;
    },
  };
}
