/**
 * A program as one file: a gzipped tar whose bytes depend on the contents alone (sorted names, no times, no owners), so
 * that its SHA-256 can name it. Reading refuses what a hostile archive would try: links, absolute or climbing paths,
 * names twice, more or larger members than a program has.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { AppError } from "@weightsmith/contract";
import { Header, Parser, type ReadEntry } from "tar";

export type ProgramFiles = ReadonlyMap<string, Uint8Array>;

/** No program comes near these; an archive beyond them was not written by us. */
export const archiveLimits = { files: 32, totalBytes: 128 * 2 ** 20 } as const;

const blockBytes = 512;
/** Program files lie flat beside each other. */
const plainName = /^[a-z0-9][a-z0-9_-]{0,60}(\.[a-z0-9]{1,12}){0,2}$/;

/** Packs files into a reproducible `.tgz`. @throws RangeError if a name is not a plain file name */
export function packProgram(files: ProgramFiles): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const name of [...files.keys()].sort()) {
    if (!plainName.test(name)) throw new RangeError(`not a program file name: ${JSON.stringify(name)}`);
    const contents = files.get(name)!;
    const size = contents.byteLength;
    const block = Buffer.alloc(blockBytes);
    new Header({ path: name, mode: 0o644, uid: 0, gid: 0, size, mtime: new Date(0), type: "File" }).encode(
      block,
    );
    blocks.push(block, contents, new Uint8Array((blockBytes - (size % blockBytes)) % blockBytes));
  }
  blocks.push(new Uint8Array(2 * blockBytes));
  const packed = new Uint8Array(gzipSync(Buffer.concat(blocks), { level: 9 }));
  // Node leaves the time out of the gzip header; the operating system byte is the one thing left that differs.
  packed[9] = 255;
  return packed;
}

/** @throws AppError artifact.invalid naming what is wrong with the archive */
export function unpackProgram(archive: Uint8Array): Map<string, Uint8Array> {
  let tar: Buffer;
  try {
    tar = gunzipSync(archive, { maxOutputLength: archiveLimits.totalBytes });
  } catch (cause) {
    throw invalid("it is not gzip data, is cut short, or expands beyond 128 MiB", cause);
  }
  const files = new Map<string, Uint8Array>();
  const refuse = (problem: string): never => {
    throw invalid(problem);
  };
  const parser = new Parser({
    strict: true,
    onReadEntry(entry: ReadEntry) {
      const name = JSON.stringify(entry.path);
      if (entry.type !== "File" && entry.type !== "OldFile")
        refuse(`${name} is a ${entry.type}, not a plain file`);
      if (!plainName.test(entry.path)) refuse(`${name} is not a plain file name`);
      if (files.has(entry.path)) refuse(`${name} stands in it twice`);
      if (files.size >= archiveLimits.files) refuse(`it has more than ${archiveLimits.files} members`);
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => files.set(entry.path, new Uint8Array(Buffer.concat(chunks))));
    },
  });
  let failure: unknown;
  parser.on("error", (error: unknown) => {
    failure ??= error;
  });
  try {
    parser.end(tar);
  } catch (error) {
    failure ??= error;
  }
  if (failure instanceof AppError) throw failure;
  if (failure !== undefined)
    throw invalid(failure instanceof Error ? failure.message : String(failure), failure);
  return files;
}

function invalid(problem: string, cause?: unknown): AppError {
  return new AppError("artifact.invalid", { message: `The archive is not a program: ${problem}.`, cause });
}
