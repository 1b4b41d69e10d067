/**
 * Runs programs in the browser, on a thread beside the page: the interpreter's files and the program's archive come from
 * this server once, everything else happens here. An input never leaves the machine.
 */

import { interpreterFilesSchema } from "@weightsmith/contract";
import { configureRuntime } from "@weightsmith/onnx";
import {
  type InterpreterFiles,
  interpreterInMemory,
  type OpenInterpreter,
  prepareProgram,
  programInArchive,
} from "@weightsmith/programs";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { RunNews, RunOrder } from "./messages.ts";

type Run = Awaited<ReturnType<typeof prepareProgram>>;
type Progress = (bytes: number, of: number) => void;

configureRuntime(wasmUrl);

/** Programs by id, interpreters by hash: each is fetched once in the life of the worker. */
const programs = new Map<string, Promise<Run>>();
const interpreters = new Map<string, Promise<OpenInterpreter>>();

const say = (news: RunNews): void => postMessage(news);

addEventListener("message", ({ data }: MessageEvent<RunOrder>) => {
  void answer(data);
});

async function answer({ id, programId, input }: RunOrder): Promise<void> {
  try {
    const run = await once(programs, programId, () =>
      openProgram(programId, (bytes, of) => say({ id, loading: { bytes, of } })),
    );
    const began = performance.now();
    const [result] = await run([input], { scores: true });
    const { output = "", tokens = 0, confidence = null } = result ?? {};
    say({ id, answer: { output, tokens, confidence, milliseconds: Math.round(performance.now() - began) } });
  } catch (error) {
    say({ id, problem: problemOf(error) });
  }
}

async function openProgram(programId: string, progress: Progress): Promise<Run> {
  const program = await programInArchive(await bytesAt(`/v1/programs/${programId}/archive`));
  const wanted = program.manifest.interpreter;
  const interpreter = await once(interpreters, wanted.sha256, () => openInterpreter(wanted, progress));
  return prepareProgram(interpreter, program);
}

async function openInterpreter(
  wanted: { readonly id: string; readonly sha256: string },
  progress: Progress,
): Promise<OpenInterpreter> {
  const address = `/v1/interpreters/${encodeURIComponent(wanted.id)}`;
  const { files } = interpreterFilesSchema.parse(await (await fetched(address)).json());
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const loaded: Record<string, Uint8Array> = {};
  for (const { name, sha256 } of files) {
    // The hash in the address makes it a file that never changes: the browser keeps it.
    const bytes = await bytesAt(`${address}/${wanted.sha256}/${name}`, (more) => {
      done += more;
      progress(done, all);
    });
    await verify(name, bytes, sha256);
    loaded[name] = bytes;
  }
  return interpreterInMemory(wanted, loaded as unknown as InterpreterFiles);
}

/** Where the browser has its own hashing: on https and on this machine. */
async function verify(name: string, bytes: Uint8Array<ArrayBuffer>, wanted: string): Promise<void> {
  if (!("subtle" in crypto)) return;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") !== wanted)
    throw new Error(`${name} came damaged.`);
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  const { message, remedy } = (body as { error?: { message?: string; remedy?: string } })?.error ?? {};
  throw Object.assign(new Error(message ?? `The server answered ${response.status}.`), { remedy });
}

async function bytesAt(
  address: string,
  onPiece: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = await fetched(address);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = body!.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(read.value);
    onPiece(read.value.byteLength);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** What failed is not remembered. */
function once<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return made;
}

function problemOf(error: unknown): { message: string; remedy: string } {
  const { publicMessage, message, remedy } = error as {
    publicMessage?: string;
    message?: string;
    remedy?: string;
  };
  return {
    message: publicMessage ?? message ?? String(error),
    remedy: remedy ?? "Run it on the server instead.",
  };
}
