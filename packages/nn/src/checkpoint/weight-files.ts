/**
 * The tensors of a Hugging Face folder, whether in `model.safetensors` or in the shards that
 * `model.safetensors.index.json` lists. Reading stays lazy: opening reads headers only.
 */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { FormatError, quote } from "../format-error.ts";
import { duplicateKey } from "./duplicate-key.ts";
import type { TensorData } from "./element-type.ts";
import { openFile } from "./file-source.ts";
import { Safetensors, safetensorsParts, type TensorInfo } from "./safetensors.ts";
import { writeParts, writeText } from "./write-file.ts";

const single = "model.safetensors";
const indexName = "model.safetensors.index.json";

const index = z.looseObject({ weight_map: z.record(z.string(), z.string()) });
/** A shard lies in the folder itself, whatever an index says. */
export function isShardName(name: string): boolean {
  return /^\w[\w.-]*\.safetensors$/.test(name);
}

/** The tensors of a folder; `close` when done. */
export interface WeightFiles {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** @throws FormatError where there is no tensor of this name */
  read(name: string): Promise<TensorData>;
  close(): Promise<void>;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Opens the weights of a folder.
 * @throws FormatError where they are missing, malformed, or index and shards disagree
 */
export async function openWeightFiles(folder: string): Promise<WeightFiles> {
  if (await exists(join(folder, indexName))) return openShards(folder);
  const path = join(folder, single);
  if (await exists(path)) return openSafetensors(path);
  const pickled = await exists(join(folder, "pytorch_model.bin"));
  throw new FormatError(
    "safetensors",
    pickled
      ? "holds pytorch_model.bin only, which can run code when read; convert it to model.safetensors first"
      : `has neither ${single} nor ${indexName}`,
    { file: folder },
  );
}

/** Opens one safetensors file. @throws FormatError saying what is wrong with it */
export async function openSafetensors(path: string): Promise<Safetensors> {
  const source = await openFile(path);
  try {
    return await Safetensors.open(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openShards(folder: string): Promise<WeightFiles> {
  const file = join(folder, indexName);
  const refuse = (reason: string, cause?: unknown) => new FormatError("safetensors", reason, { file, cause });
  const text = await readFile(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse("is not JSON", cause);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw refuse(`has the key ${quote(duplicate)} twice`);
  const parsed = index.safeParse(json);
  if (!parsed.success) throw refuse("has no weight_map from tensors to files");
  const places = new Map(Object.entries(parsed.data.weight_map));
  const shards = new Map<string, Safetensors>();
  const close = async () => {
    for (const shard of shards.values()) await shard.close();
  };
  try {
    for (const name of new Set(places.values())) {
      if (!isShardName(name))
        throw refuse(`names the file ${quote(name)}, which is not a shard of this folder`);
      if (!(await exists(join(folder, name))))
        throw refuse(`names the shard ${quote(name)}, which is missing`);
      shards.set(name, await openSafetensors(join(folder, name)));
    }
    const tensors = new Map<string, TensorInfo>();
    for (const [tensor, name] of places) {
      const info = shards.get(name)!.tensors.get(tensor);
      if (info === undefined)
        throw refuse(`says that ${quote(name)} holds ${quote(tensor)}, which it does not`);
      tensors.set(tensor, info);
    }
    return {
      tensors,
      read(name) {
        const shard = shards.get(places.get(name) ?? "");
        if (shard === undefined) throw refuse(`has no tensor ${quote(name)}`);
        return shard.read(name);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Writes tensors into a folder, as one file or, where they exceed `maximumShardBytes`, as shards with an index.
 * @param maximumShardBytes 5 GB if not given; a larger tensor has a shard of its own
 */
export async function writeWeightFiles(
  folder: string,
  tensors: ReadonlyMap<string, TensorData>,
  maximumShardBytes = 5e9,
): Promise<void> {
  const shards: Map<string, TensorData>[] = [new Map()];
  let shardBytes = 0;
  let totalBytes = 0;
  for (const [name, tensor] of tensors) {
    if (shardBytes > 0 && shardBytes + tensor.bytes.length > maximumShardBytes) {
      shards.push(new Map());
      shardBytes = 0;
    }
    shards.at(-1)!.set(name, tensor);
    shardBytes += tensor.bytes.length;
    totalBytes += tensor.bytes.length;
  }
  const metadata = { format: "pt" };
  if (shards.length === 1) return writeParts(join(folder, single), safetensorsParts(shards[0]!, metadata));
  const weightMap: [string, string][] = [];
  const padded = (number: number) => String(number).padStart(5, "0");
  for (const [number, shard] of shards.entries()) {
    const name = `model-${padded(number + 1)}-of-${padded(shards.length)}.safetensors`;
    await writeParts(join(folder, name), safetensorsParts(shard, metadata));
    for (const tensor of shard.keys()) weightMap.push([tensor, name]);
  }
  const content = { metadata: { total_size: totalBytes }, weight_map: Object.fromEntries(weightMap) };
  await writeText(join(folder, indexName), `${JSON.stringify(content, null, 2)}\n`);
}
