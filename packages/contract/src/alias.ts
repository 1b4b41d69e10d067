/**
 * Aliases: names that point to programs and can move. `user/name` is the current version, `user/name@v3` the third one
 * for ever. A quality gate decides whether an alias may move to another program.
 */
import { z } from "zod";
import { aliasNameSchema } from "./alias-name.ts";
import { programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { cursorSchema, limitSchema, pageOf, timestampSchema } from "./page.ts";
import { scoreSchema } from "./report.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const gateSchema = z
  .strictObject({
    minimumScore: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .default(null)
      .meta({ description: "The held-out exact match that a program must reach; null: any." }),
    allowedDrop: z.number().min(0).max(1).nullable().default(0).meta({
      description: "How far below the current program's held-out score the next one may lie; null: any.",
    }),
    beatBaseline: z
      .boolean()
      .default(true)
      .meta({ description: "Whether a program must be at least as good as its own prompted baseline." }),
  })
  .meta({
    id: "Gate",
    description:
      "What a program must fulfil before the alias moves to it, by scores that the service measured.",
  });
export type Gate = z.output<typeof gateSchema>;
export const DEFAULT_GATE: Gate = { minimumScore: null, allowedDrop: 0, beatBaseline: true };

const noteSchema = text(LIMITS.noteCharacters);

export const aliasPublishSchema = z
  .strictObject({
    programId: programIdSchema,
    gate: gateSchema.optional().meta({ description: "Replaces the alias's gate. Default: as it is." }),
    force: z.boolean().default(false).meta({
      description: "Move although the gate refuses. The version remembers that it was forced.",
    }),
    note: noteSchema.optional(),
  })
  .meta({ id: "AliasPublish" });
export type AliasPublish = z.output<typeof aliasPublishSchema>;
export const parseAliasPublish = (body: unknown): AliasPublish => parseBody(aliasPublishSchema, body);

export const aliasRollbackSchema = z
  .strictObject({
    version: z.int().min(1).optional().meta({ description: "Default: the version before the current one." }),
  })
  .meta({ id: "AliasRollback" });
export type AliasRollback = z.output<typeof aliasRollbackSchema>;
export const parseAliasRollback = (body: unknown): AliasRollback => parseBody(aliasRollbackSchema, body);

export const aliasSummarySchema = z
  .object({
    user: z.string().meta({ description: "The name of the workspace that owns it." }),
    name: aliasNameSchema,
    reference: z.string().meta({ examples: ["local/file-extension"] }),
    own: z.boolean(),
    version: z.int().min(1).meta({ description: "The current one." }),
    programId: programIdSchema.meta({ description: "The current version's program." }),
    gate: gateSchema,
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: "AliasSummary" });
export type AliasSummary = z.infer<typeof aliasSummarySchema>;

export const aliasVersionSchema = z
  .object({
    version: z.int().min(1),
    programId: programIdSchema,
    current: z.boolean(),
    available: z.boolean().meta({ description: "false: its program was deleted, or is not visible to you." }),
    forced: z.boolean().meta({ description: "It was published although the gate refused it." }),
    note: z.string().nullable(),
    heldOut: scoreSchema.nullable(),
    createdAt: timestampSchema,
  })
  .meta({ id: "AliasVersion" });
export type AliasVersion = z.infer<typeof aliasVersionSchema>;

export const aliasSchema = aliasSummarySchema
  .extend({ versions: z.array(aliasVersionSchema).meta({ description: "The newest first." }) })
  .meta({ id: "Alias" });
export type Alias = z.infer<typeof aliasSchema>;

export const aliasActionSchema = z.enum(["created", "moved", "unchanged"]);
export type AliasAction = z.infer<typeof aliasActionSchema>;
export const aliasPublishedSchema = aliasSchema
  .extend({ action: aliasActionSchema })
  .meta({ id: "AliasPublished" });
export type AliasPublished = z.infer<typeof aliasPublishedSchema>;

export const aliasPageSchema = pageOf(aliasSummarySchema).meta({ id: "AliasPage" });
export type AliasPage = z.infer<typeof aliasPageSchema>;
export const aliasListQuerySchema = z.strictObject({ limit: limitSchema, cursor: cursorSchema });
