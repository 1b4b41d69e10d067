/**
 * POST /v1/specialists/generate and /gates. The process that runs programs (run/) answers; the API's own process
 * forwards to it. No side effects.
 */
import { createRoute } from "@hono/zod-openapi";
import {
  AppError,
  parseBody,
  type SpecialistGenerate,
  specialistCompletionSchema,
  specialistGatesRequestSchema,
  specialistGatesSchema,
  specialistGenerateSchema,
  toAppError,
} from "@weightsmith/contract";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import type { MixtureRunner, SpecialistCompletionPiece } from "../../mixture-runner.ts";
import type { Services } from "../../services.ts";
import { forward } from "../programs-run/forward.ts";
import { partsOf } from "./parts.ts";

const tags = ["Specialists"];
const errors = errorAnswers(
  "auth.missing_key",
  "auth.invalid_key",
  "specialist.not_ready",
  "program.not_runnable",
  "run.input_too_long",
  ...BODY_ERRORS,
);

const generateRoute = createRoute({
  method: "post",
  path: "/v1/specialists/generate",
  operationId: "generateText",
  tags,
  summary: "Write text",
  description:
    "Goes on with a prompt. `[datascience]` in it hands what follows to that specialist, `[auto]` back to the gate. With `stream` the answer is server-sent events: `text` with `{text}`, then `done` with the whole answer.",
  request: { body: jsonBody("SpecialistGenerate") },
  responses: { 200: jsonAnswer(specialistCompletionSchema, "The completion."), ...errors },
});

const gatesRoute = createRoute({
  method: "post",
  path: "/v1/specialists/gates",
  operationId: "specialistGates",
  tags,
  summary: "Gate weights of a text",
  description: "How much each expert counts, for every layer and token.",
  request: { body: jsonBody("SpecialistGatesRequest") },
  responses: { 200: jsonAnswer(specialistGatesSchema, "The weights."), ...errors },
});

export function specialistWriting(app: App, services: Services): void {
  const { runs } = services;
  if (runs !== undefined && "forwardTo" in runs) {
    for (const route of [generateRoute, gatesRoute]) {
      app.openAPIRegistry.registerPath(route);
      app.post(route.getRoutingPath(), (c) => forward(c, runs.forwardTo));
    }
    return;
  }
  const guarded = { middleware: guard(services, { access: "key", bucket: "run" }) };
  const writer = (): MixtureRunner => {
    if (runs?.specialists === undefined) {
      throw new AppError("program.not_runnable", { message: "This server does not run specialists." });
    }
    return runs.specialists;
  };

  app.openapi({ ...generateRoute, ...guarded }, async (c) => {
    const request = parseBody(specialistGenerateSchema, await readJson(c));
    const parts = await partsOf(c, services);
    const began = performance.now();
    const pieces = writer().complete({ parts, request, signal: c.req.raw.signal });
    // The first piece tells what is wrong with the request, while there can still be a status for it.
    const first = await pieces.next();
    if (request.stream) return streamed(c, request, rest(first, pieces), began) as never;
    let text = "";
    for await (const piece of rest(first, pieces)) {
      text += piece.text;
      if (piece.end) return c.json(answer(request, text, piece.end, began), 200);
    }
    throw new Error("unreachable: a completion has an end");
  });

  app.openapi({ ...gatesRoute, ...guarded }, async (c) => {
    const { prompt, routing } = parseBody(specialistGatesRequestSchema, await readJson(c));
    const parts = await partsOf(c, services);
    return c.json(await writer().gates({ parts, prompt, routing }), 200);
  });
}

async function* rest(
  first: IteratorResult<SpecialistCompletionPiece>,
  pieces: AsyncIterator<SpecialistCompletionPiece>,
): AsyncGenerator<SpecialistCompletionPiece> {
  for (let next = first; !next.done; next = await pieces.next()) yield next.value;
}

const answer = (
  { prompt }: SpecialistGenerate,
  text: string,
  end: NonNullable<SpecialistCompletionPiece["end"]>,
  began: number,
) => ({
  prompt,
  completion: text,
  full_text: prompt + text,
  specialists: end.specialists,
  tokens: end.tokens,
  prompt_tokens: end.promptTokens,
  finish: end.finish,
  milliseconds: Math.round((performance.now() - began) * 10) / 10,
});

/** Server-sent events: pieces, then `done` or `error`. */
function streamed(
  c: AppContext,
  request: SpecialistGenerate,
  pieces: AsyncGenerator<SpecialistCompletionPiece>,
  began: number,
): Response {
  const encoder = new TextEncoder();
  let whole = "";
  const event = (name: string, data: unknown) =>
    encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value: piece, done } = await pieces.next();
        if (done || !piece) return controller.close();
        whole += piece.text;
        if (piece.text !== "") controller.enqueue(event("text", { text: piece.text }));
        if (piece.end) {
          controller.enqueue(event("done", answer(request, whole, piece.end, began)));
          controller.close();
        }
      } catch (error) {
        controller.enqueue(event("error", toAppError(error).toProblem()));
        controller.close();
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return c.body(body, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
}
