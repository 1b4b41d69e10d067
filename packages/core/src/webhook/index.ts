/**
 * Webhooks: what a finished job tells its owner's server, signed as the Standard Webhooks specification says. The
 * delivery is written with the job's end; this sends what is due, until the receiver answers 2xx or the tries are used up.
 * A receiver may get a message twice, with the same webhook-id.
 */
import type { JobId, WebhookMessageId, WebhookPayload, WorkspaceId } from "@weightsmith/contract";
import { and, desc, eq, type InferSelectModel } from "drizzle-orm";
import type { Database } from "../database/index.ts";
import { get } from "../job/create.ts";
import { summary } from "../job/view.ts";
import type { Log } from "../log.ts";
import { post } from "./post.ts";
import { webhookDeliveryTable } from "./webhook.sql.ts";

export { checkTarget, publicLookup } from "./target.ts";
export type Delivery = InferSelectModel<typeof webhookDeliveryTable>;

/** Seconds to wait after the first, second … failed try; after the last there is no other. About three days in all. */
export const RETRY_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

export interface DeliverySettings {
  /** Local mode: http, and addresses of private networks. */
  readonly allowPrivate: boolean;
  /** For one try. Default 10. */
  readonly timeoutSeconds?: number;
  /** How many are sent at once. Default 10. */
  readonly concurrency?: number;
  readonly retrySeconds?: readonly number[];
}

interface Due {
  readonly id: WebhookMessageId;
  readonly job_id: JobId;
  readonly url: string;
  readonly attempts: number;
  readonly workspace_id: Delivery["workspaceId"];
  readonly webhook_secret: string;
}

/**
 * Sends what is due now. Safe to run anywhere, any number of times at once: a delivery is taken by pushing its next try
 * behind this one's time limit, so that a process which dies while sending only delays it.
 * @returns how many tries were made
 */
export async function deliverDue(db: Database, settings: DeliverySettings, log: Log): Promise<number> {
  const { timeoutSeconds = 10, concurrency = 10 } = settings;
  let tries = 0;
  for (;;) {
    const due = await db.sql<Due>`
      update webhook_delivery d
      set attempts = attempts + 1,
        next_attempt_at = now() + make_interval(secs => ${2 * timeoutSeconds}::float8)
      from workspace w
      where w.id = d.workspace_id and d.id in (
        select id from webhook_delivery where next_attempt_at < now() + interval '1 millisecond'
        order by next_attempt_at limit ${concurrency} for update skip locked
      )
      returning d.id, d.job_id, d.url, d.attempts, d.workspace_id, w.webhook_secret`;
    await Promise.all(due.map((delivery) => deliver(db, delivery, { ...settings, timeoutSeconds }, log)));
    tries += due.length;
    if (due.length < concurrency) return tries;
  }
}

async function deliver(
  db: Database,
  due: Due,
  settings: DeliverySettings & { readonly timeoutSeconds: number },
  log: Log,
): Promise<void> {
  const { retrySeconds = RETRY_SECONDS } = settings;
  const sentAt = new Date();
  let status: number | null = null;
  let failure: string | null = null;
  try {
    const job = await get(db, { workspaceId: due.workspace_id, jobId: due.job_id });
    const payload: WebhookPayload = {
      type: `job.${job.state as "succeeded" | "failed" | "canceled"}`,
      timestamp: (job.finishedAt ?? sentAt).toISOString(),
      data: summary(job),
    };
    status = await post({ id: due.id, url: due.url, payload, secret: due.webhook_secret, sentAt }, settings);
    if (status < 200 || status > 299) failure = `answered ${status}`;
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const pause = retrySeconds[due.attempts - 1];
  // 410 Gone: the receiver asks for no more.
  const again = failure !== null && status !== 410 && pause !== undefined;
  await db.sql`
    update webhook_delivery set
      last_status = ${status}, last_error = ${failure},
      delivered_at = case when ${failure === null}::bool then now() end,
      next_attempt_at = case when ${again}::bool then now() + make_interval(secs => ${pause ?? 0}::float8) end
    where id = ${due.id}`;
  if (failure !== null) {
    log("warn", "webhook not delivered", {
      id: due.id,
      jobId: due.job_id,
      attempt: due.attempts,
      failure,
      again,
    });
  }
}

/** Of one job, newest first; none of another workspace's job. */
export async function listDeliveries(
  db: Database,
  { workspaceId, jobId }: { readonly workspaceId: WorkspaceId; readonly jobId: JobId },
): Promise<Delivery[]> {
  return db.orm
    .select()
    .from(webhookDeliveryTable)
    .where(and(eq(webhookDeliveryTable.workspaceId, workspaceId), eq(webhookDeliveryTable.jobId, jobId)))
    .orderBy(desc(webhookDeliveryTable.createdAt));
}
