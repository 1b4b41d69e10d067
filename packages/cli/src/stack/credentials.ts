/** The API key of the local workspace, in the data folder where the `weightsmith` command finds it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Account, type Database } from "@weightsmith/core";
import { z } from "zod";

const credentialsSchema = z.object({ apiUrl: z.string(), apiKey: z.string() });
export type LocalCredentials = z.infer<typeof credentialsSchema>;

/**
 * The credentials from an earlier start if the database still knows them, else new ones, written to
 * `credentials.json`, which only its owner can read.
 */
export async function ensureCredentials(
  db: Database.Database,
  home: string,
  apiUrl: string,
): Promise<LocalCredentials> {
  const file = path.join(home, "credentials.json");
  const earlier = read(file);
  const known = earlier && (await Account.authenticate(db, earlier.apiKey));
  const apiKey = earlier && known ? earlier.apiKey : await newKey(db);
  const credentials = { apiUrl, apiKey };
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return credentials;
}

function read(file: string): LocalCredentials | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return credentialsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Edited by hand or cut short: a new key replaces it.
    return undefined;
  }
}

async function newKey(db: Database.Database): Promise<string> {
  const workspace = await Account.ensureWorkspace(db, { slug: "local", name: "Local" });
  const { secret } = await Account.issueKey(db, { workspaceId: workspace.id, name: "Local stack" });
  return secret;
}
