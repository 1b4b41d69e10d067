/** What a search for LODA programs draws on: a folder of programs if there is one, and the model. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { libraryCacheFile, loadLibrary, type ProgramLibrary } from "@weightsmith/loda";
import type { CommandContext } from "../commands/context.ts";
import { checkedRoot } from "./programs.ts";

export const defaultModel = "loda-tiny";
const cacheFolder = path.join(homedir(), ".cache", "weightsmith");

/** Reads the programs, or what an earlier call has left of them. */
export async function openLibrary(
  programsDir: string,
  { output, signal }: Pick<CommandContext, "output" | "signal">,
): Promise<ProgramLibrary> {
  const root = checkedRoot(programsDir);
  const bar = output.progress("Reading programs");
  try {
    return await loadLibrary(root, {
      signal,
      cacheFile: libraryCacheFile(cacheFolder, root),
      onProgress: (done, total) => bar.update(done / total, `${done} of ${total}`),
    });
  } finally {
    bar.done();
  }
}

/** Opens a LODA model by its name or folder; `undefined` if it is the default one and not there. */
export async function openLodaModel(modelsFolder: string, name: string | undefined) {
  const folder =
    name !== undefined && existsSync(name) ? name : path.join(modelsFolder, name ?? defaultModel);
  if (name === undefined && !existsSync(folder)) return undefined;
  const { LodaModel } = await import("@weightsmith/loda/model");
  return LodaModel.open(folder);
}
