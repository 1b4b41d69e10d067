/** What is posted to a webhook when a job has finished; headers as in the Standard Webhooks specification. */
import { z } from "zod";
import { jobSummarySchema } from "./job.ts";
import { timestampSchema } from "./page.ts";

export const webhookPayloadSchema = z
  .object({
    type: z.enum(["job.succeeded", "job.failed", "job.canceled"]),
    timestamp: timestampSchema,
    data: jobSummarySchema,
  })
  .meta({ id: "WebhookPayload" });
export type WebhookPayload = z.infer<typeof webhookPayloadSchema>;

export const webhookSecretSchema = z
  .object({ secret: z.string().meta({ description: "`whsec_` and base64." }) })
  .meta({ id: "WebhookSecret" });
export type WebhookSecret = z.infer<typeof webhookSecretSchema>;
