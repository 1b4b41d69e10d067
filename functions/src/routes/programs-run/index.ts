/**
 * POST /v1/programs/{id}/run. The process that can run programs (run/) answers; the API's own process forwards to it, as
 * the gateway does in the cloud. No side effects.
 */
import { createRoute } from "@hono/zod-openapi";
import {
  type Answer,
  AppError,
  parseRunRequest,
  type RunRequest,
  runResultSchema,
} from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import { streamSSE } from "hono/streaming";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { RunAnswer, RunCall, Runs, Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";
import { forward } from "./forward.ts";
import { timeLimit } from "./time-limit.ts";

const route = createRoute({
  method: "post",
  path: "/v1/programs/{id}/run",
  operationId: "runProgram",
  tags: ["Programs"],
  summary: "Run a program",
  description:
    "Answers a string with a string and a list with a list. With `details` or `abstainBelow` it also tells how sure it is of each answer; with `stream` it answers with server-sent events. Public programs need no key.",
  request: { params: programPath, body: jsonBody("RunRequest") },
  responses: {
    200: jsonAnswer(runResultSchema, "What the program answers."),
    ...errorAnswers(
      "auth.invalid_key",
      "program.not_found",
      "program.not_runnable",
      "interpreter.unavailable",
      "constraint.invalid",
      "run.input_too_long",
      "run.too_many_inputs",
      "run.timeout",
      ...BODY_ERRORS,
    ),
  },
});

export function runProgram(app: App, services: Services): void {
  const { runs, runSeconds } = services;
  if (runs !== undefined && "forwardTo" in runs) {
    app.openAPIRegistry.registerPath(route);
    app.post(route.getRoutingPath(), (c) => forward(c, runs.forwardTo));
    return;
  }
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "run" }) }, async (c) => {
    const programId = programIdOf(c);
    const request = parseRunRequest(await readJson(c));
    const program = await Program.get(services.db, visibleTo(c, programId));
    if (runs === undefined) throw new AppError("program.not_runnable");
    const { input, abstainBelow, constraint, maxTokens } = request;
    const inputs = typeof input === "string" ? [input] : input;
    const limit = timeLimit(runSeconds, c.req.raw.signal, { inputs: inputs.length });
    const call: RunCall = {
      programId,
      artifactSha256: program.artifactSha256,
      interpreter: Program.summary(program, undefined).interpreter,
      inputs,
      signal: limit.signal,
      constraint,
      maxTokens,
      scores: request.details || abstainBelow !== undefined,
    };
    // The schema describes the plain answer; a stream is another media type at the same status.
    if (request.stream) return streamed(c, runs, call, request) as never;
    const { answers, milliseconds } = await limit.hold(runs.program(call));
    return c.json(resultOf(request, answers, milliseconds), 200);
  });
}

const shown = (answer: RunAnswer, abstainBelow: number | undefined): Answer => {
  const { output, tokens, complete, confidence = null, logProbability = null } = answer;
  const abstained = abstainBelow !== undefined && (confidence ?? 1) < abstainBelow;
  return { output: abstained ? null : output, confidence, logProbability, tokens, complete, abstained };
};

function resultOf(request: RunRequest, answers: readonly RunAnswer[], milliseconds: number) {
  const all = answers.map((answer) => shown(answer, request.abstainBelow));
  const outputs = all.map(({ output }) => output);
  const detailed = request.details || request.abstainBelow !== undefined;
  return {
    output: typeof request.input === "string" ? outputs[0]! : outputs,
    ...(detailed ? { answers: all } : {}),
    milliseconds,
  };
}

/**
 * Events: `text` {index, text} as it is written, `answer` {index, …} for each input, and `result` as the plain answer
 * has it; `error` in its place if the run fails half-way. With `abstainBelow` no text comes before it is known whether
 * the program stands by it.
 */
function streamed(c: AppContext, runs: Runs, call: RunCall, request: RunRequest): Response {
  return streamSSE(
    c,
    async (stream) => {
      const began = performance.now();
      const answers: RunAnswer[] = [];
      const send = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) });
      for await (const piece of runs.stream(call)) {
        if ("answer" in piece) {
          answers[piece.index] = piece.answer;
          await send("answer", { index: piece.index, ...shown(piece.answer, request.abstainBelow) });
        } else if (request.abstainBelow === undefined) {
          await send("text", piece);
        }
      }
      await send("result", resultOf(request, answers, Math.round((performance.now() - began) * 10) / 10));
    },
    async (error, stream) => {
      const known = error instanceof AppError ? error : new AppError("internal.error", { cause: error });
      await stream.writeSSE({ event: "error", data: JSON.stringify({ error: known.toProblem() }) });
    },
  );
}
