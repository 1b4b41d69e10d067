/**
 * One file from a source to the disk: resumed where an earlier attempt ended, tried again when the connection
 * fails, and put in its place only when size and checksum are those that the source announced.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { HubError } from "./hub-error.ts";
import type { Checksum, RemoteFile, RemoteFiles } from "./remote-files.ts";

export interface DownloadProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** How often a broken connection is tried again; 4 if not given. */
  attempts?: number;
  /** A source that sends nothing for so long is asked again; 60,000 if not given. */
  stallMilliseconds?: number;
  /** Pause before the second attempt, doubled before each further one; 500 if not given. */
  pauseMilliseconds?: number;
}

const sizeOnDisk = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );

/**
 * Downloads a file to `path`. A file that is there already is kept if it is what the source has.
 * Side effects: writes `path`, and beside it a `.part` file while the download lasts or when it was broken off.
 * @throws HubError not_found, unauthorized, unavailable after the last attempt, integrity where the content is wrong
 */
export async function downloadFile(
  remote: RemoteFiles,
  file: string,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { signal, attempts = 4, pauseMilliseconds = 500 } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      await downloadOnce(remote, file, path, options);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const hopeless = error instanceof HubError && !error.retryable;
      if (hopeless) throw error;
      if (attempt >= attempts) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new HubError("unavailable", `${file} of ${remote.name} failed ${attempt} times: ${reason}`, {
          cause: error,
        });
      }
      await wait(pauseMilliseconds * 2 ** (attempt - 1), undefined, signal ? { signal } : {});
    }
  }
}

async function downloadOnce(
  remote: RemoteFiles,
  file: string,
  path: string,
  { signal: callerSignal, onProgress, stallMilliseconds = 60_000 }: DownloadOptions,
): Promise<void> {
  const stall = new AbortController();
  const signal = callerSignal ? AbortSignal.any([callerSignal, stall.signal]) : stall.signal;
  const silence = () =>
    stall.abort(
      new HubError("unavailable", `${remote.name} sent nothing of ${file} for ${stallMilliseconds} ms`),
    );
  const timer = setTimeout(silence, stallMilliseconds);
  try {
    await downloadWith(remote, file, path, {
      signal,
      onProgress: (progress) => {
        timer.refresh();
        onProgress?.(progress);
      },
    });
  } finally {
    clearTimeout(timer);
  }
}

async function downloadWith(
  remote: RemoteFiles,
  file: string,
  path: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
): Promise<void> {
  const described = await remote.describe(file, signal);
  if (described === undefined) throw new HubError("not_found", `${remote.name} has no ${file}`);
  const { sizeBytes, checksum } = described;
  const present = await sizeOnDisk(path);
  if (present !== undefined && checksum !== undefined && (await matches(path, present, described))) return;

  await mkdir(dirname(path), { recursive: true });
  // Named by its content: what another version left behind is not continued.
  const part = `${path}.${checksum?.hex.slice(0, 16) ?? "unnamed"}.part`;
  let have = (await sizeOnDisk(part)) ?? 0;
  if (checksum === undefined || (sizeBytes !== undefined && have > sizeBytes)) have = 0;
  if (sizeBytes === undefined || have < sizeBytes) {
    const opened = await remote.open(file, have, signal);
    if (opened.offset !== 0 && opened.offset !== have)
      throw new HubError(
        "unavailable",
        `${remote.name} sent ${file} from byte ${opened.offset}, not ${have}`,
      );
    have = opened.offset;
    const handle = await open(part, have === 0 ? "w" : "r+");
    try {
      for await (const chunk of opened.chunks) {
        signal.throwIfAborted();
        if (sizeBytes !== undefined && have + chunk.length > sizeBytes)
          throw new HubError(
            "integrity",
            `${remote.name} sends more of ${file} than the ${sizeBytes} bytes it announced`,
          );
        for (let done = 0; done < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, have + done);
          done += bytesWritten;
        }
        have += chunk.length;
        onProgress({ file, doneBytes: have, totalBytes: sizeBytes });
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  if (sizeBytes !== undefined && have < sizeBytes)
    throw new HubError("unavailable", `${remote.name} ended ${file} after ${have} of ${sizeBytes} bytes`);
  if (!(await matches(part, have, described))) {
    await rm(part, { force: true });
    throw new HubError(
      "integrity",
      `${file} of ${remote.name} has another ${checksum?.kind ?? "size"} than announced: it was damaged on the way or changed meanwhile`,
    );
  }
  await rename(part, path);
}

/** Whether a file on the disk is what the source described. */
async function matches(path: string, size: number, { sizeBytes, checksum }: RemoteFile): Promise<boolean> {
  if (sizeBytes !== undefined && size !== sizeBytes) return false;
  return checksum === undefined || (await hashFile(path, size, checksum.kind)) === checksum.hex;
}

async function hashFile(path: string, size: number, kind: Checksum["kind"]): Promise<string> {
  const hash: Hash = createHash(kind === "git" ? "sha1" : kind);
  if (kind === "git") hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
