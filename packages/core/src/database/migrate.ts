/** Brings a database to the newest schema. Forward only: a released migration is never edited. */
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as runMigrations } from "drizzle-orm/node-postgres/migrator";
import type { Database } from "./connection.ts";

const besideSources = fileURLToPath(new URL("../../drizzle", import.meta.url));

/** Any constant that nothing else in the database uses. */
const MIGRATION_LOCK = 7_305_771;

/**
 * Safe to call from several processes at once: one works, the others wait and find nothing to do.
 * @param folder where the migrations are; a bundle has to say so
 */
export async function migrate(db: Database, folder: string = besideSources): Promise<void> {
  // A connection of its own: an advisory lock belongs to a session, and a migration may take longer than a query may.
  const client = db.newClient();
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await runMigrations(drizzle(client), { migrationsFolder: folder });
  } finally {
    await client.end(); // also gives the lock back
  }
}
