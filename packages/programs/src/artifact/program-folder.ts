/**
 * The files of a program: what is in them, that they are what the manifest says, and how they come from and go to a
 * folder or an archive. What an adapter's tensors mean is the runtime's business.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  ADAPTER_FILE,
  AppError,
  MANIFEST_FILE,
  manifestSchema,
  PROMPT_TEMPLATE_FILE,
  type ProgramManifest,
  type ProgramManifestInput,
  REPORT_FILE,
  type Report,
  reportSchema,
} from "@weightsmith/contract";
import { type ProgramFiles, packProgram, unpackProgram } from "./archive.ts";
import { assertSameFiles } from "./file-hashes.ts";
import { hashFiles } from "./signature.ts";

/** A program in memory, verified against its manifest. */
export interface ProgramArtifact {
  readonly manifest: ProgramManifest;
  readonly report: Report;
  readonly promptTemplate: string;
  /** Bytes of `adapter.safetensors`; absent in a program that is its prompt alone. */
  readonly adapter: Uint8Array | undefined;
  readonly files: ProgramFiles;
}

export interface ProgramParts {
  readonly manifest: Omit<ProgramManifestInput, "format" | "formatVersion" | "files">;
  readonly report: Report;
  readonly promptTemplate: string;
  readonly adapter: Uint8Array | undefined;
}

/** Puts the parts of a new program together and writes the manifest over them. Same parts, same bytes. */
export function assembleProgram(parts: ProgramParts): ProgramArtifact {
  const files = new Map<string, Uint8Array>();
  if (parts.adapter !== undefined) files.set(ADAPTER_FILE, parts.adapter);
  files.set(PROMPT_TEMPLATE_FILE, encode(parts.promptTemplate));
  files.set(REPORT_FILE, encodeJson(parts.report));
  const manifest = manifestSchema.parse({
    format: "weightsmith-program",
    formatVersion: 1,
    ...parts.manifest,
    files: Object.fromEntries(hashFiles(files)),
  });
  files.set(MANIFEST_FILE, encodeJson(manifest));
  return { ...parts, manifest, files };
}

/**
 * @throws AppError artifact.file_missing, artifact.file_altered, artifact.file_unlisted if the files are not those that
 * `program.json` lists; artifact.invalid if one does not parse
 */
export function readProgram(files: ProgramFiles): ProgramArtifact {
  const manifest = parseJson(files, MANIFEST_FILE, (value) => manifestSchema.parse(value));
  const found = new Map(hashFiles(files));
  found.delete(MANIFEST_FILE);
  assertSameFiles(new Map(Object.entries(manifest.files)), found, MANIFEST_FILE);
  if (manifest.adapter !== null && manifest.files[ADAPTER_FILE] === undefined) {
    throw invalid(`the manifest promises an adapter, but lists no ${ADAPTER_FILE}`);
  }
  return {
    manifest,
    report: parseJson(files, REPORT_FILE, (value) => reportSchema.parse(value)),
    promptTemplate: new TextDecoder().decode(required(files, PROMPT_TEMPLATE_FILE)),
    adapter: files.get(ADAPTER_FILE),
    files,
  };
}

export const packArtifact = (program: ProgramArtifact): Uint8Array => packProgram(program.files);

/** @throws AppError artifact.invalid, artifact.file_* */
export const unpackArtifact = (archive: Uint8Array): ProgramArtifact => readProgram(unpackProgram(archive));

/** Writes a program's folder; a program that stands there is replaced whole, so that no reader sees half of each. */
export async function saveProgram(program: ProgramArtifact, directory: string): Promise<void> {
  const target = path.resolve(directory);
  await refuseForeignFolder(target);
  const fresh = `${target}.writing-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const [name, bytes] of program.files) await writeFile(path.join(fresh, name), bytes);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

/** @throws AppError artifact.not_found if the folder holds no program, artifact.invalid or artifact.file_* if it is damaged */
export async function loadProgram(directory: string): Promise<ProgramArtifact> {
  const files = new Map<string, Uint8Array>();
  const names = await readdir(directory).catch((cause: unknown) => {
    throw noProgram(directory, cause);
  });
  if (!names.includes(MANIFEST_FILE)) throw noProgram(directory);
  const manifest = await readFile(path.join(directory, MANIFEST_FILE));
  files.set(MANIFEST_FILE, manifest);
  const { files: listed } = parseJson(files, MANIFEST_FILE, (value) => manifestSchema.parse(value));
  // Other files in a user's folder are not ours to judge; only the listed ones belong to the program.
  for (const name of Object.keys(listed)) {
    if (names.includes(name)) files.set(name, await readFile(path.join(directory, name)));
  }
  return readProgram(files);
}

/** A folder with other things in it is not overwritten. */
async function refuseForeignFolder(target: string): Promise<void> {
  const names = await readdir(target).catch((): string[] => []);
  if (names.length > 0 && !names.includes(MANIFEST_FILE)) {
    throw new AppError("artifact.invalid", {
      message: `The folder ${target} is not empty and holds no program; nothing was written.`,
      remedy: "Name a new or empty folder, or one that holds an earlier program.",
    });
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const encodeJson = (value: unknown): Uint8Array => encode(`${JSON.stringify(value, null, 2)}\n`);

function required(files: ProgramFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw invalid(`${name} is missing`);
  return bytes;
}

function parseJson<T>(files: ProgramFiles, name: string, parse: (value: unknown) => T): T {
  const text = new TextDecoder().decode(required(files, name));
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(
      `${name} does not parse (${cause instanceof Error ? cause.message : String(cause)})`,
      cause,
    );
  }
}

function invalid(problem: string, cause?: unknown): AppError {
  return new AppError("artifact.invalid", {
    message: `This is not a program that can be used: ${problem}.`,
    cause,
  });
}

function noProgram(directory: string, cause?: unknown): AppError {
  return new AppError("artifact.not_found", {
    message: `The folder ${directory} holds no program (no ${MANIFEST_FILE} in it).`,
    remedy:
      "Name the folder that `weightsmith compile --out` or `weightsmith download` wrote, or a program's id.",
    cause,
  });
}
