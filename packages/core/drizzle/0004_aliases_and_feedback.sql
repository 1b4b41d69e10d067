CREATE TABLE "alias" (
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"last_version" integer NOT NULL,
	"gate" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alias_workspace_id_name_pk" PRIMARY KEY("workspace_id","name")
);
--> statement-breakpoint
CREATE TABLE "alias_version" (
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"program_id" text NOT NULL,
	"forced" boolean DEFAULT false NOT NULL,
	"note" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alias_version_workspace_id_name_version_pk" PRIMARY KEY("workspace_id","name","version")
);
--> statement-breakpoint
CREATE TABLE "program_case" (
	"id" text PRIMARY KEY NOT NULL,
	"program_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"input" text NOT NULL,
	"output" text NOT NULL,
	"note" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "program_vote" (
	"program_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"value" smallint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "program_vote_program_id_workspace_id_pk" PRIMARY KEY("program_id","workspace_id"),
	CONSTRAINT "program_vote_value" CHECK ("program_vote"."value" in (1, -1))
);
--> statement-breakpoint
CREATE TABLE "program_parent" (
	"workspace_id" text NOT NULL,
	"program_id" text NOT NULL,
	"parent_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "program_parent_workspace_id_program_id_parent_id_pk" PRIMARY KEY("workspace_id","program_id","parent_id")
);
--> statement-breakpoint
CREATE TABLE "program_import" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"state" text NOT NULL,
	"request" json NOT NULL,
	"weights_sha256" text,
	"artifact_sha256" text,
	"draft" json,
	"problem" text,
	"program_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "program_import_state" CHECK ("program_import"."state" in ('created', 'uploaded', 'validated', 'rejected', 'registered'))
);
--> statement-breakpoint
ALTER TABLE "alias" ADD CONSTRAINT "alias_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alias_version" ADD CONSTRAINT "alias_version_workspace_id_name_alias_workspace_id_name_fk" FOREIGN KEY ("workspace_id","name") REFERENCES "public"."alias"("workspace_id","name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program_case" ADD CONSTRAINT "program_case_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program_vote" ADD CONSTRAINT "program_vote_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program_parent" ADD CONSTRAINT "program_parent_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program_import" ADD CONSTRAINT "program_import_workspace_id_workspace_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspace"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alias_of_workspace" ON "alias" USING btree ("workspace_id","created_at","name");--> statement-breakpoint
CREATE INDEX "alias_version_program" ON "alias_version" USING btree ("program_id");--> statement-breakpoint
CREATE INDEX "program_case_of" ON "program_case" USING btree ("program_id","created_at","id");--> statement-breakpoint
CREATE INDEX "program_parent_of" ON "program_parent" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "program_import_of" ON "program_import" USING btree ("workspace_id","created_at");