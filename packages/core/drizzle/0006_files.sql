CREATE TABLE "file" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"purpose" text NOT NULL,
	"name" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"job_id" text,
	"written_at" timestamp (3) with time zone,
	"pieces_removed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "file" ADD CONSTRAINT "file_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "file_of_workspace" ON "file" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "file_expires" ON "file" USING btree ("expires_at");