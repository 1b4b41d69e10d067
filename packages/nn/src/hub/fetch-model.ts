/** All files of a model from a source to a folder that `loadModel` reads. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isShardName } from "../checkpoint/weight-files.ts";
import { writeText } from "../checkpoint/write-file.ts";
import { FormatError, quote } from "../format-error.ts";
import { type DownloadOptions, downloadFile } from "./download.ts";
import { HubError } from "./hub-error.ts";
import type { RemoteFiles } from "./remote-files.ts";

/** Files that make a model better to use but that it can lack. */
const optionalFiles = [
  "tokenizer.json",
  "tokenizer_config.json",
  "generation_config.json",
  "chat_template.jinja",
];
const weightIndex = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** Written last: a folder without it is not whole. */
const receiptName = "download.json";
const receipt = z.looseObject({ source: z.string(), files: z.array(z.string()) });

/** Whether a download into this folder was completed. */
export async function isComplete(folder: string): Promise<boolean> {
  try {
    return receipt.safeParse(JSON.parse(await readFile(join(folder, receiptName), "utf8"))).success;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Downloads `config.json`, the weights and what there is of tokenizer and generation settings. What is already
 * there and unchanged is kept; a broken download is continued.
 * Side effects: writes into `folder`, and `download.json` there at the end.
 * @returns names of the files
 * @throws HubError as `downloadFile`, and not_found where the source has no safetensors; FormatError where an
 *   index of shards is malformed
 */
export async function fetchModel(
  remote: RemoteFiles,
  folder: string,
  options: DownloadOptions = {},
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const get = async (file: string) => {
    await downloadFile(remote, file, join(folder, file), options);
    files.push(file);
  };
  const getIfPresent = async (file: string): Promise<boolean> => {
    try {
      await get(file);
      return true;
    } catch (error) {
      if (error instanceof HubError && error.problem === "not_found") return false;
      throw error;
    }
  };
  await get("config.json");
  for (const file of optionalFiles) await getIfPresent(file);
  const index = "model.safetensors.index.json";
  if (await getIfPresent(index)) {
    for (const shard of await shardsOf(join(folder, index))) await get(shard);
  } else if (!(await getIfPresent("model.safetensors"))) {
    throw new HubError(
      "not_found",
      `${remote.name} has no safetensors; convert its weights with transformers' save_pretrained and use that folder`,
    );
  }
  const content = { source: remote.name, files };
  await writeText(join(folder, receiptName), `${JSON.stringify(content, null, 2)}\n`);
  return files;
}

async function shardsOf(file: string): Promise<string[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new FormatError("safetensors", "is not JSON", { file, cause });
  }
  const parsed = weightIndex.safeParse(json);
  if (!parsed.success)
    throw new FormatError("safetensors", "has no weight_map from tensors to files", { file });
  const shards = [...new Set(Object.values(parsed.data.weight_map))];
  const stranger = shards.find((shard) => !isShardName(shard));
  if (stranger !== undefined)
    throw new FormatError(
      "safetensors",
      `names the file ${quote(stranger)}, which is not a shard of this folder`,
      {
        file,
      },
    );
  return shards;
}
