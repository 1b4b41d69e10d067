/**
 * What happens to a job, in order. Sequences of a job start at 1 and have no gaps, so that a reader who lost the
 * connection goes on after the last one it saw. `succeeded`, `failed` and `canceled` are final: nothing follows them.
 */
import { z } from "zod";
import { problemSchema } from "./error.ts";
import { programIdSchema } from "./ids.ts";
import { timestampSchema } from "./page.ts";

export const progressSchema = z
  .object({
    phase: z.string().meta({ description: "What is being done, such as `train` or `evaluate`." }),
    done: z.number().min(0),
    total: z.number().min(0).nullable().meta({ description: "null while it is not known." }),
    metrics: z.record(z.string(), z.number()).meta({ description: "Such as `loss`." }),
  })
  .meta({ id: "Progress" });
export type Progress = z.infer<typeof progressSchema>;

/** What each type of event says besides its sequence and time. */
const bodies = {
  queued: z.object({
    type: z.literal("queued"),
    attempt: z.int().min(1).meta({ description: "The attempt it waits for; above 1 it is tried again." }),
  }),
  started: z.object({
    type: z.literal("started"),
    attempt: z.int().min(1),
    worker: z.string(),
    device: z.string().nullable(),
  }),
  progress: progressSchema.extend({ type: z.literal("progress") }),
  log: z.object({ type: z.literal("log"), level: z.enum(["info", "warn", "error"]), message: z.string() }),
  checkpoint: z.object({ type: z.literal("checkpoint"), step: z.int().min(0) }),
  succeeded: z.object({ type: z.literal("succeeded"), programId: programIdSchema.nullable() }),
  failed: z.object({ type: z.literal("failed"), error: problemSchema }),
  canceled: z.object({ type: z.literal("canceled") }),
} as const;

/** What a worker reports; sequence and time are given when it is stored. */
export const jobEventBodySchema = z.discriminatedUnion("type", [
  bodies.queued,
  bodies.started,
  bodies.progress,
  bodies.log,
  bodies.checkpoint,
  bodies.succeeded,
  bodies.failed,
  bodies.canceled,
]);
export type JobEventBody = z.infer<typeof jobEventBodySchema>;

const stamp = { sequence: z.int().min(1), time: timestampSchema };

export const jobEventSchema = z
  .discriminatedUnion("type", [
    bodies.queued.extend(stamp),
    bodies.started.extend(stamp),
    bodies.progress.extend(stamp),
    bodies.log.extend(stamp),
    bodies.checkpoint.extend(stamp),
    bodies.succeeded.extend(stamp),
    bodies.failed.extend(stamp),
    bodies.canceled.extend(stamp),
  ])
  .meta({ id: "JobEvent" });
export type JobEvent = z.infer<typeof jobEventSchema>;
export type JobEventType = JobEvent["type"];

export const isFinalEvent = (event: { readonly type: JobEventType }): boolean =>
  event.type === "succeeded" || event.type === "failed" || event.type === "canceled";
