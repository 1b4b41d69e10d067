/** Column shapes that several tables share. */
import { customType, timestamp } from "drizzle-orm/pg-core";

/** A JSON object whose members are somebody else's concern. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Milliseconds, as a JavaScript Date holds them: a cursor made of a value read back finds the same row again. Rounded, so
 * that `now()` as stored may lie up to half a millisecond ahead; what is due compares with the next millisecond.
 */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const createdAt = () => instant("created_at").notNull().defaultNow();

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
