import type { JobType } from "@weightsmith/contract";
import { pgTable, text } from "drizzle-orm/pg-core";

/** For each queue the lane that was served last. Unlogged: after a crash the turn begins anywhere. */
export const laneTurnTable = pgTable("lane_turn", {
  type: text("type").$type<JobType>().primaryKey(),
  lane: text("lane").notNull(),
});
