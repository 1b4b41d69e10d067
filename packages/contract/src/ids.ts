/**
 * Identifiers. Each noun has its own template-literal type, so that handing a key id to a function that wants a job id
 * does not compile. New ids sort by the time they were made; a program's id is not made but computed (program-id.ts).
 */
import { z } from "zod";

const PREFIXES = {
  job: "job",
  event: "evt",
  key: "key",
  workspace: "ws",
  experiment: "exp",
  webhook: "msg",
  request: "req",
  entry: "ent",
  case: "case",
  import: "imp",
  file: "file",
  batch: "batch",
} as const;

type IdNoun = keyof typeof PREFIXES;
type Id<N extends IdNoun> = `${(typeof PREFIXES)[N]}_${string}`;

export type JobId = Id<"job">;
export type EventId = Id<"event">;
export type KeyId = Id<"key">;
export type WorkspaceId = Id<"workspace">;
export type ExperimentId = Id<"experiment">;
export type WebhookMessageId = Id<"webhook">;
export type RequestId = Id<"request">;
export type CaseId = Id<"case">;
export type ImportId = Id<"import">;
export type FileId = Id<"file">;
/** A batch is a job seen as OpenAI's clients see it; the two ids end in the same characters. */
export type BatchId = Id<"batch">;

declare const programIdBrand: unique symbol;
/** The first 20 hex digits of the SHA-256 of everything that determines the program. */
export type ProgramId = string & { readonly [programIdBrand]: true };

/** Crockford's base 32, lower case: no i, l, o, u. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 26;

/** `job_` + 10 characters of milliseconds + 16 random ones (80 bits): ids of later milliseconds sort later. */
export function newId<N extends IdNoun>(noun: N, now: number = Date.now()): Id<N> {
  let time = "";
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  let random = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(ID_LENGTH - 10))) random += ALPHABET[byte % 32];
  return `${PREFIXES[noun]}_${time}${random}`;
}

function idSchema<N extends IdNoun>(noun: N, example: Id<N>) {
  const pattern = new RegExp(`^${PREFIXES[noun]}_[${ALPHABET}]{${ID_LENGTH}}$`);
  return z
    .custom<Id<N>>((value) => typeof value === "string" && pattern.test(value))
    .meta({
      type: "string",
      pattern: pattern.source,
      examples: [example],
    });
}

export const jobIdSchema = idSchema("job", "job_01jd3v8q2k7m4n5p6r8s9t0vwx");
export const keyIdSchema = idSchema("key", "key_01jd3v8q2k7m4n5p6r8s9t0vwx");
export const workspaceIdSchema = idSchema("workspace", "ws_01jd3v8q2k7m4n5p6r8s9t0vwx");

export const caseIdSchema = idSchema("case", "case_01jd3v8q2k7m4n5p6r8s9t0vwx");
export const fileIdSchema = idSchema("file", "file_01jd3v8q2k7m4n5p6r8s9t0vwx");
export const batchIdSchema = idSchema("batch", "batch_01jd3v8q2k7m4n5p6r8s9t0vwx");
export const importIdSchema = idSchema("import", "imp_01jd3v8q2k7m4n5p6r8s9t0vwx");

const PROGRAM_ID = /^[0-9a-f]{20}$/;
export const programIdSchema = z
  .custom<ProgramId>((value) => typeof value === "string" && PROGRAM_ID.test(value))
  .meta({ type: "string", pattern: PROGRAM_ID.source, examples: ["3f9a1c0be7d25a684f10"] });

export const isJobId = (value: string): value is JobId => jobIdSchema.safeParse(value).success;
export const isKeyId = (value: string): value is KeyId => keyIdSchema.safeParse(value).success;
export const isProgramId = (value: string): value is ProgramId => PROGRAM_ID.test(value);

export const batchIdOf = (job: JobId): BatchId => job.replace(/^job_/, "batch_") as BatchId;
export const jobIdOfBatch = (batch: BatchId): JobId => batch.replace(/^batch_/, "job_") as JobId;
