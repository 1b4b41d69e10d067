import type { InferSelectModel } from "drizzle-orm";
import { decode } from "../database/index.ts";
import { jobEventTable, jobTable } from "./job.sql.ts";

/** A job as it is stored. */
export type Job = InferSelectModel<typeof jobTable>;
export type StoredEvent = InferSelectModel<typeof jobEventTable>;

export const jobOf = (row: Readonly<Record<string, unknown>>): Job => decode(jobTable, row);
export const eventOf = (row: Readonly<Record<string, unknown>>): StoredEvent => decode(jobEventTable, row);

/** Every follower listens here; the payload is the job's id. */
export const CHANNEL = "weightsmith_job";
