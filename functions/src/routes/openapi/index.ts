/** GET /openapi.json: the description of the API, made from the routes and the contract when it is first asked for. */

import { OpenAPIHono } from "@hono/zod-openapi";
import type { App } from "../../http/environment.ts";
import { jsonBody } from "../../http/openapi.ts";
import { componentSchemas, referenceTo } from "../../http/schemas.ts";

const INTRODUCTION = `Specs in, programs out: a specification and examples become a program with a measured held-out score.

Send your key as \`Authorization: Bearer wsk_…\` (or \`X-API-Key\`). Long work is a job: start it, then follow its events, poll it, or let a webhook tell you.
Every error has a code with a page of its own, says what was wrong and how to put it right, and carries the request id.
POST requests that start jobs take an \`Idempotency-Key\`, so that they can be repeated safely. \`X-RateLimit-*\` headers say how many requests are left.`;

export function openApiDocument(app: App, version: string) {
  const described = withReferences(app).getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Weightsmith",
      version,
      description: INTRODUCTION,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [
      { name: "Jobs", description: "Work that takes a while: started, followed, canceled." },
      { name: "Programs", description: "What jobs make: looked at, run, downloaded, published." },
      { name: "Hub", description: "Published programs, searched by anyone." },
      { name: "Leaderboard", description: "Tasks with hidden examples, and what programs score on them." },
      { name: "Session", description: "Being signed in on the page." },
      { name: "Aliases", description: "Names that point to programs and move, version by version." },
      { name: "Batches", description: "Many inputs at once: files of lines in, files of lines out." },
      { name: "Specialists", description: "Experts on a frozen generalist: added, deleted, written with." },
      { name: "Keys", description: "API keys of the workspace." },
      { name: "Service", description: "How the service is doing." },
    ],
  });
  return {
    ...described,
    webhooks: {
      jobFinished: {
        post: {
          summary: "A job has finished",
          description:
            "Posted to the request's `webhook.url`, signed with the workspace's secret as the Standard Webhooks specification says (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Tried again for about three days until the receiver answers 2xx; may come more than once with the same `webhook-id`.",
          requestBody: jsonBody("WebhookPayload"),
          responses: { "2XX": { description: "Received." } },
        },
      },
    },
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "Your API key, `wsk_…`." },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
  };
}

/** The same routes, with references in place of the schemas that are components. */
function withReferences(app: App): OpenAPIHono {
  const described = new OpenAPIHono();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const responses = Object.entries(definition.route.responses).map(([status, response]) => {
      if (!("content" in response) || response.content === undefined) return [status, response];
      const content = Object.entries(response.content).map(([type, media]) => {
        const reference = media !== undefined && "schema" in media ? referenceTo(media.schema) : undefined;
        return [type, reference === undefined ? media : { ...media, schema: reference }];
      });
      return [status, { ...response, content: Object.fromEntries(content) }];
    });
    described.openAPIRegistry.registerPath({ ...definition.route, responses: Object.fromEntries(responses) });
  }
  return described;
}

export function openapi(app: App, version: string): void {
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(openApiDocument(app, version));
    return c.body(text, 200, { "content-type": "application/json", "cache-control": "public, max-age=60" });
  });
}
