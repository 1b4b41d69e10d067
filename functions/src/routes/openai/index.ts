/**
 * The OpenAI-compatible endpoints: `model` is a program, by id or alias, or an interpreter by its name. Their clients
 * work unchanged when they are given this server's address with /v1.
 */
import { AppError } from "@weightsmith/contract";
import { Program, Specialist } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { Interpreter, Services } from "../../services.ts";
import { namedProgram } from "../named-program.ts";
import { forward } from "../programs-run/forward.ts";
import { partsOf } from "../specialists/parts.ts";
import { type Asked, answer, type Target } from "./answer.ts";
import { askedOfChat } from "./chat.ts";
import { askedOfCompletion } from "./completion.ts";

export function openai(app: App, services: Services): void {
  models(app, services);
  openaiRuns(app, services);
}

/** The part that the process which runs programs answers. */
export function openaiRuns(app: App, services: Services): void {
  const { runs } = services;
  if (runs === undefined || "forwardTo" in runs) {
    const pass = (c: AppContext) => {
      if (runs === undefined) throw new AppError("program.not_runnable");
      return forward(c, runs.forwardTo);
    };
    app.post("/v1/chat/completions", pass);
    app.post("/v1/completions", pass);
    return;
  }
  const running = guard(services, { access: "anyone", bucket: "run" });
  const answering = (read: (body: unknown) => Asked) => async (c: AppContext) => {
    const asked = read(await readJson(c));
    return answer(c, runs, await target(c, services, asked.model), asked, services.runSeconds);
  };
  app.post("/v1/chat/completions", running, answering(askedOfChat));
  app.post("/v1/completions", running, answering(askedOfCompletion));
}

/** The name by which the caller's own mixture of specialists writes. */
const SPECIALISTS = "specialists";

/** @throws AppError model.unknown, auth.missing_key for an interpreter without a key */
async function target(c: AppContext, services: Services, name: string): Promise<Target> {
  if (name === SPECIALISTS) return { interpreter: name, mixture: await partsOf(c, services) };
  const interpreter = services.interpreters.find(({ id }) => id === name);
  if (interpreter !== undefined) return { interpreter: interpreter.id };
  const program = await findProgram(c, services, name);
  const own = Program.summary(program, undefined).interpreter;
  if (own === null) {
    throw new AppError("program.not_runnable", { message: `The program ${name} has no interpreter.` });
  }
  return { program: { artifactSha256: program.artifactSha256 }, interpreter: own.id };
}

async function findProgram(c: AppContext, services: Services, name: string): Promise<Program.Program> {
  try {
    return await namedProgram(c, services, name);
  } catch (error) {
    const unknown =
      error instanceof AppError && ["program.not_found", "alias.not_found"].includes(error.code);
    if (!unknown) throw error;
    throw new AppError("program.not_found", {
      message: `There is no model ${JSON.stringify(name.slice(0, 120))}: no program that you may see has this id or alias, and no interpreter this name.`,
      remedy: "List what there is with GET /v1/models.",
    });
  }
}

function models(app: App, services: Services): void {
  const { db, interpreters } = services;
  const reads = guard(services, { access: "anyone", bucket: "read" });
  const interpreterView = ({ id }: Interpreter) => ({
    id,
    object: "model",
    created: 0,
    owned_by: "weightsmith",
  });
  const mixtureView = { id: SPECIALISTS, object: "model", created: 0, owned_by: "weightsmith" };
  const programView = (program: Program.Program) => ({
    id: program.id,
    object: "model",
    created: Math.floor(program.createdAt.getTime() / 1000),
    owned_by: program.workspaceId,
  });

  app.get("/v1/models", reads, async (c) => {
    const workspaceId = c.get("caller")?.workspaceId;
    const own =
      workspaceId === undefined
        ? []
        : (await Program.list(db, { workspaceId, kind: "weights", limit: 100 })).items;
    const parts = workspaceId === undefined ? [] : await Specialist.list(db, workspaceId);
    const mixture = parts.length > 1 ? [mixtureView] : [];
    const data = [...interpreters.map(interpreterView), ...mixture, ...own.map(programView)];
    return c.json({ object: "list", data });
  });

  app.get("/v1/models/:model{.+}", reads, async (c) => {
    const name = c.req.param("model");
    if (name === SPECIALISTS) return c.json(mixtureView);
    const interpreter = interpreters.find(({ id }) => id === name);
    return c.json(
      interpreter ? interpreterView(interpreter) : programView(await findProgram(c, services, name)),
    );
  });
}
