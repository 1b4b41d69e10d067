/** One row for each subject and bucket in use. Unlogged: losing it in a crash grants a fresh start, and nobody waits for a disk. */
import { pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

export const rateWindowTable = pgTable(
  "rate_window",
  {
    /** Who is limited, such as `key:key_…` or `ip:192.0.2.1`. */
    subject: text("subject").notNull(),
    /** What is limited, such as `compile`. */
    bucket: text("bucket").notNull(),
    /** The "theoretical arrival time" of GCRA: when the subject will have its whole allowance again. */
    fullAt: timestamp("full_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.bucket] })],
);
