/**
 * Files of a workspace. Their objects are at `batches/WORKSPACE/FILE`. An expired file is gone for callers at once; its
 * object goes with the next sweep.
 */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  AppError,
  FILE_SECONDS,
  type FileId,
  type FilePurpose,
  type File as FileView,
  type JobId,
  newId,
  type WorkspaceId,
} from "@weightsmith/contract";
import { and, desc, eq, gt, type InferSelectModel, isNotNull, lt, or } from "drizzle-orm";
import { deleteObjects, listObjects, putObject, type Storage, sizeOfObject } from "../artifact/object.ts";
import { decode } from "../database/decode.ts";
import type { Database } from "../database/index.ts";
import { fileTable } from "./file.sql.ts";

export type File = InferSelectModel<typeof fileTable>;

interface Owned {
  readonly workspaceId: WorkspaceId;
  readonly fileId: FileId;
}

export const folderOf = (workspaceId: WorkspaceId): string => `batches/${workspaceId}/`;
export const keyOf = ({ workspaceId, fileId }: Owned): string => `${folderOf(workspaceId)}${fileId}`;
/** Where a batch's job writes what it has answered so far. */
export const piecesOf = (workspaceId: WorkspaceId, jobId: JobId): string =>
  `${folderOf(workspaceId)}${jobId}/`;

/** A file that the caller will upload. Makes the row; the bytes come by `uploadUrl` or `putBytes`. */
export async function create(
  db: Database,
  file: { readonly workspaceId: WorkspaceId; readonly name: string; readonly sizeBytes: number },
): Promise<File> {
  const [row] = await db.sql`
    insert into file (id, workspace_id, purpose, name, size_bytes, expires_at)
    values (${newId("file")}, ${file.workspaceId}, 'batch', ${file.name}, ${file.sizeBytes},
      now() + make_interval(secs => ${FILE_SECONDS}::float8))
    returning *`;
  return decode(fileTable, row!);
}

/** A link by which exactly the announced number of bytes can be sent with PUT until it expires. */
export function uploadUrl(
  { s3, publicS3, bucket }: Storage,
  file: File,
  { expiresSeconds }: { readonly expiresSeconds: number },
): Promise<string> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: keyOf({ workspaceId: file.workspaceId, fileId: file.id }),
    ContentLength: file.sizeBytes,
  });
  return getSignedUrl(publicS3 ?? s3, command, {
    expiresIn: expiresSeconds,
    signableHeaders: new Set(["content-length", "host"]),
  });
}

/** @throws AppError service.unavailable */
export function putBytes(storage: Storage, file: File, bytes: Uint8Array): Promise<void> {
  const key = keyOf({ workspaceId: file.workspaceId, fileId: file.id });
  return putObject(storage, { key, bytes, mediaType: "application/jsonl" });
}

/** What callers see: not expired, and written if a batch writes it. */
const visible = () =>
  and(
    gt(fileTable.expiresAt, new Date()),
    or(eq(fileTable.purpose, "batch"), isNotNull(fileTable.writtenAt)),
  );

/** @throws AppError file.not_found, also for another workspace's file */
export async function get(db: Database, { workspaceId, fileId }: Owned): Promise<File> {
  const [row] = await db.orm
    .select()
    .from(fileTable)
    .where(and(eq(fileTable.id, fileId), eq(fileTable.workspaceId, workspaceId), visible()));
  if (!row) throw new AppError("file.not_found");
  return row;
}

/** The newest first. */
export async function list(
  db: Database,
  query: {
    readonly workspaceId: WorkspaceId;
    readonly purpose?: FilePurpose;
    readonly after?: string;
    readonly limit: number;
  },
): Promise<{ items: File[]; more: boolean }> {
  const { workspaceId, purpose, after, limit } = query;
  const rows = await db.orm
    .select()
    .from(fileTable)
    .where(
      and(
        eq(fileTable.workspaceId, workspaceId),
        purpose && eq(fileTable.purpose, purpose),
        after === undefined ? undefined : lt(fileTable.id, after as FileId),
        visible(),
      ),
    )
    .orderBy(desc(fileTable.id))
    .limit(limit + 1);
  return { items: rows.slice(0, limit), more: rows.length > limit };
}

/**
 * How many bytes have been uploaded.
 * @throws AppError file.not_uploaded if none have, or another number than announced
 */
export async function requireUploaded(storage: Storage, file: File): Promise<number> {
  const bytes = await sizeOfObject(storage, keyOf({ workspaceId: file.workspaceId, fileId: file.id }));
  if (bytes === file.sizeBytes) return bytes;
  const have = bytes === undefined ? "none have arrived" : `${bytes} have arrived`;
  throw new AppError("file.not_uploaded", {
    message: `The file ${file.id} was announced with ${file.sizeBytes} bytes; ${have}.`,
    context: { file: file.id, announcedBytes: file.sizeBytes, arrivedBytes: bytes ?? 0 },
  });
}

/** A link by which anyone can download the file until the link expires. */
export function downloadUrl(
  { s3, publicS3, bucket }: Storage,
  file: File,
  { expiresSeconds }: { readonly expiresSeconds: number },
): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: keyOf({ workspaceId: file.workspaceId, fileId: file.id }),
    ResponseContentType: "application/jsonl",
    ResponseContentDisposition: `attachment; filename="${file.name.replace(/[^\w.-]/g, "_")}"`,
  });
  return getSignedUrl(publicS3 ?? s3, command, { expiresIn: expiresSeconds });
}

/** Gone for callers at once. @throws AppError file.not_found */
export async function remove(db: Database, { workspaceId, fileId }: Owned): Promise<void> {
  await get(db, { workspaceId, fileId });
  await db.sql`update file set expires_at = now() where id = ${fileId} and workspace_id = ${workspaceId}`;
}

/** A batch's outputs before they are written. Hidden until `written`; those of a batch that never begins expire. */
export async function reserveOutputs(
  db: Database,
  workspaceId: WorkspaceId,
  outputs: readonly { readonly fileId: FileId; readonly name: string }[],
): Promise<void> {
  for (const { fileId, name } of outputs) {
    await db.sql`
      insert into file (id, workspace_id, purpose, name, size_bytes, expires_at)
      values (${fileId}, ${workspaceId}, 'batch_output', ${name}, 0,
        now() + make_interval(secs => ${FILE_SECONDS}::float8))`;
  }
}

/** Says whose pieces go when the output does. */
export async function assignOutputs(db: Database, jobId: JobId, fileIds: readonly FileId[]): Promise<void> {
  await db.sql`update file set job_id = ${jobId} where id = any(${fileIds})`;
}

/** The output is whole. Repeating it changes nothing. */
export async function written(
  db: Database,
  { workspaceId, fileId }: Owned,
  sizeBytes: number,
): Promise<void> {
  await db.sql`
    update file set size_bytes = ${sizeBytes}, written_at = coalesce(written_at, now())
    where id = ${fileId} and workspace_id = ${workspaceId}`;
}

export const view = (file: File): FileView => ({
  id: file.id,
  object: "file",
  bytes: file.sizeBytes,
  created_at: Math.floor(file.createdAt.getTime() / 1000),
  expires_at: Math.floor(file.expiresAt.getTime() / 1000),
  filename: file.name,
  purpose: file.purpose,
  status: file.purpose === "batch_output" ? "processed" : "uploaded",
});

/** A link that is being used when the pieces go still reads to its end; a new one leads to the whole file. */
const PIECES_GRACE_SECONDS = 3600;

/**
 * Removes the objects of expired files, and the pieces of outputs that have long been whole.
 * @returns how many files were looked after
 */
export async function sweep(
  db: Database,
  storage: Storage,
  { limit = 200 }: { readonly limit?: number } = {},
): Promise<number> {
  const due = await db.sql<{
    id: FileId;
    workspace_id: WorkspaceId;
    job_id: JobId | null;
    expired: boolean;
  }>`
    select id, workspace_id, job_id, expires_at <= now() as expired from file
    where expires_at <= now() or (
      job_id is not null and pieces_removed_at is null
      and written_at < now() - make_interval(secs => ${PIECES_GRACE_SECONDS}::float8)
    )
    order by expires_at limit ${limit}`;
  for (const { id, workspace_id: workspaceId, job_id: jobId, expired } of due) {
    if (jobId !== null) {
      for await (const page of listObjects(storage, piecesOf(workspaceId, jobId))) {
        await deleteObjects(
          storage,
          page.map(({ key }) => key),
        );
      }
    }
    if (expired) {
      await deleteObjects(storage, [keyOf({ workspaceId, fileId: id })]);
      await db.sql`delete from file where id = ${id}`;
    } else {
      await db.sql`update file set pieces_removed_at = now() where job_id = ${jobId}`;
    }
  }
  return due.length;
}
