-- What drizzle cannot say. Rate windows are worth neither a disk wait nor a place in the write-ahead log.
ALTER TABLE "rate_window" SET UNLOGGED;--> statement-breakpoint
-- Rows that change often leave room in their page, so that a change touches neither another page nor an index.
ALTER TABLE "rate_window" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "job" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);--> statement-breakpoint
-- Nearly every row here is dead: vacuum by count, not by share.
ALTER TABLE "outbox" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
