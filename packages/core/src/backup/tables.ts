/** The tables of a database as it is, so that a new one cannot be forgotten. */
import type { Queryable } from "../database/index.ts";

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What may be lost: counters of the current minute, and whose turn it is. Postgres loses them itself in a crash. */
const notKept = "u";

/** Every logged table of the product, those first that others refer to. */
export async function tablesInOrder(tx: Queryable): Promise<Table[]> {
  const rows = await tx<{ name: string; columns: string[]; needs: string[] }>`
    select c.relname as name,
      array(
        select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum
      ) as columns,
      array(
        select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid
      ) as needs
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relpersistence <> ${notKept}
    order by c.relname`;
  const ordered: Table[] = [];
  const placed = new Set<string>();
  const waiting = new Map(rows.map((row) => [row.name, row]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ needs }) =>
      needs.every((name) => placed.has(name) || !waiting.has(name)),
    );
    if (ready.length === 0) throw new Error(`Tables refer to each other: ${[...waiting.keys()].join(", ")}.`);
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      placed.add(name);
      waiting.delete(name);
    }
  }
  return ordered;
}

/** As an identifier in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
