/**
 * The server as tools of the Model Context Protocol: compile, look at a job, run, list, search. Each tool is a call of
 * the SDK; what it answers is JSON, and what goes wrong is told with its code and remedy, so that the caller can do
 * better.
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Weightsmith, WeightsmithError } from "@weightsmith/client";
import {
  constraintSchema,
  exampleSchema,
  isProgramId,
  type Job,
  LIMITS,
  METHODS,
  type ProgramSummary,
} from "@weightsmith/contract";
import { z } from "zod";

export interface McpOptions {
  /** Called when a tool needs the server, so that listing the tools needs none. */
  readonly api: () => Weightsmith;
  readonly version: string;
}

/** A compile that is not done by then goes on, and `job` tells when it is. */
const WAIT_SECONDS = 100;

export function mcpServer({ api, version }: McpOptions): McpServer {
  const server = new McpServer({ name: "weightsmith", version });

  server.registerTool(
    "compile",
    {
      title: "Compile a program",
      description:
        "Turns a specification and examples into a small program with a measured held-out score. 8 to 50 varied examples work well; without examples only the methods context and fast are possible. Waits up to 100 seconds; if the state is then not succeeded, ask the tool job.",
      inputSchema: {
        spec: z.string().min(1).describe("What the program should do, in plain language."),
        examples: z.array(exampleSchema).max(LIMITS.examples).optional(),
        method: z.enum(METHODS).optional(),
        name: z.string().optional(),
        alias: z.string().optional().describe("A name of yours that should point to the program."),
      },
    },
    ({ spec, examples = [], method, name, alias }, { signal }) =>
      told(async () => {
        const fallback = examples.length < LIMITS.examplesForTraining ? "context" : "auto";
        const job = await api().compile(
          {
            spec,
            examples,
            method: method ?? fallback,
            ...(name === undefined ? {} : { name }),
            ...(alias === undefined ? {} : { alias }),
          },
          { signal },
        );
        return jobView(await finished(api(), job, signal));
      }),
  );

  server.registerTool(
    "job",
    {
      title: "Look at a job",
      description: "How far a compile job is, and the program and score once it has succeeded.",
      inputSchema: { id: z.string().describe("`job_…`") },
      annotations: { readOnlyHint: true },
    },
    ({ id }, { signal }) => told(async () => jobView(await api().jobs.get(id, { signal }))),
  );

  server.registerTool(
    "run",
    {
      title: "Run a program",
      description:
        "Answers each input. The same input always has the same answer. With abstainBelow, answers that are less sure come back as null.",
      inputSchema: {
        program: z.string().describe("The program's id, or an alias such as user/name or user/name@v2."),
        inputs: z.array(z.string()).min(1).max(LIMITS.runInputs),
        abstainBelow: z.number().min(0).max(1).optional(),
        constraint: constraintSchema.optional().describe("What every answer is held to."),
      },
      annotations: { readOnlyHint: true },
    },
    ({ program, inputs, abstainBelow, constraint }, { signal }) =>
      told(async () => {
        const programId = isProgramId(program)
          ? program
          : (await api().aliases.get(program, { signal })).programId;
        const answers = await api().programs.answers(programId, inputs, { signal, abstainBelow, constraint });
        return {
          programId,
          answers: answers.map(({ output, confidence, complete }, i) => ({
            input: inputs[i],
            output,
            confidence,
            complete,
          })),
        };
      }),
  );

  const page = { limit: z.int().min(1).max(LIMITS.pageItems).optional(), cursor: z.string().optional() };
  server.registerTool(
    "list",
    {
      title: "List your programs",
      description: "The workspace's own programs, the newest first.",
      inputSchema: page,
      annotations: { readOnlyHint: true },
    },
    (query, { signal }) => told(async () => pageView(await api().programs.list(query, { signal }))),
  );

  server.registerTool(
    "search",
    {
      title: "Search public programs",
      description: "Everybody's public programs whose name, spec or tags have all of the words.",
      inputSchema: { query: z.string().min(1), tag: z.string().optional(), ...page },
      annotations: { readOnlyHint: true },
    },
    ({ query, ...rest }, { signal }) =>
      told(async () => pageView(await api().programs.list({ q: query, public: true, ...rest }, { signal }))),
  );
  return server;
}

async function finished(api: Weightsmith, job: Job, signal: AbortSignal): Promise<Job> {
  if (job.state !== "queued" && job.state !== "running") return job;
  try {
    return await api.waitFor(job, { signal, timeoutSeconds: WAIT_SECONDS });
  } catch (error) {
    const known = error instanceof WeightsmithError;
    if (!known || signal.aborted) throw error;
    // Failed or still at work: the job itself says which.
    return api.jobs.get(job.id, { signal });
  }
}

const jobView = ({ id, state, progress, programId, error, result }: Job) => ({
  jobId: id,
  state,
  programId: state === "succeeded" ? programId : null,
  progress,
  error,
  heldOut: result?.report?.heldOut ?? null,
  baseline: result?.report?.baseline ?? null,
  alias: result?.alias ?? null,
});

const pageView = ({ items, nextCursor }: { items: ProgramSummary[]; nextCursor: string | null }) => ({
  programs: items.map(({ id, name, spec, tags, kind, method, scores, public: isPublic }) => ({
    id,
    name,
    spec,
    tags,
    kind,
    method,
    public: isPublic,
    heldOut: scores?.heldOut ?? null,
  })),
  nextCursor,
});

/** What a tool gives, or what went wrong, as the protocol tells it. */
async function told(work: () => Promise<object>): Promise<CallToolResult> {
  try {
    const result = await work();
    return {
      content: [{ type: "text", text: JSON.stringify(result, null, 2) }],
      structuredContent: result as Record<string, unknown>,
    };
  } catch (error) {
    const { code, message, remedy } =
      error instanceof WeightsmithError
        ? error
        : {
            code: "internal.error",
            message: error instanceof Error ? error.message : String(error),
            remedy: "",
          };
    return { isError: true, content: [{ type: "text", text: `${code}: ${message} ${remedy}`.trim() }] };
  }
}
