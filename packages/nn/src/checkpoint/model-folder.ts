/**
 * A model as a Hugging Face folder: `config.json`, safetensors, `tokenizer.json`, `tokenizer_config.json`.
 * Checkpoints in the wild name some tensors otherwise, keep tied ones twice and carry buffers that are no
 * parameters; loading settles that, and gives exactly the parameters of the configuration.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "../format-error.ts";
import type { ModelConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { toHuggingFace } from "../model/hugging-face/write-config.ts";
import { type Model, parameterSpecs } from "../model/parameters.ts";
import { loadTokenizer } from "../tokenizer/load.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { TokenizerFiles } from "../tokenizer/tokenizer-json.ts";
import { fromFloat32 } from "./element-type.ts";
import { type LoadModelOptions, readWeights } from "./model-weights.ts";
import { openWeightFiles, writeWeightFiles } from "./weight-files.ts";
import { writeText } from "./write-file.ts";

/**
 * Loads `config.json` and the weights of a folder as float32.
 * @throws FormatError where a file is missing or malformed, a tensor is missing or has another shape than the
 *   configuration says, or a weight is not finite
 */
export async function loadModel(folder: string, options: LoadModelOptions = {}): Promise<Model> {
  const config = await loadConfig(folder);
  const files = await openWeightFiles(folder);
  try {
    return { config, weights: await readWeights(config, files, { ...options, folder }) };
  } finally {
    await files.close();
  }
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const file = join(folder, name);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new FormatError("config", "cannot be read: is this the folder of a model?", { file, cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError("config", "is not JSON", { file, cause });
  }
}

/** Reads the `config.json` of a folder. @throws FormatError where it is missing or malformed */
export async function loadConfig(folder: string): Promise<ModelConfig> {
  return parseConfig(await readJson(folder, "config.json"), { file: join(folder, "config.json") });
}

/**
 * Loads the tokenizer of a folder. A `chat_template.jinja` beside it takes the place of the template in
 * `tokenizer_config.json`.
 * @throws FormatError where `tokenizer.json` is missing or a file is malformed
 */
export async function loadTokenizerFolder(folder: string): Promise<Tokenizer> {
  const optional = (name: string) =>
    readFile(join(folder, name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  const tokenizer = await optional("tokenizer.json");
  if (tokenizer === undefined)
    throw new FormatError("tokenizer", "is missing", { file: join(folder, "tokenizer.json") });
  const template = await optional("chat_template.jinja");
  const loaded = loadTokenizer(tokenizer, (await optional("tokenizer_config.json")) ?? {});
  if (template === undefined) return loaded;
  return loadTokenizer(loaded.files.tokenizer, { ...loaded.files.config, chat_template: template });
}

/** Writes `tokenizer.json` and `tokenizer_config.json`. */
export async function saveTokenizer(folder: string, { tokenizer, config }: TokenizerFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeText(join(folder, "tokenizer.json"), `${JSON.stringify(tokenizer, null, 2)}\n`);
  await writeText(join(folder, "tokenizer_config.json"), `${JSON.stringify(config, null, 2)}\n`);
}

export interface SaveModelOptions {
  /** How weights are stored; F32 loses nothing. */
  dtype?: "F32" | "F16" | "BF16";
  tokenizer?: Tokenizer | TokenizerFiles;
  maximumShardBytes?: number;
}

const torchNames = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/**
 * Saves a model as a folder that `loadModel`, and Hugging Face's transformers, read.
 * @throws RangeError where a parameter of the configuration is missing or of another size
 */
export async function saveModel(folder: string, model: Model, options: SaveModelOptions = {}): Promise<void> {
  const { dtype = "F32", tokenizer, maximumShardBytes } = options;
  await mkdir(folder, { recursive: true });
  const tensors = new Map(
    parameterSpecs(model.config).map(({ name, shape }) => {
      const values = model.weights.get(name);
      if (values === undefined) throw new RangeError(`the weights lack ${name}`);
      return [name, fromFloat32(values, shape, dtype)];
    }),
  );
  await writeWeightFiles(folder, tensors, maximumShardBytes);
  const config = { ...toHuggingFace(model.config), torch_dtype: torchNames[dtype] };
  await writeText(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  if (tokenizer !== undefined)
    await saveTokenizer(folder, "files" in tokenizer ? tokenizer.files : tokenizer);
}
