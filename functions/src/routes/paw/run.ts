/** What PAW's clients ask of the process that has the interpreters in memory: answers, archives, base models. */
import { AppError, isProgramId, LIMITS } from "@weightsmith/contract";
import { Job, Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { Runs, Services } from "../../services.ts";
import { sendFile } from "../file-answer.ts";
import { namedProgram } from "../named-program.ts";
import { forward } from "../programs-run/forward.ts";
import { timeLimit } from "../programs-run/time-limit.ts";
import { visibleTo } from "../visible-program.ts";
import { parseInfer } from "./bodies.ts";
import { pawCaller } from "./caller.ts";

const RETRY_SECONDS = 2;

export function pawRun(app: App, services: Services): void {
  const { runs } = services;
  const reads = guard(services, { access: "anyone", bucket: "read" });
  if (runs === undefined || "forwardTo" in runs) {
    const pass = (c: AppContext) => {
      if (runs === undefined) throw new AppError("program.not_runnable");
      return forward(c, runs.forwardTo);
    };
    app.post("/api/v1/infer", pass);
    app.get("/api/v1/programs/:name{.+}/download", pass);
    app.get("/api/v1/models/runtimes/:runtime", pass);
    app.get("/api/v1/models/files/:file", pass);
    return;
  }
  app.post("/api/v1/infer", guard(services, { access: "anyone", bucket: "run" }), (c) =>
    infer(c, services, runs),
  );

  app.get("/api/v1/programs/:name{.+}/download", reads, async (c) => {
    const name = c.req.param("name") ?? "";
    const program = await orCompiling(c, services, name);
    if (program === undefined) {
      c.header("retry-after", String(RETRY_SECONDS));
      return c.json({ status: "compiling", program_id: name }, 202);
    }
    const { artifactSha256, id, workspaceId } = program;
    const bytes = await runs.paw({ artifactSha256 });
    await Program.countDownload(services.db, { workspaceId, programId: id });
    return sendFile(c, services, { name: `${id}.paw`, mediaType: "application/zip", bytes });
  });

  app.get("/api/v1/models/runtimes/:runtime", reads, async (c) => {
    const origin = c.req.header("x-forwarded-origin") ?? new URL(c.req.url).origin;
    const urlOf = (file: string) => `${origin}/api/v1/models/files/${file}`;
    return c.json(await runs.runtime(c.req.param("runtime"), urlOf));
  });

  app.get("/api/v1/models/files/:file", reads, async (c) => {
    const { file: name, bytes } = await runs.baseModel(c.req.param("file"));
    // The name has the hash of what is in it.
    c.header("cache-control", "public, max-age=31536000, immutable");
    return sendFile(c, services, { name, mediaType: "application/octet-stream", bytes });
  });
}

async function infer(c: AppContext, services: Services, runs: Runs): Promise<Response> {
  const { program_id, input, max_tokens, temperature } = parseInfer(await readJson(c));
  const program = await namedProgram(c, services, program_id);
  const { id, artifactSha256 } = program;
  const { interpreter } = Program.summary(program, undefined);
  const limit = timeLimit(services.runSeconds, c.req.raw.signal);
  const maxTokens = Math.min(max_tokens ?? LIMITS.answerTokens, LIMITS.answerTokens);
  const began = performance.now();
  const answer = await limit.hold(
    temperature && interpreter
      ? sampled(
          runs,
          { artifactSha256, interpreter: interpreter.id, input, temperature, maxTokens },
          limit.signal,
        )
      : runs
          .program({
            programId: id,
            artifactSha256,
            interpreter,
            inputs: [input],
            signal: limit.signal,
            maxTokens,
          })
          .then(({ answers }) => answers[0]!),
  );
  return c.json({
    output: answer.output,
    tokens_generated: answer.tokens,
    latency_ms: Math.round((performance.now() - began) * 10) / 10,
    program_id: id,
    finish_reason: answer.complete ? "stop" : "length",
  });
}

async function sampled(
  runs: Runs,
  call: {
    artifactSha256: string;
    interpreter: string;
    input: string;
    temperature: number;
    maxTokens: number;
  },
  signal: AbortSignal,
) {
  const { pieces } = await runs.text({
    program: { artifactSha256: call.artifactSha256 },
    interpreter: call.interpreter,
    prompt: { texts: [call.input] },
    count: 1,
    maxTokens: call.maxTokens,
    temperature: call.temperature,
    topP: 1,
    seed: Math.floor(Math.random() * 2 ** 31),
    stop: [],
    signal,
  });
  let [output, tokens, complete] = ["", 0, false];
  for await (const piece of pieces) {
    output += piece.text;
    tokens += piece.tokens;
    if (piece.finish !== undefined) complete = piece.finish === "stop";
  }
  return { output, tokens, complete };
}

/** undefined: it is being made. @throws AppError program.not_found, alias.not_found */
async function orCompiling(
  c: AppContext,
  services: Services,
  name: string,
): Promise<Program.Program | undefined> {
  const { db } = services;
  if (!isProgramId(name)) return namedProgram(c, services, name);
  const { workspaceId } = await pawCaller(c, services);
  try {
    return await Program.get(db, { ...visibleTo(c, name), workspaceId });
  } catch (error) {
    const missing = error instanceof AppError && error.code === "program.not_found";
    if (!missing) throw error;
    if ((await Job.makerOf(db, { workspaceId, programId: name })) === undefined) throw error;
    return undefined;
  }
}
