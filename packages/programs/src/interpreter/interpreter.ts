/**
 * An interpreter: the fixed model that runs programs. It is a Hugging Face folder under `models/`, named by the folder
 * and by the SHA-256 of what decides its answers, so that a program can say exactly which one it was made for.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import {
  type DecoderConfig,
  loadModel,
  loadTokenizerFolder,
  type Tokenizer,
  type Weights,
} from "@weightsmith/nn";
import { marks, type SegmentEncoder } from "./prompt.ts";

/** The interpreter of requests that name none. */
export const defaultInterpreter = "anvil-tiny";

/** The files that decide what an interpreter answers, in the order in which they are hashed. */
const decisiveFiles = ["config.json", "tokenizer.json", "model.safetensors"] as const;

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
  for (const name of decisiveFiles) {
    const contents = await readFile(path.join(modelsFolder, id, name));
    hash.update(createHash("sha256").update(contents).digest());
  }
  return { id, sha256: hash.digest("hex") };
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
    const encoder = segmentEncoder(tokenizer);
    return {
      ...identity,
      folder,
      config,
      weights,
      tokenizer,
      encoder,
      endToken: encoder.specialId(marks.end),
      contextTokens: config.maxPositions,
    };
  } catch (cause) {
    throw new AppError("interpreter.unavailable", {
      message: `The interpreter ${id} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    });
  }
}

/** A tokenizer as prompts use it: text never turns into special tokens. */
export function segmentEncoder(tokenizer: Tokenizer): SegmentEncoder {
  return {
    encode: (text) => tokenizer.encode(text, { specialTokens: "text" }),
    specialId(token) {
      const id = tokenizer.specialTokens.get(token);
      if (id === undefined) throw new RangeError(`the tokenizer has no special token ${token}`);
      return id;
    },
  };
}
