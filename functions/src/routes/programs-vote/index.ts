/** PUT /v1/programs/{id}/vote: the workspace's vote on a program. Repeating it changes nothing. */
import { createRoute } from "@hono/zod-openapi";
import { parseVoteRequest, votesSchema } from "@weightsmith/contract";
import { Feedback, Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "put",
  path: "/v1/programs/{id}/vote",
  operationId: "voteProgram",
  tags: ["Programs"],
  summary: "Vote on a program",
  request: { params: programPath, body: jsonBody("VoteRequest") },
  responses: {
    200: jsonAnswer(votesSchema, "The votes as they are now."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "program.not_found", ...BODY_ERRORS),
  },
});

export function voteProgram(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { id: programId } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const { value } = parseVoteRequest(await readJson(c));
    await Feedback.vote(db, { programId, workspaceId }, value);
    return c.json(await Feedback.votes(db, programId, workspaceId), 200);
  });
}
