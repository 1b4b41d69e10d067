/** GET /v1/programs/{id}/download: sends the caller to the object store with a link that works for a short time. */
import { createRoute } from "@hono/zod-openapi";
import { Artifact, Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/download",
  operationId: "downloadProgram",
  tags: ["Programs"],
  summary: "Download a program",
  description: "Redirects to the program's files as a `.tgz`. Public programs need no key.",
  request: { params: programPath },
  responses: {
    302: { description: "The Location header is where the archive can be fetched, for fifteen minutes." },
    ...errorAnswers("auth.invalid_key", "program.not_found"),
  },
});

const LINK_SECONDS = 15 * 60;

export function downloadProgram(app: App, services: Services): void {
  const { db, storage } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { id, artifactSha256 } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const options = { expiresSeconds: LINK_SECONDS, fileName: `${id}.tgz` };
    return c.redirect(await Artifact.downloadUrl(storage, artifactSha256, options), 302);
  });
}
