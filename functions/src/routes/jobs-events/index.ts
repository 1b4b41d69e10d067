/**
 * GET /v1/jobs/{id}/events: server-sent events, first those of the past and then as they come. `Last-Event-ID` goes on
 * after that sequence. The stream ends after the final event; before it only when the server wants the client to connect
 * again (it stops, or cannot hold a connection for long).
 */
import { createRoute } from "@hono/zod-openapi";
import { jobEventSchema } from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { jobIdOf, jobPath, lastEventIdOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { eventStream } from "./event-stream.ts";

const route = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/events",
  operationId: "followJob",
  tags: ["Jobs"],
  summary: "Follow a job",
  description:
    "Server-sent events: `id` is the sequence, `event` the type, `data` the event as JSON. Ends after the final event.",
  request: { params: jobPath },
  responses: {
    200: {
      description: "The events.",
      content: { "text/event-stream": { schema: jobEventSchema } },
    },
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "job.not_found", "request.invalid_parameter"),
  },
});

const HEARTBEAT_SECONDS = 15;

export function followJob(app: App, services: Services): void {
  const { db, feed, log, streamSeconds } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const jobId = jobIdOf(c);
    const afterSequence = lastEventIdOf(c);
    // Once the stream has begun it is too late for a 404.
    await Job.get(db, { workspaceId, jobId });
    const stop = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, stop.signal]);
    const stream = eventStream(feed.follow({ workspaceId, jobId, afterSequence, signal }), {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      limitSeconds: streamSeconds,
      stop: () => stop.abort(),
      onError: (error) =>
        log("warn", "event stream broke off", { requestId: c.get("requestId"), jobId, error }),
    });
    return c.body(stream, 200, {
      "content-type": "text/event-stream; charset=utf-8",
      // Proxies must neither keep nor collect what passes.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
  });
}
