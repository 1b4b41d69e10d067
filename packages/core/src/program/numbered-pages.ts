/** Lists of programs by page number, for clients that count pages. `list` has cursors, which neither skip nor repeat. */
import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import { get, type Program } from "./index.ts";

export const PAGE_ORDERS = ["recent", "votes", "score"] as const;
export type PageOrder = (typeof PAGE_ORDERS)[number];

export interface PageQuery {
  /** Whose; undefined: everybody's public ones. */
  readonly workspaceId?: WorkspaceId | undefined;
  readonly query?: string | undefined;
  readonly tag?: string | undefined;
  readonly order: PageOrder;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

export async function numberedPage(
  db: Database,
  { workspaceId, query = "", tag, order, page, perPage }: PageQuery,
): Promise<{ items: Program[]; total: number }> {
  const own = workspaceId ?? null;
  const patterns = query
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
  const rows = await db.sql<{ id: ProgramId; workspace_id: WorkspaceId; total: number }>`
    select p.id, p.workspace_id, count(*) over ()::int as total
    from program p
    where p.removed_at is null
      and case when ${own}::text is null then p.public else p.workspace_id = ${own}::text end
      and (${tag ?? null}::text is null or p.tags @> array[${tag ?? null}::text])
      and not exists (
        select from unnest(${patterns}::text[]) as word
        where coalesce(p.name, '') || ' ' || p.spec || ' ' || array_to_string(p.tags, ' ') not ilike word
      )
    order by
      case when ${order} = 'votes' then (
        select coalesce(sum(v.value), 0) from program_vote v where v.program_id = p.id
      ) end desc nulls last,
      case when ${order} = 'score' then p.held_out_exact_match end desc nulls last,
      p.created_at desc, p.id desc
    limit ${perPage} offset ${(page - 1) * perPage}`;
  const items = await Promise.all(
    rows.map(({ id, workspace_id }) => get(db, { programId: id, workspaceId: workspace_id })),
  );
  return { items, total: rows[0]?.total ?? 0 };
}
