/** Entry point of the function that a deployment calls before its new code serves: brings the database up to date. */
import path from "node:path";
import { Database } from "@weightsmith/core";
import { z } from "zod";
import { parseEnvironment } from "./settings.ts";

const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The folder of the migrations, which a bundle has beside it. */
  WEIGHTSMITH_MIGRATIONS: z.string().default("drizzle"),
});

export async function handler(): Promise<{ migrated: true }> {
  const { DATABASE_URL, WEIGHTSMITH_MIGRATIONS } = parseEnvironment(environmentSchema, process.env);
  const db = Database.connect(DATABASE_URL, { maxConnections: 1, applicationName: "migrate" });
  try {
    await Database.migrate(db, path.resolve(WEIGHTSMITH_MIGRATIONS));
    return { migrated: true };
  } finally {
    await Database.close(db);
  }
}
