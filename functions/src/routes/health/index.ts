/**
 * GET /health: 200 when every part that requests need answers, 503 when one does not; the body names it. GET /health/live
 * says the same but is always 200: the process answers.
 */
import { createRoute } from "@hono/zod-openapi";
import { type Health as HealthView, healthSchema } from "@weightsmith/contract";
import { Health } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const ready = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  tags: ["Service"],
  summary: "Readiness",
  description: "Needs no key. Also lists the interpreters and kinds that this server knows.",
  security: [],
  responses: {
    200: jsonAnswer(healthSchema, "Every part answers."),
    503: jsonAnswer(healthSchema, "A part does not answer; `parts` says which."),
  },
});

const live = createRoute({
  method: "get",
  path: "/health/live",
  operationId: "getLiveness",
  tags: ["Service"],
  summary: "Liveness",
  description: "The same as /health, but 200 even if a part is down: the process itself answers.",
  security: [],
  responses: { 200: jsonAnswer(healthSchema, "The process answers.") },
});

/** Many probes in a moment are one question to the database. */
const KEEP_MILLISECONDS = 500;

export function health(app: App, services: Services): void {
  const { version, interpreters, kinds } = services;
  let kept: { at: number; answer: Promise<Health.Readiness> } | undefined;
  const look = async (): Promise<HealthView> => {
    if (kept === undefined || performance.now() - kept.at > KEEP_MILLISECONDS) {
      kept = { at: performance.now(), answer: Health.readiness(services) };
    }
    const { ready, parts } = await kept.answer;
    return {
      live: true,
      ready,
      version,
      parts: { ...parts },
      interpreters: interpreters.map(({ id }) => id),
      writesExamples: services.exampleWriter !== undefined,
      kinds: {
        compile: [...kinds.compile],
        generate: [...kinds.generate],
        experiment: [...kinds.experiment],
      },
    };
  };
  app.openapi(ready, async (c) => {
    const health = await look();
    return c.json(health, health.ready ? 200 : 503);
  });
  app.openapi(live, async (c) => c.json(await look(), 200));
}
