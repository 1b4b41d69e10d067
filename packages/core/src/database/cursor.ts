/**
 * Cursors for lists ordered newest first: the time and id of the last row, opaque to the caller. Rows that come or go
 * between two pages neither shift nor repeat the others.
 */
import { AppError } from "@weightsmith/contract";
import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

export const encodeCursor = ({ createdAt, id }: Position): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString("base64url");

/** @throws AppError request.invalid_parameter */
export function decodeCursor(cursor: string): Position {
  const match = /^(\d{1,15})\.([A-Za-z0-9_.]{1,100})$/.exec(
    Buffer.from(cursor, "base64url").toString("latin1"),
  );
  if (!match) {
    throw new AppError("request.invalid_parameter", {
      message: "The cursor is not one that this service gave.",
      remedy: "Use the `nextCursor` of the page before, unchanged, or leave `cursor` out to start again.",
    });
  }
  return { createdAt: new Date(Number(match[1])), id: match[2]! };
}

/** Rows that come after the cursor in newest-first order. */
export function after(createdAt: AnyPgColumn, id: AnyPgColumn, cursor: string): SQL {
  const position = decodeCursor(cursor);
  return sql`(${createdAt}, ${id}) < (${position.createdAt.toISOString()}::timestamptz, ${position.id}::text)`;
}

/** Of `limit + 1` rows fetched, those of this page and the cursor of the next. */
export function pageOf<T extends Position>(
  rows: readonly T[],
  limit: number,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
}
