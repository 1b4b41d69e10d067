/** What people say about programs: votes, and cases, which are inputs with the answer that somebody expects. */
import { z } from "zod";
import { exampleSchema } from "./example.ts";
import { caseIdSchema, programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { cursorSchema, limitSchema, pageOf, timestampSchema } from "./page.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const voteRequestSchema = z
  .strictObject({
    value: z
      .union([z.literal(1), z.literal(-1), z.literal(0)])
      .meta({ description: "0 takes the vote back." }),
  })
  .meta({ id: "VoteRequest" });
export const parseVoteRequest = (body: unknown) => parseBody(voteRequestSchema, body);

export const votesSchema = z
  .object({
    up: z.int().min(0),
    down: z.int().min(0),
    own: z.union([z.literal(1), z.literal(-1), z.literal(0)]).meta({ description: "The caller's own vote." }),
  })
  .meta({ id: "Votes" });
export type Votes = z.infer<typeof votesSchema>;

/** What a case shows: that the program can do it, that it cannot, or what it does at an edge. */
export const CASE_KINDS = ["success", "limitation", "edge_case"] as const;
export const caseKindSchema = z.enum(CASE_KINDS);
export type CaseKind = z.infer<typeof caseKindSchema>;

export const caseRequestSchema = exampleSchema
  .omit({ generated: true })
  .extend({ kind: caseKindSchema.default("edge_case"), note: text(LIMITS.noteCharacters).optional() })
  .meta({
    id: "CaseRequest",
    examples: [{ input: "x.tar.GZ", output: "gz", kind: "edge_case", note: "Two dots." }],
  });
export type CaseRequest = z.output<typeof caseRequestSchema>;
export type CaseRequestInput = z.input<typeof caseRequestSchema>;
export const parseCaseRequest = (body: unknown): CaseRequest => parseBody(caseRequestSchema, body);

export const caseSchema = z
  .object({
    id: caseIdSchema,
    programId: programIdSchema,
    kind: caseKindSchema,
    input: z.string(),
    output: z.string().meta({ description: "What whoever added it expects." }),
    note: z.string().nullable(),
    own: z.boolean(),
    createdAt: timestampSchema,
  })
  .meta({ id: "Case" });
export type Case = z.infer<typeof caseSchema>;
export const casePageSchema = pageOf(caseSchema).meta({ id: "CasePage" });
export type CasePage = z.infer<typeof casePageSchema>;
export const caseListQuerySchema = z.strictObject({ limit: limitSchema, cursor: cursorSchema });
