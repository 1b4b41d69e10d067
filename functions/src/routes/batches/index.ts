/** /v1/batches: many inputs of one program or of many, answered in the background. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  batchListQuerySchema,
  batchPageSchema,
  batchResultsSchema,
  batchSchema,
  parseBatchRequest,
  requireBatchId,
  requireFileId,
} from "@weightsmith/contract";
import { Batch, Idempotency, Job, Webhook } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, type AppContext, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { idempotencyKeyOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { acceptanceHeaders } from "../accept-job.ts";
import { pageView } from "../files/index.ts";
import { requireServed } from "../served-kinds.ts";

const tags = ["Batches"];
const batchPath = z.object({ id: z.string().meta({ description: "`batch_…`" }) });
const reading = () => errorAnswers("auth.missing_key", "auth.invalid_key", "batch.not_found");

const createBatchRoute = createRoute({
  method: "post",
  path: "/v1/batches",
  operationId: "createBatch",
  tags,
  summary: "Start a batch",
  description:
    'Queues the answering of a file, one line after another. For the endpoint `/v1/programs/run` a line is `{"input": "…"}`, optionally with `custom_id` and `program`; for `/v1/chat/completions` and `/v1/completions` it is as OpenAI\'s batches have it. Lines that cannot be answered are in the error file; the others are not held up. Which program answers a line is looked up when it is reached.',
  request: {
    headers: acceptanceHeaders.pick({ "idempotency-key": true }),
    body: jsonBody("BatchRequest"),
  },
  responses: {
    200: jsonAnswer(batchSchema, "The batch is queued."),
    ...errorAnswers(
      "auth.missing_key",
      "auth.invalid_key",
      "file.not_found",
      "file.not_uploaded",
      "kind.unavailable",
      "quota.exceeded",
      "idempotency.invalid_key",
      "idempotency.key_reused",
      "webhook.invalid_url",
      "webhook.private_address",
      ...BODY_ERRORS,
    ),
  },
});

const listBatchesRoute = createRoute({
  method: "get",
  path: "/v1/batches",
  operationId: "listBatches",
  tags,
  summary: "List batches",
  description: "The workspace's batches, newest first.",
  request: { query: batchListQuerySchema },
  responses: {
    200: jsonAnswer(batchPageSchema, "One page of batches."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "request.invalid_parameter", "batch.not_found"),
  },
});

const getBatchRoute = createRoute({
  method: "get",
  path: "/v1/batches/{id}",
  operationId: "getBatch",
  tags,
  summary: "Look at a batch",
  request: { params: batchPath },
  responses: { 200: jsonAnswer(batchSchema, "The batch."), ...reading() },
});

const cancelBatchRoute = createRoute({
  method: "post",
  path: "/v1/batches/{id}/cancel",
  operationId: "cancelBatch",
  tags,
  summary: "Cancel a batch",
  description: "It stops within seconds; what is answered by then stays, at /results.",
  request: { params: batchPath },
  responses: {
    200: jsonAnswer(batchSchema, "The batch, canceled or about to be."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "batch.not_found", "job.already_finished"),
  },
});

const resultsRoute = createRoute({
  method: "get",
  path: "/v1/batches/{id}/results",
  operationId: "getBatchResults",
  tags,
  summary: "Results so far",
  description:
    "Links to what is answered so far, in order: pieces while the batch is under way and when it was stopped, whole files once it has completed.",
  request: { params: batchPath },
  responses: {
    200: jsonAnswer(batchResultsSchema, "Where results and errors can be fetched."),
    ...reading(),
  },
});

const LINK_SECONDS = 3600;

export function batches(app: App, services: Services): void {
  const { db, storage, dispatcher, freezes, limits, localMode, kinds } = services;
  const reads = { middleware: guard(services, { access: "key", bucket: "read" }) };
  const creates = { middleware: guard(services, { access: "key", bucket: "create" }) };
  const wanted = (c: AppContext) => ({
    workspaceId: callerOf(c).workspaceId,
    batchId: requireBatchId(c.req.param("id")!),
  });

  app.openapi({ ...createBatchRoute, ...creates }, async (c) => {
    const request = parseBatchRequest(await readJson(c));
    requireServed("batch", kinds.experiment);
    if (request.webhook) Webhook.checkTarget(request.webhook.url, { allowPrivate: localMode });
    const key = idempotencyKeyOf(c);
    const { job, created } = await Batch.start(db, storage, {
      workspaceId: callerOf(c).workspaceId,
      inputFileId: requireFileId(request.input_file_id),
      request,
      requestId: c.get("requestId"),
      traceparent: c.get("traceparent"),
      maxUnfinished: limits.unfinishedJobs,
      ...(key === undefined
        ? {}
        : { idempotency: { key, requestHash: Idempotency.hashRequest(c.req.path, request) } }),
    });
    if (created) {
      const sent = dispatcher.send(job);
      if (freezes) await sent;
    } else {
      c.header("idempotent-replayed", "true");
    }
    c.header("location", `/v1/batches/${Batch.view(job).id}`);
    return c.json(Batch.view(job), 200);
  });

  app.openapi({ ...listBatchesRoute, ...reads }, async (c) => {
    const { limit, after } = c.req.valid("query");
    const { items, more } = await Batch.list(db, {
      workspaceId: callerOf(c).workspaceId,
      limit,
      ...(after === undefined ? {} : { after: requireBatchId(after) }),
    });
    return c.json(pageView(items.map(Batch.view), more), 200);
  });

  app.openapi({ ...getBatchRoute, ...reads }, async (c) =>
    c.json(Batch.view(await Batch.get(db, wanted(c))), 200),
  );

  const writes = { middleware: guard(services, { access: "key", bucket: "write" }) };
  app.openapi({ ...cancelBatchRoute, ...writes }, async (c) => {
    const { id: jobId, workspaceId } = await Batch.get(db, wanted(c));
    return c.json(Batch.view(await Job.cancel(db, { workspaceId, jobId })), 200);
  });

  app.openapi({ ...resultsRoute, ...reads }, async (c) => {
    const job = await Batch.get(db, wanted(c));
    return c.json(await Batch.results(db, storage, job, { expiresSeconds: LINK_SECONDS }), 200);
  });
}
