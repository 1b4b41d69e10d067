/**
 * Where a corpus comes from: `.txt` files of a folder here, objects below a prefix in the cloud. Both are read as
 * streams, paragraph by paragraph, so that a corpus may be larger than memory.
 */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";

export interface CorpusFile {
  readonly name: string;
  readonly bytes: number;
  /** The file's bytes from the beginning, in pieces of any size. */
  read(): AsyncIterable<Uint8Array>;
}

export interface CorpusSource {
  /** The domain's name: that of its specialist, or `general`. */
  readonly name: string;
  /** In the order of their names. */
  files(): Promise<readonly CorpusFile[]>;
}

/** The corpus whose specialist is the generalist itself. */
export const generalName = "general";

/** The `.txt` files of `<root>/<name>`. A folder that is missing has no files. */
export function folderCorpus(root: string, name: string): CorpusSource {
  const folder = path.join(root, name);
  return {
    name,
    async files() {
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
        throw error;
      });
      const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".txt"));
      return Promise.all(
        names
          .map((entry) => entry.name)
          .sort()
          .map(async (file): Promise<CorpusFile> => {
            const at = path.join(folder, file);
            return { name: file, bytes: (await stat(at)).size, read: () => createReadStream(at) };
          }),
      );
    },
  };
}

const domainName = /^[a-z0-9][a-z0-9_-]{0,49}$/;

/** The corpora of a folder: one for each folder in it whose name can be a domain's, with text in it; `general` first. */
export async function folderCorpora(root: string): Promise<CorpusSource[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError("corpus.missing", { message: `There is no folder of corpora at ${root}.`, cause });
  });
  const sources: CorpusSource[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() || !domainName.test(entry.name)) continue;
    const source = folderCorpus(root, entry.name);
    if ((await source.files()).length > 0) sources.push(source);
  }
  return sources.sort((a, b) => Number(b.name === generalName) - Number(a.name === generalName));
}

/** A paragraph that goes on without a blank line is cut after so many characters. */
const longestParagraph = 4_000;

/** The paragraphs of a corpus: what blank lines separate, lines joined by a space. */
export async function* paragraphs(source: CorpusSource): AsyncGenerator<string> {
  for (const file of await source.files()) {
    const decoder = new TextDecoder();
    let held = "";
    const cut = function* (end: boolean): Generator<string> {
      for (;;) {
        const blank = /\r?\n[ \t]*\r?\n/.exec(held);
        const at = blank ? blank.index : held.length;
        if (!blank && !end && held.length <= longestParagraph) return;
        const length = Math.min(at, longestParagraph);
        const paragraph = held.slice(0, length).replace(/\s+/g, " ").trim();
        held = held.slice(blank && length === at ? at + blank[0].length : length);
        if (paragraph !== "") yield paragraph;
        if (held === "") return;
      }
    };
    for await (const bytes of file.read()) {
      held += decoder.decode(bytes, { stream: true });
      yield* cut(false);
    }
    held += decoder.decode();
    yield* cut(true);
  }
}
