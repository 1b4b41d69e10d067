/** What PAW's clients send. Fields that we do not know are ignored, as that API does. */
import { caseKindSchema, exampleSchema, LIMITS, parseBody, text } from "@weightsmith/contract";
import { z } from "zod";

const shortText = text(200, { minCharacters: 1 });
const tags = z.array(text(LIMITS.tagCharacters, { minCharacters: 1 })).max(LIMITS.tags);

const compileSchema = z.object({
  spec: text(LIMITS.specCharacters, { minCharacters: 1 }),
  compiler: shortText.nullish(),
  public: z.boolean().nullish(),
  ephemeral: z.boolean().nullish(),
  name: text(LIMITS.nameCharacters, { minCharacters: 1 }).nullish(),
  tags: tags.nullish(),
  slug: shortText.nullish(),
  /** Ours: examples to learn from and be measured on. */
  examples: z.array(exampleSchema).max(LIMITS.examples).nullish(),
});
export type CompileBody = z.output<typeof compileSchema>;
export const parseCompile = (body: unknown): CompileBody => parseBody(compileSchema, body);

const precheckSchema = compileSchema.pick({ spec: true, compiler: true, examples: true });
export const parsePrecheck = (body: unknown) => parseBody(precheckSchema, body);

const inferSchema = z.object({
  program_id: shortText,
  input: text(LIMITS.runInputCharacters),
  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
});
export const parseInfer = (body: unknown) => parseBody(inferSchema, body);

const patchSchema = z.object({
  name: text(LIMITS.nameCharacters, { minCharacters: 1 }).nullish(),
  tags: tags.nullish(),
  public: z.boolean().nullish(),
});
export const parsePatch = (body: unknown) => parseBody(patchSchema, body);

const aliasSchema = z.object({
  slug: shortText.nullish(),
  alias: shortText.nullish(),
  force: z.boolean().nullish(),
});
export const parseAlias = (body: unknown) => parseBody(aliasSchema, body);

const ballot = z.union([z.literal(1), z.literal(-1)]);
const voteSchema = z.object({ vote: ballot.nullish(), value: ballot.nullish() });
export const parseVote = (body: unknown) => parseBody(voteSchema, body);

const answer = text(LIMITS.exampleOutputCharacters);
const caseSchema = z.object({
  input: text(LIMITS.exampleInputCharacters),
  expected_output: answer.nullish(),
  output: answer.nullish(),
  note: text(LIMITS.noteCharacters).nullish(),
  // A word of its own for what a case shows is no reason to lose the case.
  type: caseKindSchema.nullish().catch(null),
});
export const parseCase = (body: unknown) => parseBody(caseSchema, body);

const importSchema = z.object({
  spec: text(LIMITS.specCharacters, { minCharacters: 1 }),
  interpreter: shortText.nullish(),
  runtime_id: shortText.nullish(),
  prompt_template: text(2 * LIMITS.specCharacters).nullish(),
  name: text(LIMITS.nameCharacters, { minCharacters: 1 }).nullish(),
  tags: tags.nullish(),
  public: z.boolean().nullish(),
  slug: shortText.nullish(),
});
export const parseImport = (body: unknown) => parseBody(importSchema, body);
