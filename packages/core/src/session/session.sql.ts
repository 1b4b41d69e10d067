/**
 * Who is signed in on the page, and which outside accounts belong to which workspace. Of a session's token only the
 * SHA-256 is kept.
 */
import type { KeyId, WorkspaceId } from "@weightsmith/contract";
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { apiKeyTable, workspaceTable } from "../account/account.sql.ts";
import { bytea, createdAt, instant } from "../database/columns.ts";

export const sessionTable = pgTable(
  "web_session",
  {
    tokenHash: bytea("token_hash").primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    /** The key it was opened with: the session ends when that is revoked. */
    keyId: text("key_id")
      .$type<KeyId>()
      .references(() => apiKeyTable.id, { onDelete: "cascade" }),
    /** Shown on the page: the key's name, or the name at the sign-in service. */
    name: text("name").notNull(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("web_session_expiry").on(table.expiresAt)],
);

export const identityTable = pgTable(
  "identity",
  {
    /** Such as `github`. */
    provider: text("provider").notNull(),
    /** The account's lasting id there; names change. */
    subject: text("subject").notNull(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.subject] })],
);
