/**
 * What changes a workspace's mixture: initialize, add and delete, each a job, and the links by which corpora are
 * uploaded. A deleted specialist is out of the mixture when the answer comes; its job removes the corpus.
 */
import { createRoute, z } from "@hono/zod-openapi";
import {
  AppError,
  corpusUploadLinksSchema,
  corpusUploadSchema,
  GENERALIST,
  parseBody,
  parseSpecialistRequest,
  requireSpecialistName,
  type SpecialistJob,
  type WorkspaceId,
} from "@weightsmith/contract";
import { Specialist } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, type AppContext, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";
import {
  acceptanceAnswers,
  acceptanceErrors,
  acceptanceHeaders,
  acceptJob,
  bodylessErrors,
  repeatedJob,
} from "../accept-job.ts";
import { requireServed } from "../served-kinds.ts";

const tags = ["Specialists"];
export const specialistPath = z.object({ name: z.string().meta({ description: "The specialist's name." }) });

const initializeRoute = createRoute({
  method: "post",
  path: "/v1/specialists/initialize",
  operationId: "initializeSpecialists",
  tags,
  summary: "Train what is missing",
  description:
    "Queues the first start: the generalist, then a specialist for every corpus. A workspace that has nothing gets the corpora that ship. What is there stays as it is.",
  request: { headers: acceptanceHeaders },
  responses: { ...acceptanceAnswers, ...bodylessErrors("kind.unavailable") },
});

const addRoute = createRoute({
  method: "post",
  path: "/v1/specialists",
  operationId: "addSpecialist",
  tags,
  summary: "Add a specialist",
  description:
    "Queues the training of one expert and its gate rows on the corpus of its name. No other part of the mixture changes.",
  request: { headers: acceptanceHeaders, body: jsonBody("SpecialistRequest") },
  responses: {
    ...acceptanceAnswers,
    ...acceptanceErrors(
      "kind.unavailable",
      "specialist.invalid_name",
      "specialist.exists",
      "specialist.not_ready",
      "corpus.missing",
      "corpus.empty",
    ),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/v1/specialists/{name}",
  operationId: "deleteSpecialist",
  tags,
  summary: "Delete a specialist and its corpus",
  description:
    "The specialist is out of the mixture at once, with no retraining; the job that is answered deletes its corpus, too.",
  request: { headers: acceptanceHeaders, params: specialistPath },
  responses: {
    ...acceptanceAnswers,
    ...bodylessErrors(
      "kind.unavailable",
      "specialist.invalid_name",
      "specialist.not_found",
      "specialist.last",
      "specialist.exists",
    ),
  },
});

const uploadRoute = createRoute({
  method: "post",
  path: "/v1/specialists/{name}/corpus",
  operationId: "uploadCorpus",
  tags,
  summary: "Links to upload a corpus",
  description: "PUT each file's bytes to its link. `general` is the generalist's corpus.",
  request: { params: specialistPath, body: jsonBody("CorpusUpload") },
  responses: {
    200: jsonAnswer(corpusUploadLinksSchema, "A link for each file."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "specialist.invalid_name", ...BODY_ERRORS),
  },
});

const LINK_SECONDS = 3600;

export function specialistChanges(app: App, services: Services): void {
  const { db, storage, kinds } = services;
  const guarded = { middleware: guard(services, { access: "key", bucket: "create" }) };
  const accept = (c: AppContext, job: SpecialistJob) => acceptSpecialistJob(c, services, job);

  app.openapi({ ...initializeRoute, ...guarded }, async (c) => {
    requireServed("specialist", kinds.compile);
    return accept(c, { kind: "specialist", action: "initialize" });
  });

  app.openapi({ ...addRoute, ...guarded }, async (c) => {
    return addSpecialist(c, services, await readJson(c));
  });

  app.openapi({ ...deleteRoute, ...guarded }, async (c) => {
    const name = requireSpecialistName(c.req.param("name"));
    requireServed("specialist", kinds.compile);
    const { workspaceId } = callerOf(c);
    const job = { kind: "specialist", action: "delete", name } as const;
    // What the first request changed must not refuse its repetition.
    if ((await repeatedJob(c, services, job)) === undefined) {
      await requireIdle(services, workspaceId, name);
      await Specialist.remove(db, workspaceId, name);
    }
    return accept(c, job);
  });

  app.openapi({ ...uploadRoute, ...guarded }, async (c) => {
    const name = c.req.param("name");
    if (name !== GENERALIST) requireSpecialistName(name);
    const { files } = parseBody(corpusUploadSchema, await readJson(c));
    const { workspaceId } = callerOf(c);
    const uploads = await Promise.all(
      files.map(async (file) => ({
        name: file.name,
        method: "PUT" as const,
        url: await Specialist.Corpus.uploadUrl(storage, workspaceId, {
          name,
          file: file.name,
          expiresSeconds: LINK_SECONDS,
        }),
      })),
    );
    return c.json({ uploads, expiresAt: new Date(Date.now() + LINK_SECONDS * 1000).toISOString() }, 200);
  });
}

const acceptSpecialistJob = (c: AppContext, services: Services, job: SpecialistJob) =>
  acceptJob(c, services, { type: "compile", request: job });

/** Queues the training of a specialist whose corpus is there. @throws AppError specialist.*, corpus.*, request.* */
export async function addSpecialist(c: AppContext, services: Services, body: unknown) {
  const { db, storage, kinds } = services;
  const { name, ...options } = parseSpecialistRequest(body);
  requireServed("specialist", kinds.compile);
  const { workspaceId } = callerOf(c);
  const job = { ...options, action: "add", name } as const;
  if (await repeatedJob(c, services, job)) return acceptSpecialistJob(c, services, job);
  const parts = await Specialist.list(db, workspaceId);
  if (!parts.some((part) => part.name === GENERALIST)) throw new AppError("specialist.not_ready");
  if (parts.some((part) => part.name === name)) throw existing(name, "is there already");
  await requireIdle(services, workspaceId, name);
  await Specialist.Corpus.requireText(storage, workspaceId, name);
  return acceptSpecialistJob(c, services, job);
}

/** @throws AppError specialist.exists while a job trains or deletes what goes by this name */
async function requireIdle({ db }: Services, workspaceId: WorkspaceId, name: string): Promise<void> {
  for (const { request } of await Specialist.unfinished(db, workspaceId)) {
    if (request.name === name) {
      throw existing(name, request.action === "delete" ? "is being deleted" : "is being trained");
    }
  }
}

const existing = (name: string, what: string) =>
  new AppError("specialist.exists", { message: `The specialist "${name}" ${what}.`, context: { name } });
