/**
 * Objects as files. One object is one file: the body, then its headers as JSON, then the length of that JSON in four
 * bytes. It is written aside and renamed when complete, so that no reader and no crash meets a part of an object, or a
 * body with another's headers.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { S3Error } from "./s3-error.ts";

export interface ObjectInfo {
  bodyBytes: number;
  /** With its quotation marks, as HTTP writes it. */
  etag: string;
  lastModified: Date;
  /** Content-Type, x-amz-meta-… and the like, as they came with the upload; lower-case names. */
  headers: Readonly<Record<string, string>>;
}

/** An object opened for reading: its body cannot change or vanish until it is closed. */
export interface OpenObject {
  info: ObjectInfo;
  /** Bytes `start` to `end`, both included; closes the object at its end. */
  read(start: number, end: number): Readable;
  close(): Promise<void>;
}

export interface Listing {
  objects: { key: string; info: ObjectInfo }[];
  commonPrefixes: string[];
  /** Where the next page begins, if there is one. */
  nextAfter: string | undefined;
}

export interface Write {
  headers?: Readonly<Record<string, string>>;
  /** Refuse to replace an object that exists. */
  onlyIfNew?: boolean;
  /** For a body put together from parts, whose ETag is not the MD5 of the whole. */
  etag?: string;
}

interface Trailer {
  etag: string;
  headers: Record<string, string>;
}

const suffix = ".object";
const lengthBytes = 4;

export class ObjectFiles {
  readonly #objects: string;
  readonly #incoming: string;
  readonly #durable: boolean;

  constructor(directory: string, durable: boolean) {
    this.#objects = path.join(directory, "objects");
    this.#incoming = path.join(directory, "incoming");
    this.#durable = durable;
    mkdirSync(this.#objects, { recursive: true });
    // What was being written when an earlier server was killed is of no use.
    rmSync(this.#incoming, { recursive: true, force: true });
    mkdirSync(this.#incoming);
  }

  async createBucket(bucket: string): Promise<void> {
    await mkdir(this.#folderOf(bucket), { recursive: true });
  }

  /** @throws S3Error NoSuchBucket */
  async requireBucket(bucket: string): Promise<void> {
    try {
      await stat(this.#folderOf(bucket));
    } catch (cause) {
      throw new S3Error("NoSuchBucket", { cause });
    }
  }

  /**
   * Stores the bytes of `body` under the key, replacing what was there.
   * @throws whatever `body` throws, and S3Error PreconditionFailed; the object is then as it was
   */
  async put(
    bucket: string,
    key: string,
    body: AsyncIterable<Buffer>,
    write: Write = {},
  ): Promise<ObjectInfo> {
    const draft = path.join(this.#incoming, randomUUID());
    try {
      await this.#writeDraft(draft, body, write);
      const file = this.#fileOf(bucket, key);
      await this.#publish(draft, file, write.onlyIfNew ?? false);
      return await readInfo(file);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #writeDraft(draft: string, body: AsyncIterable<Buffer>, write: Write): Promise<void> {
    const handle = await open(draft, "wx");
    try {
      const md5 = createHash("md5");
      for await (const chunk of body) {
        md5.update(chunk);
        await handle.writeFile(chunk);
      }
      const trailer: Trailer = {
        etag: write.etag ?? `"${md5.digest("hex")}"`,
        headers: { ...write.headers },
      };
      const json = Buffer.from(JSON.stringify(trailer));
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt32BE(json.length);
      await handle.writeFile(Buffer.concat([json, length]));
      if (this.#durable) await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async #publish(draft: string, file: string, onlyIfNew: boolean): Promise<void> {
    for (;;) {
      try {
        await mkdir(path.dirname(file), { recursive: true });
        if (onlyIfNew) await link(draft, file);
        else await rename(draft, file);
        return;
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code === "EEXIST" && onlyIfNew) throw new S3Error("PreconditionFailed", { cause });
        if (code === "ENAMETOOLONG") throw new S3Error("KeyTooLongError", { cause });
        // A delete removed the folder that it had emptied, between our two steps.
        if (code !== "ENOENT") throw cause;
      }
    }
  }

  /** @throws S3Error NoSuchKey */
  async open(bucket: string, key: string): Promise<OpenObject> {
    let handle: FileHandle;
    try {
      handle = await open(this.#fileOf(bucket, key), "r");
    } catch (cause) {
      throw notFound(cause);
    }
    try {
      return {
        info: await infoOf(handle),
        read: (start, end) => handle.createReadStream({ start, end }),
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Removes the object if it is there. */
  async remove(bucket: string, key: string): Promise<void> {
    const file = this.#fileOf(bucket, key);
    await rm(file, { force: true });
    const top = this.#folderOf(bucket);
    for (let folder = path.dirname(file); folder !== top; folder = path.dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        // Not empty, or another delete was faster: either way there is nothing more to tidy.
        return;
      }
    }
  }

  /** Objects whose keys begin with `prefix` and come after `after`, in the order of their UTF-8 bytes. */
  async list(bucket: string, { prefix = "", after = "", delimiter = "", limit = 1000 }): Promise<Listing> {
    const keys: string[] = [];
    await this.#collect(this.#folderOf(bucket), "", prefix, keys);
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

    const listing: Listing = { objects: [], commonPrefixes: [], nextAfter: undefined };
    const prefixes = new Set<string>();
    let last = "";
    for (const key of keys) {
      if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue;
      const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
      if (common !== undefined && (prefixes.has(common) || after.startsWith(common))) {
        last = key;
        continue;
      }
      if (listing.objects.length + prefixes.size >= limit) {
        listing.nextAfter = last;
        break;
      }
      last = key;
      if (common !== undefined) prefixes.add(common);
      else await this.#addTo(listing, bucket, key);
    }
    listing.commonPrefixes = [...prefixes];
    return listing;
  }

  async #addTo(listing: Listing, bucket: string, key: string): Promise<void> {
    try {
      listing.objects.push({ key, info: await readInfo(this.#fileOf(bucket, key)) });
    } catch (error) {
      // Deleted since its folder was read.
      if (!(error instanceof S3Error && error.code === "NoSuchKey")) throw error;
    }
  }

  async #collect(folder: string, keyPrefix: string, wanted: string, keys: string[]): Promise<void> {
    let entries: { name: string; isDirectory(): boolean }[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    for (const entry of entries) {
      if (!entry.isDirectory()) {
        if (entry.name.endsWith(suffix))
          keys.push(keyPrefix + decodeSegment(entry.name.slice(0, -suffix.length)));
        continue;
      }
      const inside = `${keyPrefix}${decodeSegment(entry.name)}/`;
      if (inside.startsWith(wanted) || wanted.startsWith(inside)) {
        await this.#collect(path.join(folder, entry.name), inside, wanted, keys);
      }
    }
  }

  #folderOf(bucket: string): string {
    return path.join(this.#objects, encodeSegment(bucket));
  }

  #fileOf(bucket: string, key: string): string {
    const segments = key.split("/").map(encodeSegment);
    return `${path.join(this.#folderOf(bucket), ...segments)}${suffix}`;
  }
}

async function readInfo(file: string): Promise<ObjectInfo> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (cause) {
    throw notFound(cause);
  }
  try {
    return await infoOf(handle);
  } finally {
    await handle.close();
  }
}

async function infoOf(handle: FileHandle): Promise<ObjectInfo> {
  const { size, mtime } = await handle.stat();
  const length = Buffer.alloc(lengthBytes);
  await handle.read(length, 0, lengthBytes, size - lengthBytes);
  const trailerBytes = length.readUInt32BE();
  const bodyBytes = size - lengthBytes - trailerBytes;
  const json = Buffer.alloc(trailerBytes);
  await handle.read(json, 0, trailerBytes, bodyBytes);
  const { etag, headers } = JSON.parse(json.toString()) as Trailer;
  return { bodyBytes, etag, headers, lastModified: mtime };
}

function notFound(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG"
    ? new S3Error("NoSuchKey", { cause })
    : cause;
}

/**
 * A part of a key between slashes as a file name: anything that a file system might treat in its own way is written
 * in percent, as are names that would read as a step upwards or as an object.
 */
function encodeSegment(segment: string): string {
  if (segment === "") return "%";
  const encoded = encodeURIComponent(segment).replace(/[*!'()]/g, percent);
  return encoded.endsWith(suffix) || /^\.+$/.test(encoded) ? encoded.replace(/\./g, percent) : encoded;
}

function decodeSegment(name: string): string {
  return name === "%" ? "" : decodeURIComponent(name);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
