CREATE TABLE "api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"secret_end" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_key_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
CREATE TABLE "workspace" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text,
	"name" text NOT NULL,
	"webhook_secret" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspace_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "artifact" (
	"sha256" text PRIMARY KEY NOT NULL,
	"size_bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"touched_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "artifact_use" (
	"sha256" text NOT NULL,
	"used_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifact_use_sha256_used_by_pk" PRIMARY KEY("sha256","used_by")
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"job_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_key_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "job_event" (
	"job_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"type" text NOT NULL,
	"data" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_event_job_id_sequence_pk" PRIMARY KEY("job_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "job" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"type" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"request" json NOT NULL,
	"request_id" text,
	"program_id" text,
	"result" json,
	"error" json,
	"webhook_url" text,
	"priority" smallint DEFAULT 0 NOT NULL,
	"lane" text NOT NULL,
	"available_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"max_attempts" smallint DEFAULT 3 NOT NULL,
	"cancel_requested_at" timestamp (3) with time zone,
	"lease_token" uuid,
	"lease_expires_at" timestamp (3) with time zone,
	"worker_id" text,
	"progress" json,
	"event_sequence" integer DEFAULT 0 NOT NULL,
	"checkpoints" integer DEFAULT 0 NOT NULL,
	"checkpoint_key" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"cleaned_at" timestamp (3) with time zone,
	CONSTRAINT "job_state" CHECK ("job"."state" in ('queued', 'running', 'succeeded', 'failed', 'canceled')),
	CONSTRAINT "job_lease" CHECK (("job"."state" = 'running') = ("job"."lease_token" is not null)),
	CONSTRAINT "job_finished" CHECK (("job"."state" in ('succeeded', 'failed', 'canceled')) = ("job"."finished_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "rate_window" (
	"subject" text NOT NULL,
	"bucket" text NOT NULL,
	"full_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rate_window_subject_bucket_pk" PRIMARY KEY("subject","bucket")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"job_id" text NOT NULL,
	"target" text NOT NULL,
	"type" text NOT NULL,
	"request_id" text,
	"not_before" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sweep_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"sends" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_job_id_target_pk" PRIMARY KEY("job_id","target")
);
--> statement-breakpoint
CREATE TABLE "program" (
	"workspace_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"public" boolean DEFAULT false NOT NULL,
	"spec" text NOT NULL,
	"method" text,
	"interpreter_id" text,
	"interpreter_sha256" text,
	"seed" integer NOT NULL,
	"artifact_sha256" text NOT NULL,
	"report" json,
	"held_out_exact_match" real,
	"job_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "program_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_delivery" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"job_id" text NOT NULL,
	"url" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now(),
	"delivered_at" timestamp (3) with time zone,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifact_use" ADD CONSTRAINT "artifact_use_sha256_artifact_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."artifact"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_event" ADD CONSTRAINT "job_event_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job" ADD CONSTRAINT "job_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program" ADD CONSTRAINT "program_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program" ADD CONSTRAINT "program_artifact_sha256_artifact_sha256_fk" FOREIGN KEY ("artifact_sha256") REFERENCES "public"."artifact"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_key_workspace" ON "api_key" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "artifact_touched" ON "artifact" USING btree ("touched_at");--> statement-breakpoint
CREATE INDEX "artifact_use_by" ON "artifact_use" USING btree ("used_by");--> statement-breakpoint
CREATE INDEX "idempotency_key_expires" ON "idempotency_key" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idempotency_key_job" ON "idempotency_key" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "job_of_workspace" ON "job" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "job_queued" ON "job" USING btree ("type","priority","created_at") WHERE "job"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "job_unfinished" ON "job" USING btree ("workspace_id") WHERE "job"."state" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "job_running" ON "job" USING btree ("id") WHERE "job"."state" = 'running';--> statement-breakpoint
CREATE INDEX "job_to_clean" ON "job" USING btree ("finished_at") WHERE "job"."finished_at" is not null and "job"."cleaned_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_unsent" ON "outbox" USING btree ("sweep_at") WHERE "outbox"."sent_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_sent" ON "outbox" USING btree ("sent_at") WHERE "outbox"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "program_of_workspace" ON "program" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "program_public" ON "program" USING btree ("created_at","id") WHERE "program"."public";--> statement-breakpoint
CREATE INDEX "program_id" ON "program" USING btree ("id");--> statement-breakpoint
CREATE INDEX "program_tags" ON "program" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "program_removed" ON "program" USING btree ("removed_at") WHERE "program"."removed_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" USING btree ("next_attempt_at") WHERE "webhook_delivery"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_delivery_job" ON "webhook_delivery" USING btree ("job_id");