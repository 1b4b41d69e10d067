/**
 * Queries as tagged templates over node-postgres: every value becomes a parameter, never text, and every statement is
 * prepared once a connection. The node-postgres pool beneath replaces connections that break.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { listen } from "./listen.ts";

/** What can be put into a template. JSON goes in as text (`${JSON.stringify(value)}::json`). */
export type Value =
  | string
  | number
  | boolean
  | bigint
  | null
  | Date
  | Uint8Array
  | readonly (string | number | boolean | null)[];

// biome-ignore lint/suspicious/noExplicitAny: what a row holds is known to the query alone
export type Row = Record<string, any>;

/** The rows; of a statement without any, how many it touched is in `count`. */
export type Rows<T> = T[] & { readonly count: number };

/** The pool, or one connection of it inside a transaction. */
export type Queryable = <T extends object = Row>(
  strings: TemplateStringsArray,
  ...values: readonly Value[]
) => Promise<Rows<T>>;

export interface Sql extends Queryable {
  /**
   * Runs `work` in a transaction on one connection: committed if it resolves, rolled back if it rejects. Queries that it
   * starts together travel together.
   */
  begin<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Calls `notified` with the payload of every notification on a channel, over a connection of its own.
   * @param connected called at first, and whenever the connection was lost and is back: notifications may be missing
   * @returns resolves, once listening, to what ends it; rejects if it cannot begin
   */
  listen(
    channel: string,
    notified: (payload: string) => void,
    connected: () => void,
  ): Promise<{ unlisten(): Promise<void> }>;
  /** Runs text as it is. For statements that take no parameters, such as `create database`. */
  unsafe(text: string): Promise<Rows<Row>>;
}

export function sqlOf(pool: pg.Pool, newClient: () => pg.Client): Sql {
  const begin = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(queryable(client));
      await client.query("commit");
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given to anyone else; the server rolls back when it goes.
      await client.query("rollback").catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
  return Object.assign(queryable(pool), {
    begin,
    listen: (channel: string, notified: (payload: string) => void, connected: () => void) =>
      listen(newClient, channel, notified, connected),
    unsafe: async (text: string) => rowsOf<Row>(await pool.query(text)),
  });
}

const queryable =
  (client: pg.Pool | pg.PoolClient): Queryable =>
  async <T extends object>(strings: TemplateStringsArray, ...values: readonly Value[]) => {
    const { name, text } = statementOf(strings);
    return rowsOf<T>(await client.query({ name, text, values: values.map(parameterOf) }));
  };

const rowsOf = <T>({ rows, rowCount }: { rows: unknown[]; rowCount: number | null }): Rows<T> =>
  Object.assign(rows as T[], { count: rowCount ?? 0 });

/** node-postgres writes a Buffer as bytes and any other object as JSON. */
const parameterOf = (value: Value): unknown =>
  value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value;

interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A template in the source is one object, however often it is run. */
const statements = new WeakMap<TemplateStringsArray, Statement>();

function statementOf(strings: TemplateStringsArray): Statement {
  const known = statements.get(strings);
  if (known) return known;
  const text = strings.reduce((left, right, index) => `${left}$${index}${right}`);
  const statement = { name: createHash("sha256").update(text).digest("hex").slice(0, 32), text };
  statements.set(strings, statement);
  return statement;
}
