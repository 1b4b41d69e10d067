/** The environments of the stack's processes: the same variables that a deployment sets. */
import path from "node:path";
import type { Credentials } from "@weightsmith/embedded";
import { compilerRevision, identifyInterpreter, listInterpreters } from "@weightsmith/programs";

/** Where the stores are and how to reach them. */
export interface StoreFacts {
  readonly databaseUrl: string;
  readonly objectStoreUrl: string;
  readonly queuesUrl: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: Credentials;
  readonly queueUrls: Readonly<Record<string, { readonly url: string; readonly deadLetterUrl: string }>>;
}

/** Variables that would make a process talk to something else than the local servers, or think that npm runs it. */
const foreign = /^(AWS_|PG|DATABASE_URL|WEIGHTSMITH_|npm_)/;

/** What every process needs from the machine: PATH, HOME, locale and the like. */
export function inheritedVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(kept.filter(([name]) => !foreign.test(name)));
}

export function storeVariables(facts: StoreFacts): Record<string, string> {
  const queues = Object.entries(facts.queueUrls).flatMap(([name, { url, deadLetterUrl }]) => [
    [`WEIGHTSMITH_${name.toUpperCase()}_QUEUE_URL`, url],
    [`WEIGHTSMITH_${name.toUpperCase()}_DEAD_LETTER_URL`, deadLetterUrl],
  ]);
  return {
    DATABASE_URL: facts.databaseUrl,
    AWS_REGION: facts.region,
    AWS_ENDPOINT_URL_S3: facts.objectStoreUrl,
    AWS_ENDPOINT_URL_SQS: facts.queuesUrl,
    AWS_ACCESS_KEY_ID: facts.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: facts.credentials.secretAccessKey,
    // What is configured for AWS on this machine has no say here.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    WEIGHTSMITH_BUCKET: facts.bucket,
    ...Object.fromEntries(queues),
  };
}

/** What programs are made by and run on here. */
export async function modelVariables(modelsFolder: string): Promise<Record<string, string>> {
  const names = await listInterpreters(modelsFolder);
  const interpreters = await Promise.all(names.map((name) => identifyInterpreter(modelsFolder, name)));
  return {
    WEIGHTSMITH_MODELS: path.resolve(modelsFolder),
    WEIGHTSMITH_INTERPRETERS: JSON.stringify(interpreters),
    WEIGHTSMITH_COMPILER_REVISION: compilerRevision,
    WEIGHTSMITH_LOCAL: "1",
  };
}
