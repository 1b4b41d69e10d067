/**
 * How many unfinished jobs a workspace has, remembered for a moment. Counting thousands of rows for each job that is
 * accepted would cost more than accepting it; as long as the last count was far from the limit, it need not be repeated.
 * Near the limit every job is counted.
 */
import type { WorkspaceId } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";

const FRESH_MS = 1000;
/** Counting so few costs nothing. */
const SMALL_LIMIT = 100;
const MOST_WORKSPACES = 10_000;

interface Count {
  unfinished: number;
  readonly countedAt: number;
}

const counts = new WeakMap<Database, Map<WorkspaceId, Count>>();

/** Whether the limit need not be checked this time. Expects that a job is added if so. */
export function isFarFromLimit(db: Database, workspaceId: WorkspaceId, limit: number): boolean {
  const count = counts.get(db)?.get(workspaceId);
  if (!count || limit <= SMALL_LIMIT || performance.now() - count.countedAt > FRESH_MS) return false;
  return ++count.unfinished < limit / 2;
}

export function remember(db: Database, workspaceId: WorkspaceId, unfinished: number): void {
  const known = counts.get(db) ?? new Map<WorkspaceId, Count>();
  counts.set(db, known);
  if (known.size >= MOST_WORKSPACES) known.clear();
  known.set(workspaceId, { unfinished, countedAt: performance.now() });
}
