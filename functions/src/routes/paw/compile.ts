/** Compiling as PAW's clients ask for it: at once, in the background, looked at, given up, and asked about beforehand. */
import { AppError, isFinalState, parseAliasReference } from "@weightsmith/contract";
import { Account, Alias, Job, Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { jobIdOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { requireServed } from "../served-kinds.ts";
import { type CompileBody, parseCompile, parsePrecheck } from "./bodies.ts";
import { type PawCaller, pawCaller, requireKey } from "./caller.ts";
import { COMPILER_KIND, planCompile } from "./compilers.ts";
import { jobView } from "./views.ts";

/** Clients wait 120 seconds for the answer; a function behind a gateway has less. */
const WAIT_SECONDS = { server: 110, function: 24 } as const;

export function pawCompile(app: App, services: Services): void {
  const { db, feed, freezes } = services;
  const creates = guard(services, { access: "anyone", bucket: "create" });
  const reads = guard(services, { access: "anyone", bucket: "read" });
  const writes = guard(services, { access: "anyone", bucket: "write" });

  app.post("/api/v1/compile", creates, async (c) => {
    const caller = await pawCaller(c, services);
    const { job, cached } = await start(c, services, caller, parseCompile(await readJson(c)));
    const finished = await feed.settled({
      workspaceId: caller.workspaceId,
      jobId: job.id,
      timeoutSeconds: freezes ? WAIT_SECONDS.function : WAIT_SECONDS.server,
      signal: c.req.raw.signal,
    });
    return c.json(await jobView(finished, services, cached), isFinalState(finished.state) ? 200 : 202);
  });

  app.post("/api/v1/compile/precheck", reads, async (c) => {
    const { workspaceId } = await pawCaller(c, services);
    const { programId, snapshot } = planCompile(services, parsePrecheck(await readJson(c)));
    const found = await Program.get(db, { workspaceId, programId }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "program.not_found") return undefined;
      throw error;
    });
    const { queued, secondsEach } = await Job.outlook(db, "compile");
    return c.json({
      cached: found?.workspaceId === workspaceId,
      program_id: programId,
      compiler_snapshot: snapshot,
      compiler_kind: COMPILER_KIND,
      queue_length: queued,
      estimated_wait_s: Math.ceil((queued + 1) * (secondsEach ?? 0)),
    });
  });

  app.post("/api/v1/compile/async", creates, async (c) => {
    const caller = await pawCaller(c, services);
    const { job, cached } = await start(c, services, caller, parseCompile(await readJson(c)));
    return c.json(await jobView(job, services, cached), 202);
  });

  app.get("/api/v1/compile/:id", reads, async (c) => {
    const { workspaceId } = await pawCaller(c, services);
    return c.json(await jobView(await Job.get(db, { workspaceId, jobId: jobIdOf(c) }), services, false));
  });

  app.delete("/api/v1/compile/:id", writes, async (c) => {
    const { workspaceId } = await pawCaller(c, services);
    const jobId = jobIdOf(c);
    const job = await Job.get(db, { workspaceId, jobId });
    if (job.state === "running") {
      throw new AppError("job.already_finished", {
        message: "The job has started and cannot be cancelled here any more.",
        remedy: "Wait for it, or cancel it with DELETE /v1/jobs/{id}, which also stops running jobs.",
      });
    }
    await Job.cancel(db, { workspaceId, jobId });
    return c.json({ job_id: jobId, status: "cancelled" });
  });
}

/** Side effects: a job, and its message to the queue. */
async function start(c: AppContext, services: Services, caller: PawCaller, body: CompileBody) {
  const { db, dispatcher, freezes, kinds, limits } = services;
  const { workspaceId, anonymous } = caller;
  requireServed("weights", kinds.compile);
  if (body.public === false || body.ephemeral === true) requireKey(caller, "A program that is not public");
  if (body.slug != null) requireKey(caller, "A slug");
  const alias = body.slug == null ? undefined : await ownAlias(services, caller, body.slug);
  const { request, programId, interpreter } = planCompile(services, body, alias);
  const created = await Job.create(db, {
    workspaceId,
    type: "compile",
    kind: "weights",
    request: { ...request, interpreter: interpreter.id },
    requestId: c.get("requestId"),
    // Those without a key share one workspace, and with it what it may have going on.
    maxUnfinished: anonymous ? Math.min(20, limits.unfinishedJobs) : limits.unfinishedJobs,
    programId,
  });
  const cached = created.job.state === "succeeded";
  if (cached && alias !== undefined) {
    return { job: await Job.publishKnown(db, created.job, alias, programId), cached };
  }
  if (!cached) {
    const sent = dispatcher.send(created.job);
    if (freezes) await sent;
  }
  return { job: created.job, cached };
}

/** The name of a slug, if its user is the caller. @throws AppError alias.invalid_name, alias.not_found */
export async function ownAlias({ db }: Services, { workspaceId }: PawCaller, slug: string): Promise<string> {
  const { user, name, version } = parseAliasReference(slug);
  if (version !== undefined) {
    throw new AppError("alias.invalid_name", {
      message: `A version is made by publishing, not by naming it: write ${slug.replace(/@.*$/, "")}.`,
    });
  }
  if (user !== undefined) {
    const own = Alias.userOf(workspaceId, (await Account.workspace(db, workspaceId)).slug);
    if (user !== own) {
      throw new AppError("alias.not_found", {
        message: `${user} is somebody else's name; yours is ${own}.`,
      });
    }
  }
  return name;
}
