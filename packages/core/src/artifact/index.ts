/**
 * Immutable objects under their SHA-256. Equal bytes are one object, whoever put them. Rows in artifact_use say who needs
 * an artifact; one that nobody needs is collected after a grace time.
 *
 * Why an upload never loses to a collection: `put` touches the row before it looks at the object, and a collection holds
 * the row's lock until the object is gone. So either the put comes first and the artifact is young again, or it waits,
 * finds the object missing and uploads it.
 */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { AppError } from "@weightsmith/contract";
import type { Database, Queryable } from "../database/index.ts";
import {
  deleteObjects,
  getObject,
  listObjects,
  putObject,
  type Storage,
  sha256Of,
  sizeOfObject,
} from "./object.ts";

export type { Storage } from "./object.ts";

export interface Artifact {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

const PREFIX = "artifacts/sha256/";

/** `artifacts/sha256/ab/cdef…` */
export const keyOf = (sha256: string): string => `${PREFIX}${sha256.slice(0, 2)}/${sha256.slice(2)}`;

const SHA256 = /^[0-9a-f]{64}$/;
const KEY = /^artifacts\/sha256\/([0-9a-f]{2})\/([0-9a-f]{62})$/;

/**
 * Stores bytes under their hash; nothing is uploaded if the object is there. Until something uses it (a program, a
 * finished job), it is kept for the sweeper's grace time after the last put.
 * @throws AppError service.unavailable
 */
export async function put(
  db: Database,
  storage: Storage,
  bytes: Uint8Array,
  { mediaType }: { readonly mediaType: string },
): Promise<Artifact> {
  const sha256 = sha256Of(bytes);
  const [row] = await db.sql`
    insert into artifact (sha256, size_bytes, media_type) values (${sha256}, ${bytes.length}, ${mediaType})
    on conflict (sha256) do update set touched_at = now(), size_bytes = excluded.size_bytes
    returning media_type, created_at = touched_at as is_new`;
  const key = keyOf(sha256);
  if (row!.is_new || (await sizeOfObject(storage, key)) !== bytes.length) {
    await putObject(storage, { key, bytes, mediaType });
  }
  return { sha256, sizeBytes: bytes.length, mediaType: row!.media_type };
}

/**
 * The bytes, proven to be those that were put.
 * @throws AppError artifact.not_found, artifact.corrupt, service.unavailable
 */
export async function get(storage: Storage, sha256: string): Promise<Uint8Array> {
  const bytes = await getObject(storage, keyOf(sha256));
  if (!bytes) throw new AppError("artifact.not_found", { context: { sha256 } });
  if (sha256Of(bytes) !== sha256) throw new AppError("artifact.corrupt", { context: { sha256 } });
  return bytes;
}

/** A link by which anyone can download the artifact until it expires. Who may have one is the caller's to decide. */
export async function downloadUrl(
  { s3, publicS3, bucket }: Storage,
  sha256: string,
  options: { readonly expiresSeconds: number; readonly fileName: string },
): Promise<string> {
  if (!SHA256.test(sha256)) throw new Error(`${sha256} is no SHA-256.`);
  const fileName = options.fileName.replace(/[^\w.-]/g, "_");
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: keyOf(sha256),
    ResponseContentDisposition: `attachment; filename="${fileName}"`,
  });
  return getSignedUrl(publicS3 ?? s3, command, { expiresIn: options.expiresSeconds });
}

/** Within the transaction of whatever needs the artifact. */
export async function addUse(tx: Queryable, usedBy: string, sha256: string): Promise<void> {
  await tx`insert into artifact_use (sha256, used_by) values (${sha256}, ${usedBy}) on conflict do nothing`;
}

export async function dropUses(tx: Queryable, usedBy: string): Promise<void> {
  await tx`delete from artifact_use where used_by = ${usedBy}`;
}

/** From now on the user needs this artifact and no other. */
export async function replaceUse(tx: Queryable, usedBy: string, sha256: string): Promise<void> {
  await dropUses(tx, usedBy);
  await addUse(tx, usedBy, sha256);
}

/**
 * Deletes artifacts that nothing uses and nobody put within the grace time. The objects go while the rows are locked; if
 * deleting fails, the rows stay and the next sweep tries again.
 * @returns how many
 */
export async function sweep(
  db: Database,
  storage: Storage,
  { graceSeconds, limit = 200 }: { readonly graceSeconds: number; readonly limit?: number },
): Promise<number> {
  return db.sql.begin(async (tx) => {
    const unused = await tx<{ sha256: string }>`
      delete from artifact where sha256 in (
        select sha256 from artifact a
        where touched_at < now() - make_interval(secs => ${graceSeconds}::float8)
          and not exists (select from artifact_use u where u.sha256 = a.sha256)
        order by touched_at limit ${limit} for update skip locked
      )
      returning sha256`;
    if (unused.length > 0)
      await deleteObjects(
        storage,
        unused.map(({ sha256 }) => keyOf(sha256)),
      );
    return unused.length;
  });
}

/**
 * Gives a row to every object that has none (the database was restored from an older backup, say), so that `sweep`
 * collects it in due time like any other. Reads the whole listing: for once a day.
 * @returns how many
 */
export async function adoptUnknown(db: Database, storage: Storage): Promise<number> {
  let adopted = 0;
  for await (const page of listObjects(storage, PREFIX)) {
    const hashes = page.flatMap(({ key }) => {
      const match = KEY.exec(key);
      return match ? [match[1]! + match[2]!] : [];
    });
    const rows = await db.sql`
      insert into artifact (sha256, size_bytes, media_type)
      select sha256, 0, 'application/octet-stream' from unnest(${hashes}::text[]) as sha256
      on conflict do nothing`;
    adopted += rows.count;
  }
  return adopted;
}
