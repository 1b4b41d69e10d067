/** What travels through the queue: the job's id and nothing else. The job itself is in Postgres. */
import { z } from "zod";
import { jobIdSchema } from "./ids.ts";

/** Not strict: an older worker must be able to read a newer message. */
export const queueMessageSchema = z.object({
  jobId: jobIdSchema,
  requestId: z
    .string()
    .optional()
    .meta({ description: "The HTTP request that started the job, for the logs." }),
  traceparent: z
    .string()
    .optional()
    .meta({ description: "The span that asked for the job, as W3C Trace Context writes it." }),
});
export type QueueMessage = z.infer<typeof queueMessageSchema>;
