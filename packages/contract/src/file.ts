/**
 * Files of a workspace: what batches read and write. Shown as OpenAI's API shows files, so that its clients can handle
 * them. The bytes go to the object store by a link, or, if there are few, through the API as a form.
 */
import { z } from "zod";
import { AppError } from "./error.ts";
import { type FileId, fileIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const FILE_PURPOSES = ["batch", "batch_output"] as const;
export type FilePurpose = (typeof FILE_PURPOSES)[number];

/** How long a file is kept. */
export const FILE_SECONDS = 30 * 24 * 3600;

const seconds = z.int().min(0).meta({ description: "Seconds since 1970." });

export const fileNameSchema = text(LIMITS.fileNameCharacters, { minCharacters: 1 });

export const fileRequestSchema = z
  .strictObject({
    filename: fileNameSchema,
    purpose: z.literal("batch").default("batch"),
    bytes: z
      .int()
      .min(1)
      .max(LIMITS.uploadBytes)
      .meta({ description: "Exactly how many will be uploaded; the link takes no other number." }),
  })
  .meta({ id: "FileRequest", examples: [{ filename: "inputs.jsonl", bytes: 52_000 }] });
export type FileRequest = z.output<typeof fileRequestSchema>;

/** @throws AppError request.* */
export const parseFileRequest = (body: unknown): FileRequest => parseBody(fileRequestSchema, body);

const fileShape = {
  id: fileIdSchema,
  object: z.literal("file"),
  bytes: z.int().min(0),
  created_at: seconds,
  expires_at: seconds,
  filename: z.string(),
  purpose: z.enum(FILE_PURPOSES),
  status: z.enum(["uploaded", "processed"]).meta({ description: "processed: a batch has written it whole." }),
};
export const fileSchema = z.object(fileShape).meta({ id: "File" });
export type File = z.infer<typeof fileSchema>;

export const newFileSchema = z
  .object({
    ...fileShape,
    upload: z
      .object({ method: z.literal("PUT"), url: z.string(), expires_at: seconds })
      .optional()
      .meta({ description: "Where to send the bytes; absent when they came with the request." }),
  })
  .meta({ id: "NewFile" });
export type NewFile = z.infer<typeof newFileSchema>;

/** Pages as OpenAI's clients turn them: the next one begins after the last id. */
export const afterPageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });

export const filePageSchema = afterPageOf(fileSchema).meta({ id: "FilePage" });
export type FilePage = z.infer<typeof filePageSchema>;

export const fileDeletedSchema = z
  .object({ id: fileIdSchema, object: z.literal("file"), deleted: z.literal(true) })
  .meta({ id: "FileDeleted" });
export type FileDeleted = z.infer<typeof fileDeletedSchema>;

const afterSchema = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: "`last_id` of the page before." });
export const batchListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LIMITS.pageItems).default(20),
  after: afterSchema,
});
export const fileListQuerySchema = batchListQuerySchema.extend({
  purpose: z.enum(FILE_PURPOSES).optional(),
  order: z.literal("desc").optional().meta({ description: "Newest first is the one order." }),
});

/** An id of the wrong form cannot exist. @throws AppError file.not_found */
export function requireFileId(id: string): FileId {
  const parsed = fileIdSchema.safeParse(id);
  if (!parsed.success) throw new AppError("file.not_found");
  return parsed.data;
}
