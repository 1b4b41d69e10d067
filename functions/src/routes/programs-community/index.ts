/** GET /v1/programs/{id}/community */
import { createRoute } from "@hono/zod-openapi";
import { communitySchema } from "@weightsmith/contract";
import { Alias, Feedback, Leaderboard, Lineage, Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/community",
  operationId: "getCommunity",
  tags: ["Hub"],
  summary: "What others made of a program",
  description: "Votes, relatives, names and places on the leaderboard. Public programs need no key.",
  request: { params: programPath },
  responses: {
    200: jsonAnswer(communitySchema, "Votes, forks and places."),
    ...errorAnswers("auth.invalid_key", "program.not_found"),
  },
});

export function getCommunity(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { db } = services;
    const viewer = c.get("caller")?.workspaceId;
    const { id: programId, workspaceId } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const [votes, { parents, forks }, forkedByOthers, entries, named] = await Promise.all([
      Feedback.votes(db, programId, viewer),
      Lineage.relatives(db, programId, viewer),
      Lineage.forkedByOthers(db, { workspaceId, programId }),
      Leaderboard.places(db, { workspaceId, programId }),
      Alias.containing(db, programId, viewer),
    ]);
    const aliases = named
      .map((alias) => Alias.summary(alias, viewer))
      .map(({ reference, name, own }) => ({ reference, name, own }));
    return c.json({ votes, parents, forks, forkedByOthers, aliases, entries }, 200);
  });
}
