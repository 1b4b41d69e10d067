/** POST /v1/examples: the model that this server was given writes more examples for a spec. */
import { createRoute } from "@hono/zod-openapi";
import { AppError, parseExampleWriting, writtenExamplesSchema } from "@weightsmith/contract";
import { Examples } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "post",
  path: "/v1/examples",
  operationId: "writeExamples",
  tags: ["Jobs"],
  summary: "Let a model write examples",
  description:
    "Each comes back marked as generated: a compile learns from it and measures nothing by it. Take the mark away from those that you have looked at. Needs an OpenAI-compatible service, set where this server runs.",
  request: { body: jsonBody("ExampleWriting") },
  responses: {
    200: jsonAnswer(writtenExamplesSchema, "The examples, none of them given before."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "model.unavailable", ...BODY_ERRORS),
  },
});

/** A gateway gives up after thirty. */
const WAIT_SECONDS = 25;

export function writeExamples(app: App, services: Services): void {
  const { exampleWriter: endpoint } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "create" }) }, async (c) => {
    const { spec, examples, count } = parseExampleWriting(await readJson(c));
    if (endpoint === undefined) {
      throw new AppError("model.unavailable", {
        message: "No model writes examples on this server.",
        remedy: "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a service of your own, where the server starts.",
      });
    }
    const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(WAIT_SECONDS * 1000)]);
    try {
      return c.json({ items: await Examples.write({ spec, given: examples, count, endpoint, signal }) }, 200);
    } catch (error) {
      if ((error as Error).name !== "TimeoutError") throw error;
      throw new AppError("model.unavailable", {
        message: `The model ${endpoint.model} did not answer within ${WAIT_SECONDS} seconds.`,
        remedy: "Ask for fewer examples, or try again.",
      });
    }
  });
}
