// The programs that a search draws on: their descriptions and published terms, searchable by words and by terms.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { programFiles } from "../corpus/folder.ts";
import { type ProgramFile, readProgramFile } from "../corpus/program-file.ts";
import { cleanDescription } from "../dataset/description.ts";
import { programShape, type Split, splitOf } from "../dataset/normal-form.ts";
import { LodaSyntaxError } from "../language/parse.ts";
import { parseValue } from "../number/value.ts";
import { Bm25Index } from "./bm25.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { TermIndex } from "./term-index.ts";

const keptTerms = 40;
/** How many hits of each index are looked at for one answer. */
const rescored = 10;

function headOf(description: string): string {
  return description.split(/[:,;(]/, 1)[0]!;
}

export class ProgramLibrary {
  readonly entries: readonly LibraryEntry[];
  private words: { readonly whole: Bm25Index; readonly heads: Bm25Index } | undefined;
  private byTerms: TermIndex | undefined;
  private readonly places: Map<number, number>;

  constructor(entries: readonly LibraryEntry[]) {
    this.entries = entries;
    this.places = new Map(entries.map(({ id }, place) => [id, place]));
  }

  get(id: number): LibraryEntry | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.entries[place];
  }

  /**
   * Entries with near descriptions, best first. What stands before the first colon or comma names the sequence, so it
   * counts a second time: "Fibonacci numbers" is A000045 first, and not every sequence that mentions them.
   */
  nearDescriptions(query: string, count: number): { readonly entry: LibraryEntry; readonly score: number }[] {
    const { whole, heads } = this.wordIndexes;
    const scores = new Map<number, number>();
    for (const index of [whole, heads])
      for (const { document, score } of index.search(query, count * rescored))
        scores.set(document, (scores.get(document) ?? 0) + score);
    return [...scores]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, count)
      .map(([document, score]) => ({ entry: this.entries[document]!, score }));
  }

  /** Makes the indexes that will be asked, which takes seconds for a large library. */
  prepare(wanted: { readonly words: boolean; readonly terms: boolean }): void {
    if (wanted.words) void this.wordIndexes;
    if (wanted.terms) void this.terms;
  }

  private get wordIndexes() {
    this.words ??= {
      whole: new Bm25Index(this.entries.map(({ description }) => description)),
      heads: new Bm25Index(this.entries.map(({ description }) => headOf(description))),
    };
    return this.words;
  }

  get terms(): TermIndex {
    this.byTerms ??= new TermIndex(this.entries);
    return this.byTerms;
  }

  /** Only the entries of some parts: an evaluation leaves out what it asks for. */
  only(...splits: readonly Split[]): ProgramLibrary {
    return new ProgramLibrary(this.entries.filter(({ split }) => splits.includes(split)));
  }
}

export interface LoadOptions {
  /** Where the library is kept between runs; made if it is not there. */
  readonly cacheFile?: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const filesPerTurn = 500;

/**
 * Reads the headers of every program below a folder, or a file that an earlier call has left.
 * @throws the signal's reason if it is aborted
 */
export async function loadLibrary(
  root: string,
  { cacheFile, onProgress, signal }: LoadOptions = {},
): Promise<ProgramLibrary> {
  if (cacheFile !== undefined && existsSync(cacheFile)) return parseLibrary(readFileSync(cacheFile, "utf8"));
  const files = programFiles(path.join(root, "oeis"));
  const entries: LibraryEntry[] = [];
  for (const [i, file] of files.entries()) {
    const text = readFileSync(file, "utf8");
    const entry = readEntry(text);
    if (entry) entries.push(entry);
    if (i % filesPerTurn > 0) continue;
    onProgress?.(i, files.length);
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (cacheFile !== undefined) {
    // Written beside and renamed, so that a half-written file is never read.
    const partial = `${cacheFile}.${process.pid}`;
    writeFileSync(partial, formatLibrary(entries));
    renameSync(partial, cacheFile);
  }
  return new ProgramLibrary(entries);
}

function readEntry(text: string): LibraryEntry | undefined {
  let file: ProgramFile;
  try {
    file = readProgramFile(text);
  } catch (error) {
    if (error instanceof LodaSyntaxError) return undefined;
    throw error;
  }
  const { id, description, terms, program } = file;
  if (id === undefined || terms.length === 0) return undefined;
  return {
    id,
    offset: program.offset,
    description: cleanDescription(description),
    terms: terms.slice(0, keptTerms),
    split: splitOf(programShape(program)),
  };
}

const formatLine = "weightsmith-loda-library 1";

export function formatLibrary(entries: readonly LibraryEntry[]): string {
  const lines = entries.map(({ id, offset, split, description, terms }) =>
    [id, offset, split, description.replaceAll("\t", " "), terms.join(",")].join("\t"),
  );
  return `${[formatLine, ...lines].join("\n")}\n`;
}

export function parseLibrary(text: string): ProgramLibrary {
  const [first, ...lines] = text.split("\n");
  if (first !== formatLine)
    throw new Error(
      `not a library of LODA programs: it should begin with ${JSON.stringify(formatLine)}; delete the file to make it anew`,
    );
  return new ProgramLibrary(
    lines.flatMap((line): LibraryEntry[] => {
      if (line === "") return [];
      const [id, offset, split, description, terms] = line.split("\t");
      return [
        {
          id: Number(id),
          offset: Number(offset),
          split: split as Split,
          description: description!,
          terms: terms!.split(",").map(parseValue),
        },
      ];
    }),
  );
}
