/**
 * GET /v1/programs/{id}/download: sends the caller to the object store with a link that works for a short time. Callers
 * that accept JSON get the link itself: a page cannot follow a redirect to a place that its policy does not name, but it
 * can hand the link to the browser.
 */
import { createRoute } from "@hono/zod-openapi";
import { downloadLinkSchema } from "@weightsmith/contract";
import { Artifact, Program } from "@weightsmith/core";
import { accepts } from "hono/accepts";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/download",
  operationId: "downloadProgram",
  tags: ["Programs"],
  summary: "Download a program",
  description:
    "Redirects to the program's files as a `.tgz`, or names the link with `Accept: application/json`. Public programs need no key.",
  request: { params: programPath },
  responses: {
    200: jsonAnswer(downloadLinkSchema, "The link, for callers that accept JSON."),
    302: { description: "The Location header is where the archive can be fetched, for fifteen minutes." },
    ...errorAnswers("auth.invalid_key", "program.not_found"),
  },
});

const LINK_SECONDS = 15 * 60;

export function downloadProgram(app: App, services: Services): void {
  const { db, storage } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { id, workspaceId, artifactSha256 } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000).toISOString();
    const options = { expiresSeconds: LINK_SECONDS, fileName: `${id}.tgz` };
    const url = await Artifact.downloadUrl(storage, artifactSha256, options);
    await Program.countDownload(db, { workspaceId, programId: id });
    const form = accepts(c, {
      header: "Accept",
      supports: ["application/gzip", "application/json"],
      default: "application/gzip",
    });
    return form === "application/json" ? c.json({ url, expiresAt }, 200) : c.redirect(url, 302);
  });
}
