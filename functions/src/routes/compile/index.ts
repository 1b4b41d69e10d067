/** POST /v1/compile: spec and examples become a weight program; with the kind `specialist`, a corpus a specialist. */
import { createHash } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import {
  AppError,
  canonicalProgram,
  parseCompileRequest,
  programDeterminants,
  programIdFromSha256,
} from "@weightsmith/contract";
import { readJson } from "../../http/body.ts";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { jsonBody } from "../../http/openapi.ts";
import type { Interpreter, Services } from "../../services.ts";
import { acceptanceAnswers, acceptanceErrors, acceptanceHeaders, acceptJob } from "../accept-job.ts";
import { requireServed } from "../served-kinds.ts";
import { addSpecialist } from "../specialists/changes.ts";

const route = createRoute({
  method: "post",
  path: "/v1/compile",
  operationId: "compile",
  tags: ["Jobs"],
  summary: "Compile a program",
  description:
    "Queues the compilation of a spec and examples into a small weight program. The program's id is a hash of everything that determines it: the same request in the same workspace has succeeded at once. With the kind `specialist` and a name it queues what `POST /v1/specialists` queues.",
  request: { headers: acceptanceHeaders, body: jsonBody(["CompileRequest", "SpecialistRequest"]) },
  responses: {
    ...acceptanceAnswers,
    ...acceptanceErrors(
      "kind.unavailable",
      "spec.empty",
      "spec.too_long",
      "method.unknown",
      "interpreter.unknown",
      "examples.invalid",
      "examples.malformed_line",
      "examples.contradictory",
      "examples.too_few",
      "examples.too_many",
      "examples.too_long",
      "specialist.invalid_name",
      "specialist.exists",
      "specialist.not_ready",
      "corpus.missing",
      "corpus.empty",
    ),
  },
});

export function compile(app: App, services: Services): void {
  const { interpreters, compilerRevision, kinds } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "create" }) }, async (c) => {
    const body = await readJson(c);
    if (isForSpecialist(body)) return addSpecialist(c, services, body);
    const request = parseCompileRequest(body);
    requireServed(request.kind, kinds.compile);
    const interpreter = chosenInterpreter(request.interpreter, interpreters);
    const canonical = canonicalProgram(programDeterminants(request, interpreter, compilerRevision));
    const programId = programIdFromSha256(createHash("sha256").update(canonical).digest("hex"));
    return acceptJob(c, services, {
      type: "compile",
      request: { ...request, interpreter: interpreter.id },
      programId,
      // The id stands for spec and examples, which may be long.
      fingerprint: { ...request, spec: programId, examples: [] },
    });
  });
}

const isForSpecialist = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "kind" in body && body.kind === "specialist";

function chosenInterpreter(name: string | undefined, interpreters: readonly Interpreter[]): Interpreter {
  const chosen = name === undefined ? interpreters[0] : interpreters.find(({ id }) => id === name);
  if (chosen !== undefined) return chosen;
  const known = interpreters.map(({ id }) => id);
  throw new AppError("interpreter.unknown", {
    message:
      name === undefined
        ? "This server has no interpreter."
        : `There is no interpreter ${JSON.stringify(name.slice(0, 100))}; there ${known.length === 1 ? "is" : "are"} ${known.join(", ") || "none"}.`,
    context: { interpreters: known },
  });
}
