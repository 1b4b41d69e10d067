/**
 * The connection pool, in its two faces: `sql` (tagged templates; used where a statement is hot or must be one statement)
 * and `orm` (drizzle; used where a query is put together from parts).
 */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { type Sql, sqlOf } from "./sql.ts";

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
