/**
 * GET /v1/programs/{id}/archive: the program's files as they are, from this server itself, for pages whose policy lets
 * them talk to nobody else. A browser asks each time whether it still may have it; the bytes travel once.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { Artifact, Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { sendFile } from "../file-answer.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/archive",
  operationId: "getProgramArchive",
  tags: ["Programs"],
  summary: "A program's files",
  description:
    "The `.tgz` itself, with an `ETag`; a redirect to it where it is too large to be answered with. To save a program use the download, which counts. Public programs need no key.",
  request: { params: programPath },
  responses: {
    200: {
      description: "The archive.",
      content: { "application/gzip": { schema: z.string().meta({ format: "binary" }) } },
    },
    304: { description: "It is the one that `If-None-Match` names." },
    ...errorAnswers("auth.invalid_key", "program.not_found", "artifact.not_found"),
  },
});

export function programArchive(app: App, services: Services): void {
  const { db, storage } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { id, artifactSha256 } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const tag = `"${artifactSha256}"`;
    c.header("etag", tag);
    c.header("cache-control", "private, no-cache");
    if (c.req.header("if-none-match") === tag) return c.body(null, 304);
    const bytes = await Artifact.get(storage, artifactSha256);
    return sendFile(c, services, { name: `${id}.tgz`, mediaType: "application/gzip", bytes });
  });
}
