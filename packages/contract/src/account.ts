/** API keys, workspaces and what they have used. */
import { z } from "zod";
import { nameSchema } from "./compile.ts";
import { keyIdSchema, workspaceIdSchema } from "./ids.ts";
import { timestampSchema } from "./page.ts";
import { parseBody } from "./request-parsing.ts";

/** `wsk_` and 43 characters of base64url: 256 random bits. */
export const API_KEY_PATTERN = /^wsk_[A-Za-z0-9_-]{43}$/;

export const keySchema = z
  .object({
    id: keyIdSchema,
    workspaceId: workspaceIdSchema,
    name: z.string(),
    hint: z.string().meta({ description: "The end of the secret, to tell keys apart.", examples: ["…x7Qk"] }),
    createdAt: timestampSchema,
    lastUsedAt: timestampSchema.nullable().meta({ description: "To the minute." }),
    revokedAt: timestampSchema.nullable(),
  })
  .meta({ id: "Key" });
export type Key = z.infer<typeof keySchema>;

export const newKeySchema = keySchema
  .extend({
    secret: z.string().meta({ description: "The key itself. It is shown this once and not stored." }),
  })
  .meta({ id: "NewKey" });
export type NewKey = z.infer<typeof newKeySchema>;

export const keyListSchema = z.object({ items: z.array(keySchema) }).meta({ id: "KeyList" });
export type KeyList = z.infer<typeof keyListSchema>;

export const keyRequestSchema = z
  .strictObject({ name: nameSchema.default("API key") })
  .meta({ id: "KeyRequest" });
export type KeyRequest = z.output<typeof keyRequestSchema>;

/** @throws AppError request.* */
export const parseKeyRequest = (body: unknown): KeyRequest => parseBody(keyRequestSchema, body);

export const usageSchema = z
  .object({
    workspaceId: workspaceIdSchema,
    unfinishedJobs: z.object({ used: z.int().min(0), limit: z.int().min(0) }),
    programs: z.int().min(0),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof usageSchema>;
