/** Postgres: connections, queries, migrations, errors. */
export { type ConnectOptions, close, connect, type Database } from "./connection.ts";
export { decode } from "./decode.ts";
export { errorCode, isUnavailable } from "./errors.ts";
export { migrate } from "./migrate.ts";
export type { Queryable, Row, Rows, Sql } from "./sql.ts";
