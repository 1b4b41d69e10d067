/**
 * Interpreters on disk. One is a Hugging Face folder under `models/`, named by the folder and by the SHA-256 of what
 * decides its answers, so that a program can say exactly which one it was made for.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { loadModel, loadTokenizerFolder } from "@weightsmith/nn";
import { type Interpreter, type InterpreterId, makeInterpreter } from "./interpreter.ts";

/** The interpreter of requests that name none. */
export const defaultInterpreter = "anvil-tiny";

/** The files besides the weights that decide what an interpreter answers, in the order in which they are hashed. */
const decisiveFiles = ["config.json", "tokenizer.json"] as const;

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
    return makeInterpreter({ ...identity, folder, config, weights, tokenizer });
  } catch (cause) {
    throw new AppError("interpreter.unavailable", {
      message: `The interpreter ${id} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    });
  }
}
