/**
 * The connection pool, in its two faces: `sql` (postgres.js: prepared, pipelined; used where a statement is hot or must
 * be one statement) and `orm` (drizzle over the same pool; used where a query is put together from parts).
 *
 * drizzle turns off the pool's own conversion of times and JSON. So a raw query takes JSON as text (`::text::jsonb`) and
 * its rows go through `decode`.
 */
import { getTableColumns, type InferSelectModel, type Table } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export { migrate } from "./migrate.ts";

export type Sql = postgres.Sql;
/** The pool, or one connection of it inside a transaction. */
export type Queryable = postgres.ISql<Record<never, never>>;

export interface Database {
  readonly sql: Sql;
  readonly orm: PostgresJsDatabase;
}

export interface ConnectOptions {
  /** Default 10. */
  readonly maxConnections?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** A statement that takes longer is canceled by the server. Default 15. */
  readonly statementSeconds?: number;
  /** How long to wait for a connection. Default 10. */
  readonly connectSeconds?: number;
}

/** Connects on first use; a connection that breaks is replaced on the next query. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const sql = postgres(url, {
    max: options.maxConnections ?? 10,
    connect_timeout: options.connectSeconds ?? 10,
    // A restarting server should be found again within a second, not after a growing pause.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? "weightsmith",
      statement_timeout: (options.statementSeconds ?? 15) * 1000,
    },
  });
  return { sql, orm: drizzle(sql) };
}

/** Waits up to five seconds for running queries. */
export async function close(db: Database): Promise<void> {
  await db.sql.end({ timeout: 5 });
}

/** A row of a raw query in the table's own names and types. The query must have selected every column. */
export function decode<T extends Table>(
  table: T,
  row: Readonly<Record<string, unknown>>,
): InferSelectModel<T> {
  const decoded: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(getTableColumns(table))) {
    const value = row[column.name];
    decoded[name] = value === null || value === undefined ? null : column.mapFromDriverValue(value);
  }
  return decoded as InferSelectModel<T>;
}

/** The SQLSTATE of a database error, also inside drizzle's wrapping; a connection error's own code; else undefined. */
export function errorCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === "string") return code;
  }
  return undefined;
}

const UNREACHABLE = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "53300", // too_many_connections
  "40001", // serialization_failure
  "40P01", // deadlock_detected
]);

/** Whether the database was out of reach, so that the same call may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && (UNREACHABLE.has(code) || code.startsWith("08"));
}
