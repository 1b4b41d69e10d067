/**
 * What the three endpoints that start jobs share: idempotency, quota, the webhook's address, the job with its outbox
 * row, the message, and how long the caller wants to wait for the end.
 */

import { z } from "@hono/zod-openapi";
import {
  type CompileRequest,
  type ExperimentRequest,
  type GenerateRequest,
  isFinalState,
  type JobType,
  jobSchema,
  type ProgramId,
  priorityNumber,
  type SpecialistJob,
} from "@weightsmith/contract";
import { Idempotency, Job, Webhook } from "@weightsmith/core";
import { type AppContext, callerOf } from "../http/environment.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer } from "../http/openapi.ts";
import { idempotencyKeyOf, waitSecondsOf } from "../http/parameters.ts";
import type { Services } from "../services.ts";

export interface Acceptance {
  readonly type: JobType;
  /** As parsed, with everything explicit; stored for the worker. */
  readonly request: CompileRequest | GenerateRequest | ExperimentRequest | SpecialistJob;
  /** What the job will make, where that is known. */
  readonly programId?: ProgramId;
  /** By which a repeated request is recognised. Default: the request. */
  readonly fingerprint?: unknown;
}

/** The job that this very request started before, by its idempotency key. @throws AppError idempotency.key_reused */
export async function repeatedJob(
  c: AppContext,
  { db }: Services,
  request: unknown,
): Promise<Job.Job | undefined> {
  const key = idempotencyKeyOf(c);
  if (key === undefined) return undefined;
  const requestHash = Idempotency.hashRequest(c.req.path, request);
  return Job.repeated(db, callerOf(c).workspaceId, { key, requestHash });
}

/** Side effects: at most one job for each idempotency key, and its message to the queue. */
export async function acceptJob(c: AppContext, services: Services, acceptance: Acceptance) {
  const { db, dispatcher, feed, freezes, limits, localMode } = services;
  const { type, request, programId, fingerprint = request } = acceptance;
  const { workspaceId } = callerOf(c);
  const key = idempotencyKeyOf(c);
  const webhookUrl = request.webhook?.url;
  if (webhookUrl !== undefined) Webhook.checkTarget(webhookUrl, { allowPrivate: localMode });

  const { job: accepted, created } = await Job.create(db, {
    workspaceId,
    type,
    kind: request.kind,
    request: { ...request },
    requestId: c.get("requestId"),
    traceparent: c.get("traceparent"),
    maxUnfinished: limits.unfinishedJobs,
    ...(request.priority === undefined ? {} : { priority: priorityNumber(request.priority) }),
    ...(programId === undefined ? {} : { programId }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(key === undefined
      ? {}
      : { idempotency: { key, requestHash: Idempotency.hashRequest(c.req.path, fingerprint) } }),
  });
  if (created) {
    const sent = dispatcher.send(accepted);
    if (freezes) await sent;
  } else {
    c.header("idempotent-replayed", "true");
  }

  let job = accepted;
  const timeoutSeconds = waitSecondsOf(c);
  if (timeoutSeconds > 0) {
    c.header("preference-applied", `wait=${timeoutSeconds}`);
    job = await feed.settled({ workspaceId, jobId: job.id, timeoutSeconds, signal: c.req.raw.signal });
  }
  c.header("location", `/v1/jobs/${job.id}`);
  return c.json(Job.view(job), isFinalState(job.state) ? 200 : 202);
}

export const acceptanceHeaders = z.object({
  "idempotency-key": z.string().optional().meta({
    description:
      "A random value for each operation. Repeating a request with its key within a day gives the same job.",
  }),
  prefer: z.string().optional().meta({
    description: "`wait=N`: answer when the job has finished, or after N seconds (at most 25).",
    example: "wait=10",
  }),
});

export const acceptanceAnswers = {
  200: jsonAnswer(jobSchema, "The job has finished already: it was done before, or the caller waited."),
  202: jsonAnswer(jobSchema, "The job is queued or running."),
};

/** Of a request that starts a job and has no body. */
export const bodylessErrors = (...codes: Parameters<typeof errorAnswers>) =>
  errorAnswers(
    "auth.missing_key",
    "auth.invalid_key",
    "quota.exceeded",
    "idempotency.invalid_key",
    "idempotency.key_reused",
    ...codes,
  );

export const acceptanceErrors = (...codes: Parameters<typeof errorAnswers>) =>
  bodylessErrors("webhook.invalid_url", "webhook.private_address", "kind.unknown", ...BODY_ERRORS, ...codes);
