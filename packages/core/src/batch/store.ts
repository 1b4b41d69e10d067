/** What the worker of a batch reads and writes: ranges of the input, pieces of the output, and at the end the whole. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError, type FileId, type JobId, type WorkspaceId } from "@weightsmith/contract";
import type { Storage } from "../artifact/index.ts";
import { getObject, putObject } from "../artifact/object.ts";
import * as File from "../file/index.ts";

export const PIECE_KINDS = ["results", "errors"] as const;
export type PieceKind = (typeof PIECE_KINDS)[number];

export interface PieceName {
  /** From 0. */
  readonly number: number;
  /** Of the job. A worker thought dead cannot overwrite what a later one wrote. */
  readonly attempt: number;
  readonly kind: PieceKind;
}

interface Owner {
  readonly workspaceId: WorkspaceId;
  readonly jobId: JobId;
}

export const pieceKey = ({ workspaceId, jobId }: Owner, { number, attempt, kind }: PieceName): string =>
  `${File.piecesOf(workspaceId, jobId)}${String(number).padStart(7, "0")}-${attempt}.${kind}.jsonl`;

/**
 * Bytes `start` … `end − 1` of the input, fewer at its end.
 * @throws AppError file.not_found, service.unavailable
 */
export async function read(
  { s3, bucket }: Storage,
  workspaceId: WorkspaceId,
  { fileId, start, end }: { readonly fileId: FileId; readonly start: number; readonly end: number },
): Promise<Uint8Array> {
  const Key = File.keyOf({ workspaceId, fileId });
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key, Range: `bytes=${start}-${end - 1}` }),
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (cause) {
    const { name } = cause as { name?: string };
    if (name === "NoSuchKey") throw new AppError("file.not_found", { context: { file: fileId }, cause });
    throw new AppError("service.unavailable", {
      message: "The input of the batch could not be read.",
      context: { part: "storage" },
      cause,
    });
  }
}

export async function putPiece(
  storage: Storage,
  owner: Owner,
  piece: PieceName,
  bytes: Uint8Array,
): Promise<void> {
  await putObject(storage, { key: pieceKey(owner, piece), bytes, mediaType: "application/jsonl" });
}

/** The least that S3 takes as a part of a whole, with room to spare: what is held in memory while putting together. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Puts pieces together to one object, one part in memory at a time. Repeating it writes the same object again.
 * @returns how many bytes there are
 * @throws AppError service.unavailable, also if a piece is missing
 */
export async function assemble(
  storage: Storage,
  owner: Owner,
  fileId: FileId,
  pieces: readonly PieceName[],
): Promise<number> {
  const key = File.keyOf({ workspaceId: owner.workspaceId, fileId });
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let total = 0;
  let upload: Upload | undefined;
  try {
    for (const piece of pieces) {
      const bytes = await getObject(storage, pieceKey(owner, piece));
      if (!bytes) {
        throw new AppError("service.unavailable", { message: "A piece of the output is missing." });
      }
      held.push(bytes);
      heldBytes += bytes.length;
      total += bytes.length;
      if (heldBytes < PART_BYTES) continue;
      upload ??= await Upload.begin(storage, key);
      await upload.part(Buffer.concat(held));
      held = [];
      heldBytes = 0;
    }
    if (upload === undefined) {
      await putObject(storage, { key, bytes: Buffer.concat(held), mediaType: "application/jsonl" });
    } else {
      if (heldBytes > 0) await upload.part(Buffer.concat(held));
      await upload.complete();
    }
    return total;
  } catch (error) {
    await upload?.abort().catch(() => {});
    throw error instanceof AppError ? error : new AppError("service.unavailable", { cause: error });
  }
}

class Upload {
  readonly #storage: Storage;
  readonly #target: { readonly Bucket: string; readonly Key: string; readonly UploadId: string };
  readonly #parts: { PartNumber: number; ETag: string | undefined }[] = [];

  private constructor(storage: Storage, target: { Bucket: string; Key: string; UploadId: string }) {
    this.#storage = storage;
    this.#target = target;
  }

  static async begin(storage: Storage, Key: string): Promise<Upload> {
    const where = { Bucket: storage.bucket, Key };
    const { UploadId } = await storage.s3.send(
      new CreateMultipartUploadCommand({ ...where, ContentType: "application/jsonl" }),
    );
    return new Upload(storage, { ...where, UploadId: UploadId! });
  }

  async part(Body: Uint8Array): Promise<void> {
    const PartNumber = this.#parts.length + 1;
    const { ETag } = await this.#storage.s3.send(
      new UploadPartCommand({ ...this.#target, PartNumber, Body }),
    );
    this.#parts.push({ PartNumber, ETag });
  }

  async complete(): Promise<void> {
    const MultipartUpload = { Parts: this.#parts };
    await this.#storage.s3.send(new CompleteMultipartUploadCommand({ ...this.#target, MultipartUpload }));
  }

  async abort(): Promise<void> {
    await this.#storage.s3.send(new AbortMultipartUploadCommand(this.#target));
  }
}
