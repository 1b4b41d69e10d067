/** GET /v1/specialists and /v1/specialists/status: what a workspace's mixture consists of and what is being trained. */
import { createRoute } from "@hono/zod-openapi";
import { GENERALIST, specialistListSchema, specialistStatusSchema } from "@weightsmith/contract";
import { Specialist } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const tags = ["Specialists"];

const listRoute = createRoute({
  method: "get",
  path: "/v1/specialists",
  operationId: "listSpecialists",
  tags,
  summary: "List specialists",
  description: "The workspace's specialists in the order in which they came, and its generalist.",
  responses: {
    200: jsonAnswer(specialistListSchema, "The specialists."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key"),
  },
});

const statusRoute = createRoute({
  method: "get",
  path: "/v1/specialists/status",
  operationId: "specialistStatus",
  tags,
  summary: "Status of the mixture",
  description: "What is trained, what is being trained, and which corpora there are.",
  responses: {
    200: jsonAnswer(specialistStatusSchema, "The status."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key"),
  },
});

export function specialistState(app: App, services: Services): void {
  const { db, storage, runs } = services;
  const guarded = { middleware: guard(services, { access: "key", bucket: "read" }) };

  app.openapi({ ...listRoute, ...guarded }, async (c) => {
    const parts = await Specialist.list(db, callerOf(c).workspaceId);
    const [generalist] = parts.filter(({ name }) => name === GENERALIST);
    return c.json(
      {
        items: parts.filter((part) => part !== generalist).map(Specialist.view),
        generalist: generalist ? Specialist.view(generalist) : null,
      },
      200,
    );
  });

  app.openapi({ ...statusRoute, ...guarded }, async (c) => {
    const { workspaceId } = callerOf(c);
    const [parts, jobs, corpora] = await Promise.all([
      Specialist.list(db, workspaceId),
      Specialist.unfinished(db, workspaceId),
      Specialist.Corpus.list(storage, workspaceId),
    ]);
    const specialists = parts.map(({ name }) => name).filter((name) => name !== GENERALIST);
    return c.json(
      {
        initialized: specialists.length > 0 && specialists.length < parts.length,
        device: runs === undefined ? null : "cpu",
        checkpoints: parts.map(({ name, artifactSha256 }) => ({ name, sha256: artifactSha256 })),
        specialists,
        corpora,
        training: jobs.map(({ id, state, progress }) => ({
          jobId: id,
          state,
          what: progress?.phase ?? null,
          done: progress?.done ?? 0,
          total: progress?.total ?? null,
        })),
      },
      200,
    );
  });
}
