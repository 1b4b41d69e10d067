/**
 * POST /v1/programs/{id}/run. The process that can run programs (run/) answers; the API's own process forwards to it, as
 * the gateway does in the cloud. No side effects.
 */
import { createRoute } from "@hono/zod-openapi";
import { AppError, parseRunRequest, runResultSchema } from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { RunCall, RunProgram, Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";
import { forward } from "./forward.ts";

const route = createRoute({
  method: "post",
  path: "/v1/programs/{id}/run",
  operationId: "runProgram",
  tags: ["Programs"],
  summary: "Run a program",
  description: "Answers a string with a string and a list with a list. Public programs need no key.",
  request: { params: programPath, body: jsonBody("RunRequest") },
  responses: {
    200: jsonAnswer(runResultSchema, "What the program answers."),
    ...errorAnswers(
      "auth.invalid_key",
      "program.not_found",
      "program.not_runnable",
      "interpreter.unavailable",
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
    const { input } = parseRunRequest(await readJson(c));
    const program = await Program.get(services.db, visibleTo(c, programId));
    if (runs === undefined) throw new AppError("program.not_runnable");
    const inputs = typeof input === "string" ? [input] : input;
    const { outputs, milliseconds } = await withTimeLimit(runs.program, runSeconds, {
      programId,
      artifactSha256: program.artifactSha256,
      interpreter: Program.summary(program, undefined).interpreter,
      inputs,
      signal: c.req.raw.signal,
    });
    return c.json({ output: typeof input === "string" ? outputs[0]! : outputs, milliseconds }, 200);
  });
}

async function withTimeLimit(run: RunProgram, seconds: number, call: RunCall): ReturnType<RunProgram> {
  const limit = AbortSignal.timeout(seconds * 1000);
  try {
    return await run({ ...call, signal: AbortSignal.any([call.signal, limit]) });
  } catch (error) {
    if (!limit.aborted || error instanceof AppError) throw error;
    throw new AppError("run.timeout", {
      message: `The program did not answer within ${seconds} seconds.`,
      context: { inputs: call.inputs.length },
      cause: error,
    });
  }
}
