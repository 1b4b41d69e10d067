/** Uploads in parts. Parts are objects of a bucket that requests cannot name, under the id of their upload. */
import { createHash, randomUUID } from "node:crypto";
import type { ObjectFiles, ObjectInfo, OpenObject } from "./object-files.ts";
import { S3Error } from "./s3-error.ts";

const bucketOfParts = ".uploads";

interface Upload {
  bucket: string;
  key: string;
  headers: Record<string, string>;
}

export interface PartName {
  number: number;
  etag: string;
}

export class MultipartUploads {
  readonly #files: ObjectFiles;

  constructor(files: ObjectFiles) {
    this.#files = files;
  }

  /** @returns the id by which parts are added */
  async create(upload: Upload): Promise<string> {
    const id = randomUUID();
    await this.#files.createBucket(bucketOfParts);
    await this.#files.put(bucketOfParts, `${id}/upload`, only(Buffer.from(JSON.stringify(upload))));
    return id;
  }

  /** @throws S3Error NoSuchUpload */
  async putPart(id: string, number: number, body: AsyncIterable<Buffer>): Promise<ObjectInfo> {
    await this.#find(id);
    return this.#files.put(bucketOfParts, partKey(id, number), body);
  }

  /** @throws S3Error NoSuchUpload, InvalidPart, InvalidPartOrder */
  async complete(id: string, parts: readonly PartName[]): Promise<Upload & { info: ObjectInfo }> {
    const upload = await this.#find(id);
    const opened: OpenObject[] = [];
    try {
      const etags = createHash("md5");
      let previous = 0;
      for (const { number, etag } of parts) {
        if (number <= previous) throw new S3Error("InvalidPartOrder");
        previous = number;
        const part = await this.#openPart(id, number);
        opened.push(part);
        if (part.info.etag !== `"${etag.replaceAll('"', "")}"`) throw new S3Error("InvalidPart");
        etags.update(Buffer.from(part.info.etag.slice(1, -1), "hex"));
      }
      const info = await this.#files.put(upload.bucket, upload.key, concatenate(opened), {
        headers: upload.headers,
        etag: `"${etags.digest("hex")}-${parts.length}"`,
      });
      await this.abort(id);
      return { ...upload, info };
    } finally {
      await Promise.all(opened.map((part) => part.close()));
    }
  }

  /** Forgets the upload and its parts. */
  async abort(id: string): Promise<void> {
    for (;;) {
      const { objects } = await this.#files.list(bucketOfParts, { prefix: `${id}/` });
      if (objects.length === 0) return;
      for (const { key } of objects) await this.#files.remove(bucketOfParts, key);
    }
  }

  async #find(id: string): Promise<Upload> {
    try {
      const record = await this.#files.open(bucketOfParts, `${id}/upload`);
      const chunks: Buffer[] = [];
      for await (const chunk of record.read(0, record.info.bodyBytes - 1)) chunks.push(chunk);
      return JSON.parse(Buffer.concat(chunks).toString()) as Upload;
    } catch (cause) {
      throw cause instanceof S3Error && cause.code === "NoSuchKey"
        ? new S3Error("NoSuchUpload", { cause })
        : cause;
    }
  }

  async #openPart(id: string, number: number): Promise<OpenObject> {
    try {
      return await this.#files.open(bucketOfParts, partKey(id, number));
    } catch (cause) {
      throw cause instanceof S3Error && cause.code === "NoSuchKey"
        ? new S3Error("InvalidPart", { cause })
        : cause;
    }
  }
}

function partKey(id: string, number: number): string {
  return `${id}/${String(number).padStart(5, "0")}`;
}

async function* concatenate(parts: readonly OpenObject[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part.info.bodyBytes > 0) yield* part.read(0, part.info.bodyBytes - 1) as AsyncIterable<Buffer>;
  }
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
