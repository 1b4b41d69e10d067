/**
 * A program run where no server is needed: from the bytes of its archive and of its interpreter's files, by the same
 * code that runs it in Node. Fetches nothing; whoever calls says where the bytes come from.
 */
import {
  ADAPTER_FILE,
  AppError,
  MANIFEST_FILE,
  manifestSchema,
  type ProgramManifest,
} from "@weightsmith/contract";
import { loadTokenizer, memorySource, parseConfig, readWeights, Safetensors } from "@weightsmith/nn";
import { assertSameFiles, type FileHash } from "../artifact/file-hashes.ts";
import { makeInterpreter } from "../interpreter/interpreter.ts";
import {
  OpenInterpreter,
  type PreparedProgram,
  type RunOptions,
  type RunOutput,
} from "../runtime/open-interpreter.ts";
import { readArchive } from "./read-archive.ts";

/** The files of an interpreter, by the names that they have in its folder. */
export interface InterpreterFiles {
  readonly "config.json": Uint8Array;
  readonly "tokenizer.json": Uint8Array;
  readonly "tokenizer_config.json"?: Uint8Array;
  readonly "model.safetensors": Uint8Array;
}

export interface ProgramInMemory {
  readonly manifest: ProgramManifest;
  readonly adapter: Uint8Array | undefined;
}

/** @throws AppError artifact.invalid, artifact.file_* */
export async function programInArchive(archive: Uint8Array<ArrayBuffer>): Promise<ProgramInMemory> {
  const files = await readArchive(archive);
  const bytes = files.get(MANIFEST_FILE);
  const parsed = bytes && manifestSchema.safeParse(json(bytes));
  if (!parsed?.success) throw new AppError("artifact.invalid", { cause: parsed?.error });
  await assertListedFiles(files, parsed.data);
  const adapter = files.get(ADAPTER_FILE);
  if (parsed.data.adapter !== null && adapter === undefined) throw new AppError("artifact.invalid");
  return { manifest: parsed.data, adapter };
}

/** @throws FormatError where a file is malformed or of a kind that runs no programs */
export async function interpreterInMemory(
  identity: { readonly id: string; readonly sha256: string },
  files: InterpreterFiles,
): Promise<OpenInterpreter> {
  const config = parseConfig(json(files["config.json"]));
  if (config.family === "t5") throw new RangeError("an encoder-decoder cannot run programs");
  const weights = await readWeights(
    config,
    await Safetensors.open(memorySource(files["model.safetensors"], "model.safetensors")),
  );
  const settings = files["tokenizer_config.json"];
  const tokenizer = loadTokenizer(
    json(files["tokenizer.json"]),
    settings === undefined ? {} : json(settings),
  );
  return OpenInterpreter.open(makeInterpreter({ ...identity, folder: "", config, weights, tokenizer }), {
    threads: 1,
  });
}

/** A program made ready on an interpreter in memory: greedy answers, in the order of the inputs. */
export async function prepareProgram(
  interpreter: OpenInterpreter,
  { manifest, adapter }: ProgramInMemory,
): Promise<(inputs: readonly string[], options?: RunOptions) => Promise<RunOutput[]>> {
  const { id, sha256 } = manifest.interpreter;
  if (interpreter.interpreter.sha256 !== sha256) {
    throw new AppError("program.not_runnable", {
      message: `The program was made for another version of the interpreter ${id}.`,
    });
  }
  const prepared: PreparedProgram = await interpreter.prepare(adapter, manifest.prompt, manifest);
  return (inputs, options) => interpreter.answer(prepared, inputs, options);
}

/**
 * Compares the files with their hashes in the manifest. Browsers give no SHA-256 to pages that came over plain http from
 * elsewhere; there only names and sizes are compared, and whoever could alter the file could alter the page.
 */
async function assertListedFiles(
  files: ReadonlyMap<string, Uint8Array>,
  { files: listed }: ProgramManifest,
): Promise<void> {
  const promised = new Map(Object.entries(listed));
  const found = new Map<string, FileHash>();
  for (const [name, bytes] of files) {
    if (name === MANIFEST_FILE) continue;
    const sha256 =
      globalThis.crypto?.subtle === undefined ? (promised.get(name)?.sha256 ?? "") : await sha256Of(bytes);
    found.set(name, { sha256, bytes: bytes.byteLength });
  }
  assertSameFiles(promised, found, MANIFEST_FILE);
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const json = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
