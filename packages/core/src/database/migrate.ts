/** Brings a database to the newest schema. Forward only: a released migration is never edited. */
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import type { Database } from "./index.ts";

const folder = fileURLToPath(new URL("../../drizzle", import.meta.url));

/** Any constant that nothing else in the database uses. */
const MIGRATION_LOCK = 7_305_771;

/** Safe to call from several processes at once: one works, the others wait and find nothing to do. */
export async function migrate(db: Database): Promise<void> {
  // A connection of its own: an advisory lock belongs to a session, and a migration may take longer than a query may.
  const sql = postgres({
    ...db.sql.options,
    max: 1,
    onnotice: () => {},
    connection: { ...db.sql.options.connection, statement_timeout: 0 },
  } as unknown as postgres.Options<Record<never, never>>);
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end({ timeout: 5 }); // also gives the lock back
  }
}
