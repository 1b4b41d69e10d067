/**
 * What can be said of a program's files before they are trusted: that they are whole, and who signed them. Stricter than
 * loading: in a folder, too, nothing may lie that was not listed.
 */
import type { KeyObject } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AppError, MANIFEST_FILE } from "@weightsmith/contract";
import { archiveLimits, type ProgramFiles, unpackProgram } from "./archive.ts";
import { readProgram } from "./program-folder.ts";
import { type ProgramSignature, parseSignature, SIGNATURE_FILE, verifySignature } from "./signature.ts";

/** A program on a disk as it lies there, not verified. */
export interface StoredProgram {
  readonly files: ProgramFiles;
  /** Where its signature lies or would lie. */
  readonly signatureFile: string;
  readonly signature: ProgramSignature | undefined;
}

export interface Verification {
  /** Of its `program.json`; absent in archives of code and LODA programs, which have none. */
  readonly programId: string | undefined;
  /** The files whose hashes were right. `program.json` itself is covered only by a signature. */
  readonly files: readonly string[];
  /** Whose hashes these were. */
  readonly hashesFrom: readonly ("program.json" | "signature")[];
  readonly signature: { readonly key: string; readonly trusted: boolean } | undefined;
}

/**
 * @param ignoreSignature leaves an earlier signature unread, for whoever makes a new one
 * @throws AppError artifact.not_found, artifact.invalid, artifact.file_unlisted, signature.invalid
 */
export async function readStored(
  place: string,
  { ignoreSignature = false }: { readonly ignoreSignature?: boolean } = {},
): Promise<StoredProgram> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new AppError("artifact.not_found", {
      message: `There is no file or folder ${place}.`,
      remedy: "Name a program's archive (.tgz) or its folder.",
      cause,
    });
  });
  const signatureFile = found.isDirectory() ? path.join(place, SIGNATURE_FILE) : `${place}.sig`;
  const files = found.isDirectory() ? await readFolder(place) : unpackProgram(await readFile(place));
  if (ignoreSignature) return { files, signatureFile, signature: undefined };
  const text = await readFile(signatureFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return { files, signatureFile, signature: text === undefined ? undefined : parseSignature(text) };
}

/**
 * @param trusted the key that must have signed it; without one a program need not be signed
 * @throws AppError artifact.invalid, artifact.file_*, signature.missing, signature.invalid, signature.other_key
 */
export function verifyStored(
  { files, signature, signatureFile }: StoredProgram,
  trusted?: KeyObject,
): Verification {
  const manifest = files.has(MANIFEST_FILE) ? readProgram(files).manifest : undefined;
  if (signature === undefined && trusted !== undefined) {
    throw new AppError("signature.missing", {
      message: `The program is not signed: there is no ${signatureFile}.`,
    });
  }
  if (signature === undefined && manifest === undefined) {
    throw new AppError("artifact.invalid", {
      message: `There is nothing to verify: neither a ${MANIFEST_FILE} with hashes nor a signature.`,
    });
  }
  const key = signature && verifySignature(files, signature, trusted);
  return {
    programId: manifest?.programId,
    files: (key === undefined ? Object.keys(manifest!.files) : [...files.keys()]).sort(),
    hashesFrom: [
      ...(manifest === undefined ? [] : (["program.json"] as const)),
      ...(key === undefined ? [] : (["signature"] as const)),
    ],
    signature: key === undefined ? undefined : { key, trusted: trusted !== undefined },
  };
}

async function readFolder(folder: string): Promise<ProgramFiles> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => name !== SIGNATURE_FILE,
  );
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  if (entries.length > archiveLimits.files) throw noProgram(folder, `${entries.length} entries`);
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (!entry.isFile()) {
      throw new AppError("artifact.file_unlisted", {
        message: `${file} is not a plain file; a program's folder holds nothing else.`,
        context: { file: entry.name },
      });
    }
    bytes += (await stat(file)).size;
    if (bytes > archiveLimits.totalBytes) throw noProgram(folder, "more than 128 MiB");
    files.set(entry.name, await readFile(file));
  }
  return files;
}

const noProgram = (folder: string, has: string): AppError =>
  new AppError("artifact.invalid", { message: `The folder ${folder} is no program: it has ${has}.` });
