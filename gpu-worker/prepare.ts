/**
 * Run once before anything else on a machine of one's own (compose.yaml): brings the database up to date and, the first
 * time, makes a workspace and prints the key to it.
 */
import { Account, Database } from "@weightsmith/core";

const url = process.env.DATABASE_URL;
if (url === undefined) {
  console.error("DATABASE_URL is not set: expected postgres://user:password@host/database.");
  process.exit(1);
}
const db = Database.connect(url, { maxConnections: 1, applicationName: "prepare" });
try {
  await Database.migrate(db);
  console.log("The database is up to date.");
  const { id: workspaceId } = await Account.ensureWorkspace(db, { slug: "local", name: "Local" });
  if ((await Account.listKeys(db, workspaceId)).length === 0) {
    const { secret } = await Account.issueKey(db, { workspaceId, name: "first" });
    console.log(`The first API key, shown this once: ${secret}`);
  }
} finally {
  await Database.close(db);
}
