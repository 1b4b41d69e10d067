/** Query, path and header parameters. */

import { z } from "@hono/zod-openapi";
import {
  AppError,
  type JobId,
  jobIdSchema,
  type KeyId,
  keyIdSchema,
  LIMITS,
  type ProgramId,
  programIdSchema,
  TASK_ID_PATTERN,
} from "@weightsmith/contract";
import type { AppContext } from "./environment.ts";

/** An id of the wrong form cannot exist, so it is answered like one that does not. */
export function jobIdOf(c: AppContext): JobId {
  const id = jobIdSchema.safeParse(c.req.param("id"));
  if (!id.success) throw new AppError("job.not_found");
  return id.data;
}

export function programIdOf(c: AppContext): ProgramId {
  const id = programIdSchema.safeParse(c.req.param("id"));
  if (!id.success) throw new AppError("program.not_found");
  return id.data;
}

export function keyIdOf(c: AppContext): KeyId {
  const id = keyIdSchema.safeParse(c.req.param("id"));
  if (!id.success) throw new AppError("key.not_found");
  return id.data;
}

/** What zod-openapi does with a query or header that does not fit its schema. */
export function refuseParameters(
  result: { success: true } | { success: false; error: z.core.$ZodError },
): void {
  if (result.success) return;
  const issue = result.error.issues[0]!;
  const unknown = issue.code === "unrecognized_keys";
  const name = (unknown ? (issue.keys[0] ?? "") : String(issue.path[0])).slice(0, 60);
  throw new AppError("request.invalid_parameter", {
    message: `The parameter \`${name}\` ${unknown ? "is not known" : `is unusable: ${issue.message}`}.`,
    context: { parameter: name },
  });
}

export const jobPath = z.object({ id: z.string().meta({ description: "`job_…`" }) });
export const programPath = z.object({ id: z.string().meta({ description: "20 hex digits." }) });
export function taskIdOf(c: AppContext): string {
  const id = c.req.param("id") ?? "";
  if (!TASK_ID_PATTERN.test(id)) throw new AppError("task.not_found");
  return id;
}

export const taskPath = z.object({ id: z.string().meta({ description: "Such as `file-extension`." }) });
export const entryPath = z.object({ id: z.string().meta({ description: "`ent_…`" }) });
export const aliasPath = z.object({
  name: z.string().meta({ description: "One of the workspace's own aliases." }),
});
export const keyPath = z.object({ id: z.string().meta({ description: "`key_…`" }) });

/** Seconds of `Prefer: wait=N` (RFC 7240), at most what the server allows; other preferences are ignored. */
export function waitSecondsOf(c: AppContext): number {
  const prefer = c.req.header("prefer");
  const wait =
    prefer === undefined ? undefined : /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i.exec(prefer)?.[1];
  return wait === undefined ? 0 : Math.min(Number(wait), LIMITS.waitSeconds);
}

/** @throws AppError idempotency.invalid_key */
export function idempotencyKeyOf(c: AppContext): string | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return undefined;
  if (
    key.length > LIMITS.idempotencyKeyCharacters ||
    !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key)
  ) {
    throw new AppError("idempotency.invalid_key");
  }
  return key;
}

/** The sequence after which an event stream goes on. @throws AppError request.invalid_parameter */
export function lastEventIdOf(c: AppContext): number {
  const id = c.req.header("last-event-id");
  if (id === undefined || id === "") return 0;
  if (/^\d{1,9}$/.test(id)) return Number(id);
  throw new AppError("request.invalid_parameter", {
    message: `The header Last-Event-ID is ${JSON.stringify(id.slice(0, 40))}; expected the number of an event.`,
    context: { parameter: "last-event-id" },
  });
}
