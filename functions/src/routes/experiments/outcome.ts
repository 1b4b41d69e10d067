/** An experiment's outcome in forms of its own: samples as CSV, the playbook as text. */
import { gunzipSync } from "node:zlib";
import { createRoute, z } from "@hono/zod-openapi";
import {
  AppError,
  type ExperimentOutput,
  experimentOutputSchema,
  isJobId,
  type WorkspaceId,
} from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { jobIdOf, jobPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const failures = ["auth.missing_key", "auth.invalid_key", "job.not_found"] as const;

const resultsRoute = createRoute({
  method: "get",
  path: "/v1/experiments/{id}/results",
  operationId: "getExperimentResults",
  tags: ["Jobs"],
  summary: "Samples of an experiment",
  description: "Every answered question of a finished experiment, as CSV.",
  request: { params: jobPath },
  responses: {
    200: { description: "The samples.", content: { "text/csv": { schema: z.string() } } },
    ...errorAnswers(...failures),
  },
});

const playbookRoute = createRoute({
  method: "get",
  path: "/v1/experiments/{id}/playbook",
  operationId: "getExperimentPlaybook",
  tags: ["Jobs"],
  summary: "Playbook of an experiment",
  description: "The lessons that a finished experiment measured: JSON Lines of entries, or text for people.",
  request: {
    params: jobPath,
    query: z.strictObject({ format: z.enum(["jsonl", "text"]).default("jsonl") }),
  },
  responses: {
    200: {
      description: "The playbook.",
      content: { "text/plain": { schema: z.string() } },
    },
    ...errorAnswers(...failures, "request.invalid_parameter"),
  },
});

export function experimentOutcome(app: App, services: Services): void {
  const middleware = guard(services, { access: "key", bucket: "read" });
  app.openapi({ ...resultsRoute, middleware }, async (c) => {
    const id = jobIdOf(c);
    const { resultsGzip } = await experimentOutput(services, callerOf(c).workspaceId, id);
    return c.body(gunzipSync(Buffer.from(resultsGzip, "base64")).toString("utf8"), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${id}.csv"`,
    });
  });
  app.openapi({ ...playbookRoute, middleware }, async (c) => {
    const { playbook, lessons } = await experimentOutput(services, callerOf(c).workspaceId, jobIdOf(c));
    const asText = c.req.query("format") === "text";
    return c.text(asText ? lessons : playbook, 200, {
      "content-type": `${asText ? "text/plain" : "application/jsonl"}; charset=utf-8`,
    });
  });
}

/** @throws AppError job.not_found if there is no such experiment, or it has not succeeded */
export async function experimentOutput(
  { db }: Services,
  workspaceId: WorkspaceId,
  id: string,
): Promise<ExperimentOutput> {
  if (!isJobId(id)) throw new AppError("job.not_found");
  const job = await Job.get(db, { workspaceId, jobId: id });
  const output = experimentOutputSchema.safeParse((job.result as { output?: unknown } | null)?.output);
  if (job.type === "experiment" && job.state === "succeeded" && output.success) return output.data;
  throw new AppError("job.not_found", {
    message: `The job ${id} is ${job.type === "experiment" ? job.state : "no experiment"}; only experiments that have succeeded have results.`,
  });
}
