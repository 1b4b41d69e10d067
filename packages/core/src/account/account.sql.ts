/** Workspaces are the tenants; every other table that holds a customer's data names one. */
import type { KeyId, WorkspaceId } from "@weightsmith/contract";
import { index, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant } from "../database/columns.ts";

export const workspaceTable = pgTable("workspace", {
  id: text("id").$type<WorkspaceId>().primaryKey(),
  /** A name that an operator gives, such as `local`: creating it twice gives the same workspace. */
  slug: text("slug").unique(),
  name: text("name").notNull(),
  /** `whsec_…`: signs this workspace's webhooks, so it has to be kept itself and not as a hash. */
  webhookSecret: text("webhook_secret").notNull(),
  createdAt: createdAt(),
});

export const apiKeyTable = pgTable(
  "api_key",
  {
    id: text("id").$type<KeyId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** SHA-256 of the whole secret. The secret itself is stored nowhere. */
    secretHash: bytea("secret_hash").notNull().unique(),
    /** The last four characters, so that a person recognises the key in a list. */
    secretEnd: text("secret_end").notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("api_key_workspace").on(table.workspaceId, table.createdAt)],
);
