/** Jobs and their events as the API shows them and webhooks carry them. */
import {
  type JobEvent,
  type JobRequest,
  type JobResult,
  type JobSummary,
  type Job as JobView,
  jobEventSchema,
  METHODS,
} from "@weightsmith/contract";
import type { JsonObject } from "../database/columns.ts";
import type { Job, StoredEvent } from "./row.ts";

export function summary(job: Job): JobSummary {
  return {
    id: job.id,
    type: job.type,
    kind: job.kind,
    state: job.state,
    request: inBrief(job.request),
    progress: job.progress,
    attempts: job.attempts,
    programId: job.programId,
    // While a job is tried again its last error is in the events; it has not failed.
    error: job.state === "failed" ? job.error : null,
    cancelRequested: job.cancelRequestedAt !== null,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    links: {
      self: `/v1/jobs/${job.id}`,
      events: `/v1/jobs/${job.id}/events`,
      program: job.state === "succeeded" && job.programId ? `/v1/programs/${job.programId}` : null,
    },
  };
}

export function view(job: Job): JobView {
  return { ...summary(job), result: job.result as JobResult | null };
}

/** The parts of a stored request that every kind has in some form. */
function inBrief(request: JsonObject): JobRequest {
  const { spec, description, prompt, examples, method, interpreter, model, seed, name, tags } = request;
  return {
    spec: text(spec) ?? text(description) ?? text(prompt) ?? sequence(request.terms) ?? trial(request),
    examples: Array.isArray(examples) ? examples.length : 0,
    method: METHODS.find((known) => known === method) ?? null,
    interpreter: text(interpreter) ?? text(model),
    seed: typeof seed === "number" ? seed : 0,
    name: text(name),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
    public: request.public === true,
  };
}

/** The beginning of an integer sequence, as people write one. */
function sequence(terms: unknown): string | null {
  if (!Array.isArray(terms) || terms.length === 0) return null;
  return `${terms.slice(0, 8).join(", ")}${terms.length > 8 ? ", …" : ""}`;
}

/** What an experiment tries. */
function trial({ model, task }: JsonObject): string | null {
  return text(model) !== null && text(task) !== null ? `${text(model)} on ${text(task)}` : text(task);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const eventView = (event: StoredEvent): JobEvent =>
  jobEventSchema.parse({
    ...event.data,
    type: event.type,
    sequence: event.sequence,
    time: event.createdAt.toISOString(),
  });
