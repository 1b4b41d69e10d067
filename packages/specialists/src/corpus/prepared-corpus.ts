/**
 * A corpus as tokens on disk, in three parts: what is learnt from, what decides when to stop, and what is measured on.
 * A paragraph's part follows from its text, so that equal paragraphs are never in two parts.
 */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { Random, type Tokenizer } from "@weightsmith/nn";
import { type CorpusSource, paragraphs } from "./source.ts";
import { TokenFile, TokenWriter } from "./token-file.ts";

export const corpusParts = ["train", "validation", "heldOut"] as const;
export type CorpusPart = (typeof corpusParts)[number];

export interface PreparedCorpus {
  readonly name: string;
  readonly parts: Readonly<Record<CorpusPart, TokenFile>>;
  readonly paragraphs: number;
  readonly characters: number;
  /** SHA-256 over the paragraphs in order. */
  readonly sha256: string;
  close(): Promise<void>;
}

/** Of a hundred paragraphs, so many are for validation and as many are held out. */
const apartPercent = 7;

/** Which part a paragraph belongs to, by a hash of its text. */
export function partOf(paragraph: string): CorpusPart {
  const percent = createHash("sha256").update(paragraph).digest().readUInt32LE(0) % 100;
  return percent < apartPercent ? "heldOut" : percent < 2 * apartPercent ? "validation" : "train";
}

/** What a corpus needs at least to be learnt from and measured on. */
export const fewestTokens = { train: 512, validation: 32, heldOut: 32 } as const;

/**
 * Reads a corpus once and writes its tokens into a folder.
 * @throws AppError corpus.missing if there are no files, corpus.empty if there is too little text in them
 */
export async function prepareCorpus(
  source: CorpusSource,
  tokenizer: Tokenizer,
  folder: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<PreparedCorpus> {
  await requireText(source);
  await mkdir(folder, { recursive: true });
  const { vocabularySize } = tokenizer;
  const fileOf = (part: CorpusPart) => path.join(folder, `${source.name}.${part}.tokens`);
  const writers = new Map<CorpusPart, TokenWriter>();
  for (const part of corpusParts) writers.set(part, await TokenWriter.create(fileOf(part), vocabularySize));
  const hash = createHash("sha256");
  let [count, characters] = [0, 0];
  for await (const paragraph of paragraphs(source)) {
    if (count % 256 === 0) signal?.throwIfAborted();
    hash.update(paragraph).update("\n");
    count++;
    characters += paragraph.length;
    const tokens = tokenizer.encode(`${paragraph}\n\n`, { specialTokens: "text" });
    await writers.get(partOf(paragraph))!.add(tokens);
  }
  const lengths = new Map<CorpusPart, number>();
  for (const [part, writer] of writers) lengths.set(part, await writer.close());
  for (const part of corpusParts) {
    const [tokens, needed] = [lengths.get(part)!, fewestTokens[part]];
    if (tokens >= needed) continue;
    throw new AppError("corpus.empty", {
      message: `The corpus "${source.name}" has too little text: ${count} paragraphs make ${tokens} tokens of the ${part} part; at least ${needed} are needed.`,
      context: { corpus: source.name, paragraphs: count, characters, part, tokens, needed },
    });
  }
  const parts = {} as Record<CorpusPart, TokenFile>;
  for (const part of corpusParts) parts[part] = await TokenFile.open(fileOf(part), vocabularySize);
  return {
    name: source.name,
    parts,
    paragraphs: count,
    characters,
    sha256: hash.digest("hex"),
    async close() {
      for (const part of corpusParts) await parts[part].close();
    },
  };
}

/** @throws AppError corpus.missing if there are no files, corpus.empty if all are empty */
export async function requireText(source: CorpusSource): Promise<{ files: number; bytes: number }> {
  const files = await source.files();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const context = { corpus: source.name, files: files.map(({ name }) => name).slice(0, 20), bytes };
  if (files.length === 0) {
    throw new AppError("corpus.missing", {
      message: `The corpus "${source.name}" has no .txt files. Upload some first.`,
      context,
    });
  }
  if (bytes === 0) {
    const which = files.length === 1 ? `the file ${files[0]!.name} is` : `all ${files.length} files are`;
    throw new AppError("corpus.empty", {
      message: `The corpus "${source.name}" has no text: ${which} empty.`,
      context,
    });
  }
  return { files: files.length, bytes };
}

/** A row of `length + 1` tokens from somewhere in a part, the same for the same label. */
export async function drawWindow(
  file: TokenFile,
  length: number,
  seed: number,
  label: string,
): Promise<Uint32Array> {
  const places = Math.max(1, file.length - length);
  return file.read(new Random(seed, label).integer(places), length + 1);
}

/** The first `most` rows of a part, end to end: each begins with the last token of the one before. */
export async function windowsOf(file: TokenFile, length: number, most: number): Promise<Uint32Array[]> {
  const windows: Uint32Array[] = [];
  for (let start = 0; start + 1 < file.length && windows.length < most; start += length) {
    windows.push(await file.read(start, length + 1));
  }
  return windows;
}
