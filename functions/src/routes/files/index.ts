/**
 * /v1/files: what batches read and write. A file is announced and its bytes then sent to the object store by a link; a
 * small one may come as a form, as OpenAI's clients send it.
 */
import { createRoute, z } from "@hono/zod-openapi";
import {
  AppError,
  fileDeletedSchema,
  fileListQuerySchema,
  fileNameSchema,
  filePageSchema,
  fileSchema,
  LIMITS,
  newFileSchema,
  parseFileRequest,
  requireFileId,
  type WorkspaceId,
} from "@weightsmith/contract";
import { File } from "@weightsmith/core";
import { isForm, readForm, readJson } from "../../http/body.ts";
import { type App, type AppContext, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const tags = ["Batches"];
const filePath = z.object({ id: z.string().meta({ description: "`file_…`" }) });
const reading = () => errorAnswers("auth.missing_key", "auth.invalid_key", "file.not_found");

const createFileRoute = createRoute({
  method: "post",
  path: "/v1/files",
  operationId: "createFile",
  tags,
  summary: "Upload a file",
  description: `Announce a file of up to ${LIMITS.uploadBytes / 1024 ** 3} GiB and PUT its bytes to the link in the answer. A file of up to ${LIMITS.formBytes / 1024 ** 2} MiB may also come as a form with \`file\` and \`purpose\`, as OpenAI's clients send it. Files are kept for thirty days.`,
  request: {
    body: {
      ...jsonBody("FileRequest"),
      content: {
        ...jsonBody("FileRequest").content,
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              file: { type: "string", format: "binary" },
              purpose: { type: "string", enum: ["batch"] },
            },
            required: ["file", "purpose"],
          },
        },
      },
    },
  },
  responses: {
    200: jsonAnswer(newFileSchema, "The file, and where to send its bytes unless they came along."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", ...BODY_ERRORS),
  },
});

const listFilesRoute = createRoute({
  method: "get",
  path: "/v1/files",
  operationId: "listFiles",
  tags,
  summary: "List files",
  description: "The workspace's files, newest first.",
  request: { query: fileListQuerySchema },
  responses: {
    200: jsonAnswer(filePageSchema, "One page of files."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "request.invalid_parameter"),
  },
});

const getFileRoute = createRoute({
  method: "get",
  path: "/v1/files/{id}",
  operationId: "getFile",
  tags,
  summary: "Look at a file",
  request: { params: filePath },
  responses: { 200: jsonAnswer(fileSchema, "The file."), ...reading() },
});

const deleteFileRoute = createRoute({
  method: "delete",
  path: "/v1/files/{id}",
  operationId: "deleteFile",
  tags,
  summary: "Delete a file",
  description: "It is gone for callers at once. A batch that still reads it fails.",
  request: { params: filePath },
  responses: { 200: jsonAnswer(fileDeletedSchema, "It is deleted."), ...reading() },
});

const contentRoute = createRoute({
  method: "get",
  path: "/v1/files/{id}/content",
  operationId: "downloadFile",
  tags,
  summary: "Download a file",
  request: { params: filePath },
  responses: {
    302: { description: "The Location header is where the bytes can be fetched, for an hour." },
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "file.not_found", "file.not_uploaded"),
  },
});

const LINK_SECONDS = 3600;

export function files(app: App, services: Services): void {
  const { db, storage } = services;
  const reads = { middleware: guard(services, { access: "key", bucket: "read" }) };
  const wanted = (c: AppContext) => ({
    workspaceId: callerOf(c).workspaceId,
    fileId: requireFileId(c.req.param("id")!),
  });

  const creates = guard(services, { access: "key", bucket: "create" });
  // Registered by hand: the body has two forms, and each is parsed with its own errors.
  app.openAPIRegistry.registerPath(createFileRoute);
  app.post("/v1/files", creates, async (c) => {
    const { workspaceId } = callerOf(c);
    if (isForm(c)) return c.json(File.view(await fileOfForm(c, services, workspaceId)), 200);
    const { filename: name, bytes: sizeBytes } = parseFileRequest(await readJson(c));
    const file = await File.create(db, { workspaceId, name, sizeBytes });
    const url = await File.uploadUrl(storage, file, { expiresSeconds: LINK_SECONDS });
    const expires_at = Math.floor(Date.now() / 1000) + LINK_SECONDS;
    return c.json({ ...File.view(file), upload: { method: "PUT" as const, url, expires_at } }, 200);
  });

  app.openapi({ ...listFilesRoute, ...reads }, async (c) => {
    const { limit, after, purpose } = c.req.valid("query");
    const { items, more } = await File.list(db, {
      workspaceId: callerOf(c).workspaceId,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(purpose === undefined ? {} : { purpose }),
    });
    return c.json(pageView(items.map(File.view), more), 200);
  });

  app.openapi({ ...getFileRoute, ...reads }, async (c) =>
    c.json(File.view(await File.get(db, wanted(c))), 200),
  );

  const writes = { middleware: guard(services, { access: "key", bucket: "write" }) };
  app.openapi({ ...deleteFileRoute, ...writes }, async (c) => {
    const { workspaceId, fileId } = wanted(c);
    await File.remove(db, { workspaceId, fileId });
    return c.json({ id: fileId, object: "file" as const, deleted: true as const }, 200);
  });

  app.openapi({ ...contentRoute, ...reads }, async (c) => {
    const file = await File.get(db, wanted(c));
    await File.requireUploaded(storage, file);
    return c.redirect(await File.downloadUrl(storage, file, { expiresSeconds: LINK_SECONDS }), 302);
  });
}

/** @throws AppError request.* */
async function fileOfForm(c: AppContext, { db, storage }: Services, workspaceId: WorkspaceId) {
  const form = await readForm(c);
  const content = form.get("file");
  if (content === null || typeof content === "string") {
    throw new AppError("request.missing_field", { message: "The form has no file in its field `file`." });
  }
  const purpose = form.get("purpose");
  if (purpose !== "batch") {
    throw new AppError("request.invalid", {
      message: "`purpose` must be batch: files are here for batches alone.",
    });
  }
  const name = fileNameSchema.safeParse(content.name);
  if (!name.success || content.size === 0) {
    throw new AppError("request.invalid", {
      message: name.success ? "The file is empty." : "The file has no usable name.",
    });
  }
  const file = await File.create(db, { workspaceId, name: name.data, sizeBytes: content.size });
  await File.putBytes(storage, file, new Uint8Array(await content.arrayBuffer()));
  return file;
}

/** Pages as OpenAI's clients turn them. */
export const pageView = <T extends { readonly id: string }>(data: T[], has_more: boolean) => ({
  object: "list" as const,
  data,
  first_id: data[0]?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more,
});
