/**
 * A program's archive where there is no Node: the gzip stream is undone by the platform, the tar is read here. Only what
 * `packProgram` writes is understood: plain files that lie flat beside each other.
 */
import { AppError } from "@weightsmith/contract";

const blockBytes = 512;
/** Where a header says what: POSIX ustar. */
const field = { name: [0, 100], size: [124, 136], type: [156, 157] } as const;
const plainName = /^[a-z0-9][a-z0-9_-]{0,60}(\.[a-z0-9]{1,12}){0,2}$/;

/** @throws AppError artifact.invalid naming what is wrong with the archive */
export async function readArchive(archive: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array>> {
  const tar = await gunzip(archive);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    // Two empty blocks end an archive.
    if (header.every((byte) => byte === 0)) return files;
    const name = textOf(header, field.name);
    const size = Number.parseInt(textOf(header, field.size), 8);
    if (!plainName.test(name)) throw invalid(`${JSON.stringify(name)} is not a plain file name`);
    if (!["0", ""].includes(textOf(header, field.type))) throw invalid(`${name} is not a plain file`);
    const start = at + blockBytes;
    if (!(size >= 0) || start + size > tar.length) throw invalid(`${name} is cut short`);
    files.set(name, tar.slice(start, start + size));
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  throw invalid("it is cut short");
}

async function gunzip(archive: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    const plain = new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (cause) {
    throw invalid("it is not gzip data, or is cut short", cause);
  }
}

/** A field of a header, up to its first zero byte. */
function textOf(header: Uint8Array, [from, to]: readonly [number, number]): string {
  return new TextDecoder().decode(header.subarray(from, to)).split("\0")[0]!.trim();
}

function invalid(problem: string, cause?: unknown): AppError {
  return new AppError("artifact.invalid", { message: `The archive is not a program: ${problem}.`, cause });
}
