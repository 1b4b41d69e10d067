CREATE TABLE "program_report" (
	"program_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "program_report_program_id_workspace_id_pk" PRIMARY KEY("program_id","workspace_id")
);
--> statement-breakpoint
CREATE TABLE "leaderboard_entry" (
	"id" text PRIMARY KEY NOT NULL,
	"task_id" text NOT NULL,
	"task_version" integer NOT NULL,
	"name" text NOT NULL,
	"submitter" text NOT NULL,
	"kind" text,
	"workspace_id" text,
	"program_id" text,
	"baseline" boolean DEFAULT false NOT NULL,
	"correct" integer NOT NULL,
	"n" integer NOT NULL,
	"score" real NOT NULL,
	"low" real NOT NULL,
	"high" real NOT NULL,
	"artifact_bytes" bigint NOT NULL,
	"latency_milliseconds" real NOT NULL,
	"near_duplicates" integer DEFAULT 0 NOT NULL,
	"unseen_score" real,
	"predictions" json NOT NULL,
	"job_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leaderboard_submission" (
	"job_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"task_version" integer NOT NULL,
	"program_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leaderboard_task" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"current" boolean DEFAULT true NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"kinds" text[] NOT NULL,
	"suites" text[] DEFAULT '{}' NOT NULL,
	"public_examples" json NOT NULL,
	"hidden_key" text NOT NULL,
	"hidden_sha256" text NOT NULL,
	"hidden_count" integer NOT NULL,
	"daily_submissions" integer DEFAULT 20 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "leaderboard_task_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "identity" (
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"workspace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identity_provider_subject_pk" PRIMARY KEY("provider","subject")
);
--> statement-breakpoint
CREATE TABLE "web_session" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"key_id" text,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "program" ADD COLUMN "license" text DEFAULT 'Apache-2.0' NOT NULL;--> statement-breakpoint
ALTER TABLE "program" ADD COLUMN "published_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "program" ADD COLUMN "downloads" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "program_report" ADD CONSTRAINT "program_report_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leaderboard_entry" ADD CONSTRAINT "leaderboard_entry_task" FOREIGN KEY ("task_id","task_version") REFERENCES "public"."leaderboard_task"("id","version") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leaderboard_entry" ADD CONSTRAINT "leaderboard_entry_program" FOREIGN KEY ("workspace_id","program_id") REFERENCES "public"."program"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leaderboard_submission" ADD CONSTRAINT "leaderboard_submission_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity" ADD CONSTRAINT "identity_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "web_session" ADD CONSTRAINT "web_session_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "web_session" ADD CONSTRAINT "web_session_key_id_api_key_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_key"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "leaderboard_entry_of_program" ON "leaderboard_entry" USING btree ("task_id","task_version","workspace_id","program_id");--> statement-breakpoint
CREATE UNIQUE INDEX "leaderboard_entry_of_baseline" ON "leaderboard_entry" USING btree ("task_id","task_version","name") WHERE "leaderboard_entry"."baseline";--> statement-breakpoint
CREATE INDEX "leaderboard_entry_rank" ON "leaderboard_entry" USING btree ("task_id","task_version","score" DESC NULLS LAST,"artifact_bytes","latency_milliseconds","id");--> statement-breakpoint
CREATE INDEX "leaderboard_entry_program_rows" ON "leaderboard_entry" USING btree ("workspace_id","program_id");--> statement-breakpoint
CREATE INDEX "leaderboard_submission_of" ON "leaderboard_submission" USING btree ("workspace_id","task_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "leaderboard_task_current" ON "leaderboard_task" USING btree ("id") WHERE "leaderboard_task"."current";--> statement-breakpoint
CREATE INDEX "web_session_expiry" ON "web_session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "program_public_score" ON "program" USING btree ("held_out_exact_match" DESC NULLS LAST,"id") WHERE "program"."public";--> statement-breakpoint
CREATE INDEX "program_public_downloads" ON "program" USING btree ("downloads" DESC NULLS LAST,"id") WHERE "program"."public";--> statement-breakpoint
CREATE FUNCTION "program_search"("name" text, "tags" text[], "spec" text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	-- Each word as it is, for beginnings of words, and by its stem. What it is called weighs more than what it says.
	SELECT setweight(to_tsvector('simple', coalesce("name", '')) || to_tsvector('english', coalesce("name", '')), 'A')
		|| setweight(to_tsvector('simple', array_to_string("tags", ' ')) || to_tsvector('english', array_to_string("tags", ' ')), 'B')
		|| setweight(to_tsvector('simple', "spec") || to_tsvector('english', "spec"), 'C')
$$;
--> statement-breakpoint
ALTER TABLE "program" ADD COLUMN "search" tsvector GENERATED ALWAYS AS ("program_search"("name", "tags", "spec")) STORED;
--> statement-breakpoint
CREATE INDEX "program_public_search" ON "program" USING gin ("search") WHERE "public";
