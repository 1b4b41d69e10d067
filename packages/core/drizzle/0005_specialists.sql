CREATE TABLE "specialist" (
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"artifact_sha256" text NOT NULL,
	"report" json NOT NULL,
	"job_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "specialist_workspace_id_name_pk" PRIMARY KEY("workspace_id","name")
);
--> statement-breakpoint
ALTER TABLE "specialist" ADD CONSTRAINT "specialist_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "specialist" ADD CONSTRAINT "specialist_artifact_sha256_artifact_sha256_fk" FOREIGN KEY ("artifact_sha256") REFERENCES "public"."artifact"("sha256") ON DELETE no action ON UPDATE no action;