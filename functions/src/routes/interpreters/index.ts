/**
 * GET /v1/interpreters/{id} and its files: what a browser needs to run programs by itself. The address of a file holds the
 * hash of the interpreter, so what lies there never changes and is kept by every cache on the way.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { AppError, INTERPRETER_FILES, interpreterFilesSchema, sha256Schema } from "@weightsmith/contract";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";
import { sendFile } from "../file-answer.ts";
import { forward } from "../programs-run/forward.ts";

const list = createRoute({
  method: "get",
  path: "/v1/interpreters/{id}",
  operationId: "getInterpreterFiles",
  tags: ["Programs"],
  summary: "An interpreter's files",
  description: "What is needed to run programs without this server. Needs no key.",
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: jsonAnswer(interpreterFilesSchema, "The files with their sizes and hashes."),
    ...errorAnswers("auth.invalid_key", "interpreter.unknown", "program.not_runnable"),
  },
});

const file = createRoute({
  method: "get",
  path: "/v1/interpreters/{id}/{sha256}/{file}",
  operationId: "getInterpreterFile",
  tags: ["Programs"],
  summary: "A file of an interpreter",
  description: "It never changes. A redirect to it where it is too large to be answered with.",
  request: {
    params: z.object({ id: z.string(), sha256: sha256Schema, file: z.enum(INTERPRETER_FILES) }),
  },
  responses: {
    200: {
      description: "The file.",
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
    ...errorAnswers(
      "auth.invalid_key",
      "request.invalid_parameter",
      "interpreter.unknown",
      "program.not_runnable",
    ),
  },
});

export function interpreters(app: App, services: Services): void {
  const { runs } = services;
  const middleware = guard(services, { access: "anyone", bucket: "read" });
  const known = services.interpreters.map(({ id }) => id);
  const check = (id: string) => {
    if (!known.includes(id)) throw new AppError("interpreter.unknown", { context: { known } });
  };
  app.openapi({ ...list, middleware }, async (c) => {
    const { id } = c.req.valid("param");
    check(id);
    if (runs === undefined) throw new AppError("program.not_runnable");
    if ("forwardTo" in runs) return (await forward(c, runs.forwardTo)) as never;
    const { files, ...identity } = await runs.interpreterFiles(id);
    const shown = files.map(({ name, bytes, sha256 }) => ({ name, sha256, bytes: bytes.byteLength }));
    return c.json({ ...identity, files: shown }, 200);
  });
  app.openapi({ ...file, middleware }, async (c) => {
    const { id, sha256, file: name } = c.req.valid("param");
    check(id);
    if (runs === undefined) throw new AppError("program.not_runnable");
    if ("forwardTo" in runs) return forward(c, runs.forwardTo);
    const interpreter = await runs.interpreterFiles(id);
    const found = interpreter.files.find((each) => each.name === name);
    if (interpreter.sha256 !== sha256 || found === undefined) {
      throw new AppError("interpreter.unknown", {
        message: `There is no ${name} of the interpreter ${id} in the version ${sha256.slice(0, 12)}….`,
        remedy: `GET /v1/interpreters/${id} tells the version and the files that are here.`,
      });
    }
    c.header("cache-control", "public, max-age=31536000, immutable");
    const mediaType = name.endsWith(".json") ? "application/json" : "application/octet-stream";
    return sendFile(c, services, { name, mediaType, bytes: found.bytes });
  });
}
