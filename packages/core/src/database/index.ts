/**
 * The connection pool, in its two faces: `sql` (tagged templates; used where a statement is hot or must be one statement)
 * and `orm` (drizzle; used where a query is put together from parts).
 */
import { getTableColumns, type InferSelectModel, type Table } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { type Sql, sqlOf } from "./sql.ts";

export { migrate } from "./migrate.ts";
export type { Queryable, Row, Rows, Sql } from "./sql.ts";

export interface Database {
  readonly sql: Sql;
  readonly orm: NodePgDatabase;
  /** A connection outside the pool, not yet connected, without a limit on a statement's time. */
  readonly newClient: () => pg.Client;
  readonly close: () => Promise<void>;
}

export interface ConnectOptions {
  /** Default 10. */
  readonly maxConnections?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** A statement that takes longer is canceled by the server. Default 15. */
  readonly statementSeconds?: number;
  /** How long to wait for a connection, be it new or another query's. Default 10. */
  readonly connectSeconds?: number;
}

/** Connects on first use; a connection that breaks is replaced on the next query. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const common: pg.ClientConfig = {
    connectionString: url,
    application_name: options.applicationName ?? "weightsmith",
    connectionTimeoutMillis: (options.connectSeconds ?? 10) * 1000,
    keepAlive: true,
  };
  const pool = new pg.Pool({
    ...common,
    max: options.maxConnections ?? 10,
    statement_timeout: (options.statementSeconds ?? 15) * 1000,
    pipeline: true,
  });
  // A connection may break while nobody waits for an answer on it. The pool drops it; there is nothing else to do.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const newClient = (): pg.Client => new pg.Client(common);
  let closed: Promise<void> | undefined;
  return {
    sql: sqlOf(pool, newClient),
    orm: drizzle(pool),
    newClient,
    close: () => {
      closed ??= pool.end();
      return closed;
    },
  };
}

/** Waits for running queries. */
export const close = (db: Database): Promise<void> => db.close();

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
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "53300", // too_many_connections
  "40001", // serialization_failure
  "40P01", // deadlock_detected
]);
/** What node-postgres says, without a code, when a connection is gone or not to be had. */
const UNREACHABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|timeout expired/i;

/** Whether the database was out of reach, so that the same call may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return UNREACHABLE.has(code) || code.startsWith("08");
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (UNREACHABLE_MESSAGE.test(at.message)) return true;
    // Several addresses were tried.
    if (at instanceof AggregateError && at.errors.some(isUnavailable)) return true;
  }
  return false;
}
