/** What a finished job does to the alias that its request named: moves it if the gate lets it, and says so in its result. */
import { AppError, type JobAlias, type ProgramId } from "@weightsmith/contract";
import * as Alias from "../alias/index.ts";
import type { Database, Queryable } from "../database/index.ts";
import { type Job, jobOf } from "./row.ts";

/** Within the transaction that ends the job. A gate that refuses does not fail the job: the program is made all the same. */
export async function publishMade(
  tx: Queryable,
  job: Pick<Job, "id" | "workspaceId">,
  name: string,
  programId: ProgramId,
): Promise<Job> {
  const { id, workspaceId } = job;
  const [workspace] = await tx<{ slug: string | null }>`select slug from workspace where id = ${workspaceId}`;
  const reference = `${Alias.userOf(workspaceId, workspace?.slug ?? null)}/${name}`;
  let alias: JobAlias;
  try {
    alias = { reference, ...(await Alias.publishWithin(tx, { workspaceId, name, programId })) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "alias.gate_refused") throw error;
    const current = error.context?.currentVersion;
    alias = {
      reference,
      version: typeof current === "number" ? current : null,
      action: "refused",
      reason: error.publicMessage,
    };
  }
  const [row] = await tx`
    update job set result = (coalesce(result::jsonb, '{}') || ${JSON.stringify({ alias })}::text::jsonb)::json
    where id = ${id} returning *`;
  return jobOf(row!);
}

/** For a job that was born succeeded because its program existed. */
export const publishKnown = (db: Database, job: Job, name: string, programId: ProgramId): Promise<Job> =>
  db.sql.begin((tx) => publishMade(tx, job, name, programId));
