CREATE TABLE "lane_turn" (
	"type" text PRIMARY KEY NOT NULL,
	"lane" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "job_queued";--> statement-breakpoint
CREATE INDEX "job_waiting" ON "job" USING btree ("type","lane","priority" DESC NULLS FIRST,"created_at") WHERE "job"."state" = 'queued';--> statement-breakpoint
-- Worth no disk wait: after a crash the turn begins anywhere.
ALTER TABLE "lane_turn" SET UNLOGGED;
