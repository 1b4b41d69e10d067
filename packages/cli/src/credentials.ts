/**
 * Which server the command talks to and with which key: flags first, then WEIGHTSMITH_API_URL and WEIGHTSMITH_API_KEY,
 * then the credentials that the local stack left in its data folder.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";

const credentialsFile = z.object({ apiUrl: z.url(), apiKey: z.string().startsWith("wsk_") });
export type Credentials = z.infer<typeof credentialsFile>;

export interface CredentialSources {
  readonly flags: { readonly apiUrl?: string; readonly apiKey?: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folders that may hold the local stack's data, the likeliest first. */
  readonly homes: readonly string[];
}

/** @throws AppError auth.no_credentials when there is neither a flag, a variable nor a local stack */
export function findCredentials({ flags, environment, homes }: CredentialSources): Credentials {
  const local = readLocal(homes);
  const apiUrl = flags.apiUrl ?? environment.WEIGHTSMITH_API_URL ?? local?.apiUrl;
  const apiKey = flags.apiKey ?? environment.WEIGHTSMITH_API_KEY ?? local?.apiKey;
  if (apiUrl === undefined || apiKey === undefined) {
    throw new AppError("auth.missing_key", {
      message: `No server to talk to: no ${apiUrl === undefined ? "API address" : "API key"} was found.`,
      remedy:
        "Start the local stack with `npm start`, or set WEIGHTSMITH_API_URL and WEIGHTSMITH_API_KEY (or --api-url and --api-key). `weightsmith compile --offline` and running a program's folder need no server.",
    });
  }
  return { apiUrl, apiKey };
}

function readLocal(homes: readonly string[]): Credentials | undefined {
  for (const home of homes) {
    const file = path.join(home, "credentials.json");
    if (existsSync(file)) return credentialsFile.parse(JSON.parse(readFileSync(file, "utf8")));
  }
  return undefined;
}

/** The data folders to look into: WEIGHTSMITH_HOME, else `.weightsmith` beside the repository's root or the caller. */
export function dataFolders(environment: CredentialSources["environment"], repositoryRoot: string): string[] {
  if (environment.WEIGHTSMITH_HOME !== undefined) return [path.resolve(environment.WEIGHTSMITH_HOME)];
  return [path.join(repositoryRoot, ".weightsmith"), path.resolve(".weightsmith")];
}
