/**
 * GET /metrics, for Prometheus: requests of this process, and the jobs and queues that all processes share. Only in local
 * mode and where WEIGHTSMITH_METRICS_TOKEN is set and sent as a bearer token; elsewhere the path does not exist.
 */
import { timingSafeEqual } from "node:crypto";
import { AppError, type JobType } from "@weightsmith/contract";
import { Queue } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import type { RequestMetrics } from "../../metrics/measure.ts";
import { gauge } from "../../metrics/registry.ts";
import type { Services } from "../../services.ts";

export function metrics(app: App, services: Services, { durations }: RequestMetrics): void {
  const { localMode, metricsToken } = services;
  app.get("/metrics", async (c) => {
    const allowed =
      localMode || (metricsToken !== undefined && isBearer(c.req.header("authorization"), metricsToken));
    if (!allowed) throw new AppError("route.not_found");
    const parts = [durations.text(), await jobGauges(services), await queueGauges(services), processGauges()];
    return c.text(parts.join(""), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function jobGauges({ db }: Services): Promise<string> {
  const rows = await db.sql<{ type: string; state: string; count: number; oldest: number }>`
    select type, state, count(*)::int as count,
      coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
    from job where state in ('queued', 'running') group by type, state order by type, state`;
  return [
    gauge(
      "weightsmith_jobs",
      "Unfinished jobs.",
      rows.map(({ type, state, count }) => ({ labels: { type, state }, value: count })),
    ),
    gauge(
      "weightsmith_oldest_job_seconds",
      "Age of the oldest unfinished job.",
      rows.map(({ type, state, oldest }) => ({ labels: { type, state }, value: oldest })),
    ),
  ].join("");
}

async function queueGauges({ queues, log }: Services): Promise<string> {
  const values: { labels: Record<string, string>; value: number }[] = [];
  for (const [type, { url, deadLetterUrl }] of Object.entries(queues.urls) as [
    JobType,
    { url: string; deadLetterUrl: string },
  ][]) {
    try {
      const { waiting, delayed, inFlight } = await Queue.depth(queues, url);
      const dead = await Queue.depth(queues, deadLetterUrl);
      for (const [kind, value] of Object.entries({
        waiting,
        delayed,
        inFlight,
        dead: dead.waiting + dead.inFlight,
      })) {
        values.push({ labels: { type, kind }, value });
      }
    } catch (error) {
      log("warn", "queue out of reach", { type, error });
    }
  }
  return gauge("weightsmith_queue_messages", "Messages in the queues, about.", values);
}

function processGauges(): string {
  const { rss, heapUsed } = process.memoryUsage();
  return [
    gauge("process_resident_memory_bytes", "Resident memory.", [{ labels: {}, value: rss }]),
    gauge("nodejs_heap_used_bytes", "Used heap.", [{ labels: {}, value: heapUsed }]),
  ].join("");
}
