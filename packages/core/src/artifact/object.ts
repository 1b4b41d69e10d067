/** Objects in S3, and its failures in our terms. Retries and checksums in transit are the client's. */
import { createHash } from "node:crypto";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { AppError } from "@weightsmith/contract";

export interface Storage {
  /** Made with `requestChecksumCalculation: "WHEN_REQUIRED"`: presigned URLs and local servers need it. */
  readonly s3: S3Client;
  readonly bucket: string;
  /** The client by which links are signed, where callers reach the store at another address. Default: `s3`. */
  readonly publicS3?: S3Client;
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** @throws AppError service.unavailable */
export async function putObject(
  { s3, bucket }: Storage,
  object: { readonly key: string; readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<void> {
  const { key, bytes, mediaType } = object;
  await reaching("store", () =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: mediaType })),
  );
}

/** @returns undefined if there is no such object @throws AppError service.unavailable */
export function getObject({ s3, bucket }: Storage, key: string): Promise<Uint8Array | undefined> {
  return reaching("read", async () => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/** @returns its size, or undefined if there is no such object @throws AppError service.unavailable */
export function sizeOfObject({ s3, bucket }: Storage, key: string): Promise<number | undefined> {
  return reaching("look for", async () => {
    try {
      return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/** What S3 deletes in one call. */
const DELETE_BATCH = 1000;

/** Objects that do not exist count as deleted. @throws AppError service.unavailable if any could not be deleted */
export async function deleteObjects({ s3, bucket }: Storage, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += DELETE_BATCH) {
    const Objects = keys.slice(start, start + DELETE_BATCH).map((Key) => ({ Key }));
    await reaching("delete", async () => {
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0)
        throw new Error(`${Errors.length} objects were not deleted: ${Errors[0]?.Message}`);
    });
  }
}

export interface Listed {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** Every object under a prefix, a page at a time. @throws AppError service.unavailable */
export async function* listObjects({ s3, bucket }: Storage, prefix: string): AsyncGenerator<Listed[]> {
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix });
  for (;;) {
    const page = await reaching("list", () => pages.next());
    if (page.done) return;
    yield (page.value.Contents ?? []).map(({ Key, Size, LastModified }) => ({
      key: Key!,
      bytes: Size ?? 0,
      modifiedAt: LastModified ?? new Date(),
    }));
  }
}

async function reaching<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("service.unavailable", {
      message: `The object store did not ${what} an object.`,
      context: { part: "storage" },
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === "NoSuchKey" || name === "NotFound" || $metadata?.httpStatusCode === 404;
}
