/** The contract's schemas as the components of the API's description. */
import {
  aliasPageSchema,
  aliasPublishedSchema,
  aliasPublishSchema,
  aliasRollbackSchema,
  aliasSchema,
  batchPageSchema,
  batchRequestSchema,
  batchResultsSchema,
  batchSchema,
  casePageSchema,
  caseRequestSchema,
  caseSchema,
  communitySchema,
  comparisonSchema,
  compileRequestSchema,
  corpusUploadLinksSchema,
  corpusUploadSchema,
  downloadLinkSchema,
  errorBodySchema,
  exampleWritingSchema,
  experimentRequestSchema,
  fileDeletedSchema,
  filePageSchema,
  fileRequestSchema,
  fileSchema,
  generateRequestSchema,
  healthSchema,
  hubPageSchema,
  hubReportSchema,
  hubTagsSchema,
  interpreterFilesSchema,
  jobEventSchema,
  jobPageSchema,
  jobSchema,
  keyListSchema,
  keyRequestSchema,
  keySchema,
  leaderboardEntryPageSchema,
  leaderboardPredictionsSchema,
  leaderboardTaskListSchema,
  leaderboardTaskSchema,
  newFileSchema,
  newKeySchema,
  openaiLineSchema,
  programChangeSchema,
  programPageSchema,
  programSchema,
  runLineSchema,
  runRequestSchema,
  runResultSchema,
  sessionRequestSchema,
  sessionStateSchema,
  specialistCompletionSchema,
  specialistGatesRequestSchema,
  specialistGatesSchema,
  specialistGenerateSchema,
  specialistListSchema,
  specialistRequestSchema,
  specialistStatusSchema,
  submissionRequestSchema,
  suiteListSchema,
  usageSchema,
  voteRequestSchema,
  votesSchema,
  webhookPayloadSchema,
  webhookSecretSchema,
  writtenExamplesSchema,
} from "@weightsmith/contract";
import { z } from "zod";

const REQUESTS = {
  CorpusUpload: corpusUploadSchema,
  SpecialistGatesRequest: specialistGatesRequestSchema,
  SpecialistGenerate: specialistGenerateSchema,
  SpecialistRequest: specialistRequestSchema,
  CompileRequest: compileRequestSchema,
  GenerateRequest: generateRequestSchema,
  ExperimentRequest: experimentRequestSchema,
  KeyRequest: keyRequestSchema,
  ProgramChange: programChangeSchema,
  AliasPublish: aliasPublishSchema,
  AliasRollback: aliasRollbackSchema,
  VoteRequest: voteRequestSchema,
  CaseRequest: caseRequestSchema,
  ExampleWriting: exampleWritingSchema,
  RunRequest: runRequestSchema,
  FileRequest: fileRequestSchema,
  BatchRequest: batchRequestSchema,
  BatchRunLine: runLineSchema,
  BatchOpenAiLine: openaiLineSchema,
  HubReport: hubReportSchema,
  SubmissionRequest: submissionRequestSchema,
  SessionRequest: sessionRequestSchema,
};
const ANSWERS = {
  CorpusUploadLinks: corpusUploadLinksSchema,
  SpecialistCompletion: specialistCompletionSchema,
  SpecialistGates: specialistGatesSchema,
  SpecialistList: specialistListSchema,
  SpecialistStatus: specialistStatusSchema,
  DownloadLink: downloadLinkSchema,
  ErrorBody: errorBodySchema,
  Health: healthSchema,
  Community: communitySchema,
  HubPage: hubPageSchema,
  HubTags: hubTagsSchema,
  LeaderboardEntryPage: leaderboardEntryPageSchema,
  LeaderboardPredictions: leaderboardPredictionsSchema,
  LeaderboardTask: leaderboardTaskSchema,
  LeaderboardTaskList: leaderboardTaskListSchema,
  SessionState: sessionStateSchema,
  SuiteList: suiteListSchema,
  Job: jobSchema,
  JobEvent: jobEventSchema,
  JobPage: jobPageSchema,
  Key: keySchema,
  KeyList: keyListSchema,
  NewKey: newKeySchema,
  Program: programSchema,
  ProgramPage: programPageSchema,
  Alias: aliasSchema,
  AliasPage: aliasPageSchema,
  AliasPublished: aliasPublishedSchema,
  Case: caseSchema,
  CasePage: casePageSchema,
  Comparison: comparisonSchema,
  Votes: votesSchema,
  WrittenExamples: writtenExamplesSchema,
  InterpreterFiles: interpreterFilesSchema,
  RunResult: runResultSchema,
  File: fileSchema,
  NewFile: newFileSchema,
  FileDeleted: fileDeletedSchema,
  FilePage: filePageSchema,
  Batch: batchSchema,
  BatchPage: batchPageSchema,
  BatchResults: batchResultsSchema,
  Usage: usageSchema,
  WebhookPayload: webhookPayloadSchema,
  WebhookSecret: webhookSecretSchema,
};
export type SchemaName = keyof typeof REQUESTS | keyof typeof ANSWERS;

type JsonSchema = Record<string, unknown>;

/** JSON Schema 2020-12, as OpenAPI 3.1 uses it, by name; parts that have a name of their own are components too. */
export function componentSchemas(): Record<string, JsonSchema> {
  return { ...published(ANSWERS, "output"), ...published(REQUESTS, "input") };
}

function published(named: Record<string, z.ZodType>, io: "input" | "output"): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(named)) {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
    for (const [part, definition] of Object.entries($defs)) found[part] = withoutIds(definition);
    // A schema that refers to itself as a whole is among the definitions already.
    if (!("$ref" in rest)) found[name] = withoutIds(rest);
  }
  return found;
}

/** Where a schema is published, if it is. */
export function referenceTo(schema: unknown): { $ref: string } | undefined {
  for (const [name, named] of Object.entries({ ...ANSWERS, ...REQUESTS })) {
    if (named === schema) return { $ref: `#/components/schemas/${name}` };
  }
  return undefined;
}

/** References point to components; names say what `id` repeats. */
function withoutIds(value: unknown): JsonSchema {
  return JSON.parse(
    JSON.stringify(value, (key, member) => {
      if (key === "$ref" && typeof member === "string")
        return member.replace("#/$defs/", "#/components/schemas/");
      return key === "id" && typeof member === "string" ? undefined : member;
    }),
  );
}
