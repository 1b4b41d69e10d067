import type { JobState, JobType, WorkspaceId } from "@weightsmith/contract";
import { and, desc, eq } from "drizzle-orm";
import { after, pageOf } from "../database/cursor.ts";
import type { Database } from "../database/index.ts";
import { jobTable } from "./job.sql.ts";
import type { Job } from "./row.ts";

export interface ListQuery {
  readonly workspaceId: WorkspaceId;
  readonly type?: JobType;
  readonly state?: JobState;
  /** Default 20. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** Newest first. @throws AppError request.invalid_parameter for a cursor that is none */
export async function list(
  db: Database,
  query: ListQuery,
): Promise<{ items: Job[]; nextCursor: string | null }> {
  const { workspaceId, type, state, limit = 20, cursor } = query;
  const rows = await db.orm
    .select()
    .from(jobTable)
    .where(
      and(
        eq(jobTable.workspaceId, workspaceId),
        type && eq(jobTable.type, type),
        state && eq(jobTable.state, state),
        cursor === undefined ? undefined : after(jobTable.createdAt, jobTable.id, cursor),
      ),
    )
    .orderBy(desc(jobTable.createdAt), desc(jobTable.id))
    .limit(limit + 1);
  return pageOf(rows, limit);
}
