/** From a model's name to a folder with its files, or to an error that says what to do. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DownloadOptions } from "./download.ts";
import { fetchModel, isComplete } from "./fetch-model.ts";
import { HubError } from "./hub-error.ts";
import { findModel, registeredModels } from "./registry.ts";
import { type HubOptions, hubFiles, type ObjectReader, objectFiles } from "./remote-files.ts";

export interface ModelStore {
  /** Folders that hold models as folders of their names, in the order in which they are searched. */
  readonly folders: readonly string[];
  /** Where downloads go: a folder of its own for each model. */
  readonly cacheFolder: string;
  /** An object store whose prefix holds a folder a model; tried before the hub. */
  readonly objects?: { readonly reader: ObjectReader; readonly prefix: string };
  /** The hub is asked only where this is given. */
  readonly hub?: HubOptions;
}

/** Downloads under way, by folder: two who ask for the same model wait for the same download. */
const underWay = new Map<string, Promise<void>>();

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
      throw error;
    },
  );
const hasConfig = (folder: string): Promise<boolean> =>
  stat(join(folder, "config.json")).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
      throw error;
    },
  );

/**
 * The folder of a model: `name` is a folder itself, a name in one of the store's folders, a registered name, or
 * a repository of the hub (`owner/name`). Downloads where the store says from where.
 * Side effects: may write below `cacheFolder`.
 * @throws HubError weights_missing where the model is nowhere and may be fetched from nowhere; else as `fetchModel`
 */
export async function resolveModel(
  name: string,
  store: ModelStore,
  options: DownloadOptions = {},
): Promise<string> {
  if ((await isFolder(name)) && (await hasConfig(name))) return name;
  const registered = findModel(name);
  const repository = registered?.repository ?? (/^[\w][\w.-]*\/[\w][\w.-]*$/.test(name) ? name : undefined);
  const short = registered?.name ?? name;
  const directories = [...new Set([short, ...(repository ? [repository, basename(repository)] : [])])];
  const isPlain = directories.every((directory) => !directory.split(/[/\\]/).includes(".."));
  if (isPlain)
    for (const folder of store.folders)
      for (const directory of directories)
        if (await hasConfig(join(folder, directory))) return join(folder, directory);

  const cached = join(store.cacheFolder, short.replaceAll("/", "--"));
  if (isPlain && (await isComplete(cached))) return cached;
  const { objects, hub } = store;
  if (isPlain && objects) {
    const remote = objectFiles(
      objects.reader,
      `${objects.prefix.replace(/\/$/, "")}/${short}`.replace(/^\//, ""),
    );
    if ((await remote.describe("config.json", options.signal)) !== undefined) {
      await once(cached, () => fetchModel(remote, cached, options));
      return cached;
    }
  }
  if (repository !== undefined && hub) {
    await once(cached, () => fetchModel(hubFiles(repository, hub), cached, options));
    return cached;
  }
  throw missing(name, store, registered !== undefined || repository !== undefined);
}

async function once(folder: string, fetch: () => Promise<unknown>): Promise<void> {
  const before = underWay.get(folder);
  if (before) return before;
  const download = fetch().then(() => undefined);
  underWay.set(folder, download);
  try {
    await download;
  } finally {
    underWay.delete(folder);
  }
}

function missing(name: string, store: ModelStore, isKnown: boolean): HubError {
  const model = findModel(name);
  const searched = [...store.folders, store.cacheFolder].join(", ");
  if (!isKnown)
    return new HubError(
      "weights_missing",
      `There is no model ${JSON.stringify(name)}. Known names: ${registeredModels.map((known) => known.name).join(", ")}; or give a folder with config.json, or a repository of the hub as owner/name. Searched: ${searched}.`,
    );
  const size = model ? ` (${model.parameters}B parameters, licence ${model.licence})` : "";
  const repository = model?.repository ?? name;
  return new HubError(
    "weights_missing",
    `The weights of ${name}${size} are not on this machine. Put its Hugging Face folder (config.json, *.safetensors, tokenizer.json) at ${join(store.folders[0] ?? store.cacheFolder, model?.name ?? name)}, or allow the download of ${repository} from the hub or from an object store${model?.gated ? "; the hub asks for a token of an account that accepted its licence" : ""}. Searched: ${searched}.`,
  );
}
