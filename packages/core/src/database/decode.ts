import { getTableColumns, type InferSelectModel, type Table } from "drizzle-orm";

/** A row of a raw query in the table's own names and types. The query must have selected every column. */
export function decode<T extends Table>(
  table: T,
  row: Readonly<Record<string, unknown>>,
): InferSelectModel<T> {
  const decoded: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(getTableColumns(table))) {
    const value = row[column.name];
    decoded[name] = value === null || value === undefined ? null : column.mapFromDriverValue(value);
  }
  return decoded as InferSelectModel<T>;
}
