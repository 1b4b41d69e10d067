/** The hub: published programs, searched by anyone; reports about them. */
import { z } from "zod";
import { votesSchema } from "./feedback.ts";
import { programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { cursorSchema, limitSchema, pageOf } from "./page.ts";
import { programKindSchema, programSummarySchema } from "./program.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const HUB_SORTS = ["relevance", "newest", "score", "downloads"] as const;
export type HubSort = (typeof HUB_SORTS)[number];

export const hubQuerySchema = z.strictObject({
  limit: limitSchema,
  cursor: cursorSchema,
  q: text(200)
    .optional()
    .meta({ description: "Words to look for; of the last one the beginning is enough." }),
  kind: programKindSchema.optional(),
  tag: text(LIMITS.tagCharacters).optional(),
  minScore: z.coerce.number().min(0).max(1).optional().meta({ description: "Held-out exact match." }),
  sort: z.enum(HUB_SORTS).optional().meta({ description: "Default: relevance with `q`, else newest." }),
});
export type HubQuery = z.infer<typeof hubQuerySchema>;

export const hubProgramSchema = programSummarySchema
  .extend({ publisher: z.string().meta({ description: "The name of the workspace that published it." }) })
  .meta({ id: "HubProgram" });
export type HubProgram = z.infer<typeof hubProgramSchema>;

export const hubPageSchema = pageOf(hubProgramSchema).meta({ id: "HubPage" });
export type HubPage = z.infer<typeof hubPageSchema>;

export const tagCountSchema = z.object({ tag: z.string(), programs: z.int().min(1) });
export const hubTagsSchema = z.object({ items: z.array(tagCountSchema) }).meta({ id: "HubTags" });
export type HubTags = z.infer<typeof hubTagsSchema>;

export const relativeSchema = z.object({
  id: programIdSchema,
  title: z.string().meta({ description: "Its name, or the beginning of its spec." }),
  exactMatch: z.number().min(0).max(1).nullable().meta({ description: "On held-out examples." }),
});
export type Relative = z.infer<typeof relativeSchema>;

export const communitySchema = z
  .object({
    votes: votesSchema,
    parents: z.array(relativeSchema).meta({ description: "What it was forked from, as far as you may see." }),
    forks: z.array(relativeSchema).meta({ description: "What was forked from it, as far as you may see." }),
    forkedByOthers: z.int().min(0).meta({
      description: "Forks in other workspaces, seen or not: they stay when this program is deleted.",
    }),
    aliases: z
      .array(z.object({ reference: z.string(), name: z.string(), own: z.boolean() }))
      .meta({ description: "Names under which it is or was published, as far as you may see." }),
    entries: z
      .array(
        z.object({
          taskId: z.string(),
          title: z.string(),
          rank: z.int().min(1),
          of: z.int().min(1),
          score: z.number().min(0).max(1),
        }),
      )
      .meta({ description: "Where it stands on the leaderboard's current tasks." }),
  })
  .meta({ id: "Community" });
export type Community = z.infer<typeof communitySchema>;

export const REPORT_REASONS = ["harmful", "private_data", "licence", "spam", "other"] as const;
export const hubReportSchema = z
  .strictObject({
    reason: z.enum(REPORT_REASONS),
    note: text(2_000).default(""),
  })
  .meta({ id: "HubReport" });
export type HubReport = z.output<typeof hubReportSchema>;

/** @throws AppError request.* */
export const parseHubReport = (body: unknown): HubReport => parseBody(hubReportSchema, body);
