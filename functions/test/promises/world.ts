/** What the cases of every theme share: a request, a case, and the world in which it is asked. */
import { type JobId, LIMITS, type ProgramId } from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import type { z } from "zod";
import { COMPILE, type TestServices } from "../api.ts";
import type { Ask, Channel } from "../transports.ts";

/** What the cases of one channel share. */
export interface World extends TestServices {
  readonly channel: Channel;
  readonly program: ProgramId;
  readonly finishedJob: JobId;
  /** A request with Ann's key; `body` is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same with a body of the caller's making. */
  send(ask: Ask): Promise<Response>;
}
export type Case = (world: World) => Promise<Response>;

/** By operation and status: a request that is answered so. */
export type Cases = Record<string, Record<number, Case>>;
/** By operation: the shape of a success. */
export type Bodies = Record<string, z.ZodType>;

export const NOBODY_PROGRAM = "0".repeat(20);
export const tooLarge = JSON.stringify({ spec: "x".repeat(LIMITS.bodyBytes) });
export const raw = (method: string, path: string, body: string, type = "application/json"): Case => {
  return (world) =>
    world.send({
      method,
      path,
      body,
      headers: { authorization: `Bearer ${world.ann.secret}`, "content-type": type },
    });
};

let specs = 0;
/** In the name or spec of what must be new each time. */
export const next = (): number => ++specs;
export const freshSpec = () => ({ ...COMPILE, spec: `${COMPILE.spec} ${next()}` });

export async function queuedJob({ services, ann }: World): Promise<JobId> {
  const request = { kind: "weights", ...freshSpec() };
  const { job } = await Job.create(services.db, {
    workspaceId: ann.workspaceId,
    type: "compile",
    kind: "weights",
    request,
  });
  return job.id;
}
