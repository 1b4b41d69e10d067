/**
 * A backup that needs nothing but this code: every table as JSON Lines, read in one snapshot, and every object that the
 * rows refer to, under its hash. In the cloud the database's own snapshots and the bucket's versions come first; this is
 * for a single machine, for moving between both, and for rehearsing that what is kept can be brought back.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import { keyOf } from "../artifact/index.ts";
import { getObject, listObjects, putObject, type Storage, sha256Of } from "../artifact/object.ts";
import type { Database } from "../database/index.ts";
import { quoted, type Table, tablesInOrder } from "./tables.ts";

const contentsSchema = z.strictObject({
  format: z.literal("weightsmith-backup-1"),
  createdAt: z.string(),
  /** The last migration: the schema of the rows. */
  schema: z.string(),
  tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()), rows: z.int() })),
  objects: z.array(z.strictObject({ key: z.string(), sha256: z.string(), mediaType: z.string() })),
});
export type Contents = z.infer<typeof contentsSchema>;

const CONTENTS = "contents.json";
/** Objects besides artifacts that rows refer to; checkpoints are not worth keeping. */
const PREFIXES = ["corpora/", "hidden/"];
const ROWS_AT_ONCE = 500;

/**
 * Writes everything into a folder, which must be empty. Readers and writers go on meanwhile; the backup is of the moment
 * at which it began. The table of contents is written last: a folder without one is no backup.
 * @throws AppError artifact.corrupt, artifact.not_found if an artifact in use is not what it should be
 */
export async function write(db: Database, storage: Storage, folder: string): Promise<Contents> {
  await mkdir(path.join(folder, "tables"), { recursive: true });
  await mkdir(path.join(folder, "objects"), { recursive: true });
  if ((await readdir(path.join(folder, "tables"))).length > 0) {
    throw new AppError("request.invalid", {
      message: `The folder ${folder} is not empty.`,
      remedy: "Name a new one.",
    });
  }
  const client = db.newClient();
  await client.connect();
  try {
    await client.query("begin transaction isolation level repeatable read read only");
    const tx = async (strings: TemplateStringsArray, ...values: readonly unknown[]) => {
      const text = strings.reduce((left, right, index) => `${left}$${index}${right}`);
      return (await client.query(text, [...values])).rows;
    };
    const tables: Contents["tables"] = [];
    for (const table of await tablesInOrder(tx as never)) {
      const out = createWriteStream(path.join(folder, "tables", `${table.name}.jsonl`));
      await client.query(
        `declare rows no scroll cursor for select to_json(t)::text as row from ${quoted(table.name)} t`,
      );
      let rows = 0;
      for (;;) {
        const batch = (await client.query(`fetch ${ROWS_AT_ONCE} from rows`)).rows as { row: string }[];
        for (const { row } of batch) out.write(`${row}\n`);
        rows += batch.length;
        if (batch.length < ROWS_AT_ONCE) break;
      }
      await client.query("close rows");
      await new Promise<void>((done, failed) =>
        out.end((error?: Error | null) => (error ? failed(error) : done())),
      );
      tables.push({ name: table.name, columns: [...table.columns], rows });
    }
    const artifacts = (
      await client.query(
        "select distinct a.sha256, a.media_type from artifact a join artifact_use u using (sha256) order by 1",
      )
    ).rows as { sha256: string; media_type: string }[];
    const [{ hash }] = (
      await client.query("select hash from drizzle.__drizzle_migrations order by created_at desc limit 1")
    ).rows as [{ hash: string }];
    await client.query("commit");

    const objects: Contents["objects"] = [];
    const keep = async (key: string, mediaType: string, expected?: string): Promise<void> => {
      const bytes = await getObject(storage, key);
      if (!bytes) {
        if (expected === undefined) return;
        throw new AppError("artifact.not_found", { context: { sha256: expected } });
      }
      const sha256 = sha256Of(bytes);
      if (expected !== undefined && sha256 !== expected) {
        throw new AppError("artifact.corrupt", { context: { sha256: expected } });
      }
      await writeFile(path.join(folder, "objects", sha256), bytes);
      objects.push({ key, sha256, mediaType });
    };
    for (const { sha256, media_type } of artifacts) await keep(keyOf(sha256), media_type, sha256);
    for (const prefix of PREFIXES) {
      for await (const page of listObjects(storage, prefix)) {
        for (const { key } of page) await keep(key, "application/octet-stream");
      }
    }
    const contents: Contents = {
      format: "weightsmith-backup-1",
      createdAt: new Date().toISOString(),
      schema: hash,
      tables,
      objects,
    };
    await writeFile(path.join(folder, CONTENTS), `${JSON.stringify(contents, null, 2)}\n`);
    return contents;
  } finally {
    await client.end();
  }
}

/**
 * Brings a backup into a migrated database without rows and any bucket. All or nothing as far as rows go; objects come
 * first, each proven by its hash.
 * @throws AppError request.invalid if the database has rows or another schema, artifact.corrupt
 */
export async function restore(db: Database, storage: Storage, folder: string): Promise<Contents> {
  const contents = contentsSchema.parse(JSON.parse(await readFile(path.join(folder, CONTENTS), "utf8")));
  const [migration] =
    await db.sql`select hash from drizzle.__drizzle_migrations order by created_at desc limit 1`;
  if (migration?.hash !== contents.schema) {
    throw new AppError("request.invalid", {
      message: "The backup was made by another version of the schema.",
      remedy: "Restore it with the version that made it, and then upgrade.",
    });
  }
  for (const { key, sha256, mediaType } of contents.objects) {
    const bytes = await readFile(path.join(folder, "objects", sha256));
    if (sha256Of(bytes) !== sha256) throw new AppError("artifact.corrupt", { context: { sha256 } });
    await putObject(storage, { key, bytes, mediaType });
  }
  const client = db.newClient();
  await client.connect();
  try {
    await client.query("begin");
    for (const table of contents.tables) {
      const [{ any }] = (await client.query(`select exists (select from ${quoted(table.name)}) as any`))
        .rows as [{ any: boolean }];
      if (any) {
        throw new AppError("request.invalid", {
          message: `The database is not empty: ${table.name} has rows.`,
          remedy: "Restore into a database that was only migrated.",
        });
      }
      await insertRows(client, table, path.join(folder, "tables", `${table.name}.jsonl`));
    }
    await client.query("commit");
  } finally {
    await client.end();
  }
  return contents;
}

async function insertRows(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  { name, columns }: Table,
  file: string,
): Promise<void> {
  const list = columns.map(quoted).join(", ");
  const insert = `insert into ${quoted(name)} (${list})
    select ${list} from json_populate_recordset(null::${quoted(name)}, $1::text::json)`;
  let batch: string[] = [];
  const flush = async () => {
    if (batch.length > 0) await client.query(insert, [`[${batch.join(",")}]`]);
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line === "") continue;
    batch.push(line);
    if (batch.length >= ROWS_AT_ONCE) await flush();
  }
  await flush();
}
