/**
 * The hub: published programs, found by words, kind, tag and score. A word is found as it is written, by its stem, and the
 * last one also by its beginning, so that results come while somebody types.
 *
 * Ranking every row that has a common word would read most of the table. So only `RANKED` matches are ranked, the newest
 * ones or, where a least score is asked for, those that score best: for a rare word these are all of them, and the planner
 * finds them through the GIN index; for a common one it walks the index by date or by score and stops early. The dearest
 * words are those between: walking reads RANKED / s rows, where a share s of all rows N matches, the GIN index s · N; with
 * both equal, √(RANKED · N) rows are read, 4,500 of a hundred thousand.
 */
import {
  AppError,
  type HubProgram,
  type HubReport,
  type HubSort,
  type ProgramId,
  type ProgramKind,
  type WorkspaceId,
} from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { type Database, decode } from "../database/index.ts";
import * as Program from "../program/index.ts";
import { programTable } from "../program/program.sql.ts";

const RANKED = 200;

export interface SearchQuery {
  readonly words?: string;
  readonly kind?: ProgramKind;
  readonly tag?: string;
  readonly minScore?: number;
  readonly sort?: HubSort;
  /** Default 20. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Found {
  readonly program: Program.Program;
  readonly publisher: string;
}

/** @throws AppError request.invalid_parameter for a cursor that is none */
export async function search(
  db: Database,
  query: SearchQuery,
): Promise<{ items: Found[]; nextCursor: string | null }> {
  const { limit = 20 } = query;
  const terms = termsOf(query.words ?? "");
  const asked = query.sort ?? "relevance";
  // Without words nothing is more relevant than anything else.
  const sort = terms.length === 0 && asked === "relevance" ? "newest" : asked;
  const offset = offsetOf(query.cursor);
  const tsquery = terms.length > 0 ? await tsqueryOf(db, terms) : undefined;
  const rows = await pageOfIds(db, { ...query, sort, limit: limit + 1, offset }, tsquery);
  const items = await readAll(db, rows.slice(0, limit));
  const more = rows.length > limit && offset + limit < RANKED;
  return { items, nextCursor: more ? cursorOf(offset + limit) : null };
}

interface Key extends Record<string, unknown> {
  readonly workspace_id: WorkspaceId;
  readonly id: ProgramId;
}

/**
 * Through drizzle, whose statements have no name: each is planned with the values it is asked for, so that the planner
 * knows a rare word from a common one.
 */
async function pageOfIds(
  db: Database,
  query: SearchQuery & { readonly sort: HubSort; readonly offset: number; readonly limit: number },
  tsquery: string | undefined,
): Promise<readonly Key[]> {
  const { kind, tag, minScore, sort, limit, offset } = query;
  const conditions = sql.join(
    [
      sql`public and removed_at is null`,
      // The cheapest first: Postgres asks them of a row in this order, and most rows fail the first.
      ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
      ...(minScore === undefined ? [] : [sql`held_out_exact_match >= ${minScore}`]),
      ...(tag === undefined ? [] : [sql`tags @> array[${tag}::text]`]),
      ...(tsquery === undefined ? [] : [sql`search @@ ${tsquery}::tsquery`]),
    ],
    sql` and `,
  );
  const page = sql`limit ${limit} offset ${offset}`;
  const statement = (() => {
    switch (sort) {
      case "score":
        return sql`select workspace_id, id from program where ${conditions}
          order by held_out_exact_match desc nulls last, id ${page}`;
      case "downloads":
        return sql`select workspace_id, id from program where ${conditions} order by downloads desc nulls last, id ${page}`;
      case "newest":
        return sql`select workspace_id, id from program where ${conditions} order by created_at desc, id desc ${page}`;
      case "relevance":
        return sql`
          with candidate as (
            select workspace_id, id, search, held_out_exact_match, created_at from program
            where ${conditions} order by ${
              minScore === undefined
                ? sql`created_at desc, id desc`
                : sql`held_out_exact_match desc nulls last, id`
            } limit ${RANKED}
          )
          select workspace_id, id from candidate
          order by ts_rank('{0.1, 0.2, 0.4, 1}', search, ${tsquery ?? ""}::tsquery, 1)
            * (0.5 + 0.5 * coalesce(held_out_exact_match, 0.5)) desc, created_at desc, id ${page}`;
      default:
        return sort satisfies never;
    }
  })();
  return (await db.orm.execute<Key>(statement)).rows;
}

/** The whole rows of a page, in its order. Reports are long: they are read for these rows and no others. */
async function readAll(db: Database, keys: readonly Key[]): Promise<Found[]> {
  if (keys.length === 0) return [];
  const rows = await db.sql`
    select p.*, a.size_bytes as artifact_bytes, coalesce(w.slug, w.name) as publisher
    from unnest(${keys.map(({ workspace_id }) => workspace_id)}::text[], ${keys.map(({ id }) => id)}::text[])
      with ordinality as k (workspace_id, id, n)
    join program p on p.workspace_id = k.workspace_id and p.id = k.id
    join artifact a on a.sha256 = p.artifact_sha256
    join workspace w on w.id = p.workspace_id
    order by k.n`;
  return rows.map((row) => ({
    program: { ...decode(programTable, row), artifactBytes: Number(row.artifact_bytes) },
    publisher: row.publisher,
  }));
}

/** As the API shows it. */
export const view = ({ program, publisher }: Found, viewer: WorkspaceId | undefined): HubProgram => ({
  ...Program.summary(program, viewer),
  publisher,
});

/** The tags of published programs, the most used first. */
export async function tags(db: Database, { limit = 40 } = {}): Promise<{ tag: string; programs: number }[]> {
  const rows = await db.sql<{ tag: string; programs: number }>`
    select tag, count(*)::int as programs
    from (select tags from program where public and removed_at is null order by created_at desc limit 5000) newest,
      unnest(tags) as tag
    group by tag order by programs desc, tag limit ${limit}`;
  return [...rows];
}

/** One report a workspace and program; a later one replaces it. @throws AppError program.not_found */
export async function report(
  db: Database,
  {
    workspaceId,
    programId,
    reason,
    note,
  }: HubReport & { readonly workspaceId: WorkspaceId; readonly programId: ProgramId },
): Promise<void> {
  const saved = await db.sql`
    insert into program_report (program_id, workspace_id, reason, note)
    select ${programId}, ${workspaceId}, ${reason}, ${note}
    where exists (select from program where id = ${programId} and public and removed_at is null)
    on conflict (program_id, workspace_id) do update
      set reason = excluded.reason, note = excluded.note, created_at = now()`;
  if (saved.count === 0) throw new AppError("program.not_found");
}

/** Letters and digits of any script; everything else parts words. */
const termsOf = (words: string): string[] => (words.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 12);

/**
 * All words must be there, each as written or by its stem; the last by its beginning. Stop words have no stem and count as
 * written only. A stem that is the word itself is asked for once: every row that is looked at pays for each term.
 */
async function tsqueryOf(db: Database, terms: readonly string[]): Promise<string> {
  const quoted = terms.map((term) => `'${term.toLowerCase()}'`);
  const simple = quoted.map((term, index) => (index === quoted.length - 1 ? `${term}:*` : term));
  const [row] = await db.sql<{ query: string }>`
    select string_agg(
      case when stem in ('', word) or stem || ':*' = word then word else '(' || word || '|' || stem || ')' end, '&'
    ) as query
    from (
      select to_tsquery('simple', s)::text as word, to_tsquery('english', e)::text as stem
      from unnest(${simple}::text[], ${quoted}::text[]) as term (s, e)
    ) terms`;
  return row!.query;
}

const cursorOf = (offset: number): string => Buffer.from(`hub.${offset}`).toString("base64url");

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^hub\.(\d{1,4})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (match) return Number(match[1]);
  throw new AppError("request.invalid_parameter", {
    message: "The cursor is not one that this service gave.",
    remedy: "Use the `nextCursor` of the page before, unchanged, or leave `cursor` out to start again.",
  });
}
