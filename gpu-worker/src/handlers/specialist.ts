/**
 * Specialist jobs. `initialize` trains what a workspace's corpora ask for and its mixture lacks; a workspace without
 * anything gets the corpora, and where it is there the mixture, that ship. `add` trains one specialist. `delete` removes
 * the corpus of one that was taken out of the mixture when its deletion was asked for.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, GENERALIST, specialistJobSchema } from "@weightsmith/contract";
import {
  type CorpusSource,
  FolderStore,
  folderCorpora,
  holdsMixture,
  type MixtureStore,
  type Recipe,
  tinyRecipe,
  trainMissing,
} from "@weightsmith/specialists";
import type { Handler, HandlerContext } from "../handler.ts";
import type { SpecialistStore } from "../specialist-store.ts";

export interface SpecialistSettings {
  readonly device: string;
  readonly threads: number;
  /** The folder of the models; the mixture that ships is `specialists-tiny` in it. */
  readonly modelsFolder: string;
  /** Default: the one of the mixture that ships. */
  readonly recipe?: Recipe;
  /** The corpora that a workspace starts with. Default: those that ship. */
  readonly corporaFolder?: string;
}

export const shippedMixture = "specialists-tiny";
const shippedCorpora = path.resolve(import.meta.dirname, "../../../packages/specialists/corpora");
/** A corpus is read in pieces of so many bytes. */
const pieceBytes = 1024 * 1024;

export function specialistHandler(settings: SpecialistSettings): Handler {
  return async (context) => {
    const stored = specialistJobSchema.safeParse(context.job.request);
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const { action, name } = stored.data;
    const store = context.specialists;
    if (!store) throw new Error("This worker gives no specialists.");
    switch (action) {
      case "initialize":
        return finished({ trained: await initialize(context, store, settings) });
      case "add":
        return finished({ trained: await train(context, store, settings, [name!]) });
      case "delete": {
        context.progress({ phase: "delete corpus", done: 0, total: 1, metrics: {} });
        const deleted = await store.call("removeCorpus", name!);
        context.progress({ phase: "delete corpus", done: 1, total: 1, metrics: {} });
        return finished({ deleted: name, corpus: deleted });
      }
      default:
        return action satisfies never;
    }
  };
}

const finished = (output: object) => ({ result: { programId: null, report: null, output } });

async function initialize(
  context: HandlerContext,
  store: SpecialistStore,
  settings: SpecialistSettings,
): Promise<string[]> {
  const [parts, corpora] = [await store.call("parts"), await store.call("corpora")];
  if (parts.length === 0 && corpora.length === 0) {
    await copyCorpora(context, store, settings.corporaFolder ?? shippedCorpora);
    const folder = path.join(settings.modelsFolder, shippedMixture);
    if (settings.recipe === undefined && (await holdsMixture(folder)))
      await copyMixture(context, store, folder);
  }
  return train(context, store, settings, undefined);
}

/** Gives the workspace the corpora of a folder, as if they had been uploaded. */
async function copyCorpora({ progress, signal }: HandlerContext, store: SpecialistStore, folder: string) {
  for (const source of await folderCorpora(folder)) {
    for (const file of await source.files()) {
      signal.throwIfAborted();
      progress({ phase: `copy ${source.name}`, done: 0, total: null, metrics: {} });
      // What ships is small; a user's corpora are uploaded and never pass here.
      const bytes = await readFile(path.join(folder, source.name, file.name));
      await store.call("putCorpus", { name: source.name, file: file.name, bytes });
    }
  }
}

/** Gives the workspace a mixture that was trained before. */
async function copyMixture(context: HandlerContext, store: SpecialistStore, folder: string): Promise<void> {
  const shipped = new FolderStore(folder);
  const target = jobStore(context, store);
  for (const { name, report } of (await shipped.index()).parts) {
    context.progress({ phase: `load ${name}`, done: 0, total: null, metrics: {} });
    await target.save({ name, bytes: (await shipped.load(name))! }, report);
  }
}

async function train(
  context: HandlerContext,
  store: SpecialistStore,
  { device, threads, recipe = tinyRecipe }: SpecialistSettings,
  only: readonly string[] | undefined,
): Promise<string[]> {
  const { signal, progress, checkpoint } = context;
  return trainMissing({
    recipe,
    corpora: (await store.call("corpora")).map(
      (corpus): CorpusSource => ({
        name: corpus.name,
        files: async () =>
          corpus.files.map((file) => ({
            ...file,
            read: () => inPieces(store, corpus.name, file),
          })),
      }),
    ),
    store: jobStore(context, store),
    ...(only ? { only } : {}),
    session: { device: device as "auto", threads },
    signal,
    checkpoint,
    onProgress: ({ what, step, steps, loss, validationLoss }) =>
      progress({
        phase: what === "generalist" || what === "tokenizer" ? `train ${what}` : `train specialist ${what}`,
        done: step,
        total: steps,
        metrics: {
          loss,
          ...(validationLoss === undefined || Number.isNaN(validationLoss) ? {} : { validationLoss }),
        },
      }),
  });
}

async function* inPieces(
  store: SpecialistStore,
  name: string,
  file: { readonly name: string; readonly bytes: number },
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.bytes; start += pieceBytes) {
    const end = Math.min(start + pieceBytes, file.bytes);
    yield await store.call("readCorpus", { name, file: file.name, start, end });
  }
}

/** The workspace's parts as a mixture's store. Parts are immutable artifacts; saving one writes its row. */
function jobStore({ artifacts }: HandlerContext, store: SpecialistStore): MixtureStore {
  return {
    async names() {
      return (await store.call("parts")).map(({ name }) => name);
    },
    async load(name) {
      const part = (await store.call("parts")).find((each) => each.name === name);
      return part && store.call("loadPart", part.sha256);
    },
    async save({ name, bytes }, report) {
      const { sha256 } = await artifacts.put(bytes, { mediaType: "application/octet-stream" });
      await store.call("savePart", { name, sha256, report });
    },
    async remove(name) {
      if (name === GENERALIST) throw new Error("The generalist is not removed.");
      throw new Error("A job removes no part: that happens when its deletion is asked for.");
    },
  };
}
