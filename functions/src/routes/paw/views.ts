/** Programs and jobs as PAW's clients read them. */
import type { AliasSummary, JobAlias, Votes } from "@weightsmith/contract";
import { Alias, Feedback, Job, Lineage, type Program } from "@weightsmith/core";
import type { Services } from "../../services.ts";
import { COMPILER_KIND, runtimeIdOf, snapshotOf } from "./compilers.ts";

/** What goes with every answer about a program. */
export function runtimeFacts(program: Program.Program, { compilerRevision }: Services) {
  const { interpreterId: id, interpreterSha256: sha256, method } = program;
  const interpreter = id !== null && sha256 !== null ? { id, sha256 } : null;
  return {
    compiler: method === null ? null : `weightsmith-${method}`,
    compiler_snapshot: interpreter && method ? snapshotOf(method, compilerRevision, interpreter) : null,
    compiler_kind: COMPILER_KIND,
    pseudo_program_strategy: "none",
    interpreter: interpreter?.id ?? null,
    runtime_id: interpreter && runtimeIdOf(interpreter),
    runtime_manifest_version: interpreter && 1,
  };
}

export async function programView(
  program: Program.Program,
  services: Services,
  viewer: Program.Program["workspaceId"] | undefined,
) {
  const { db } = services;
  const [aliases, votes, lineage] = await Promise.all([
    Alias.of(db, program.id, viewer),
    Feedback.votes(db, program.id, viewer),
    Lineage.of(db, program.id, viewer),
  ]);
  return {
    ...programRow(program, services, aliases[0] && Alias.summary(aliases[0], viewer), votes),
    parents: lineage.parents,
    forks: lineage.children,
  };
}

export function programRow(
  program: Program.Program,
  services: Services,
  alias: AliasSummary | undefined,
  votes: Votes,
) {
  const { heldOut, baseline } = program.report ?? {};
  return {
    id: program.id,
    program_id: program.id,
    spec: program.spec,
    name: program.name,
    slug: alias?.reference ?? null,
    version: alias?.version ?? null,
    author: alias?.user ?? null,
    public: program.public,
    tags: program.tags,
    status: "ready",
    created_at: program.createdAt.toISOString(),
    ...runtimeFacts(program, services),
    pseudo_program: null,
    upvotes: votes.up,
    downvotes: votes.down,
    votes: votes.up - votes.down,
    my_vote: votes.own,
    held_out: heldOut ? { exact_match: heldOut.exactMatch, n: heldOut.n } : null,
    baseline: baseline ? { exact_match: baseline.exactMatch, n: baseline.n } : null,
    artifact_bytes: program.artifactBytes,
  };
}

const STATUS = {
  queued: "queued",
  running: "compiling",
  succeeded: "ready",
  failed: "failed",
  canceled: "cancelled",
} as const;
export const statusOf = (job: Job.Job): (typeof STATUS)[keyof typeof STATUS] => STATUS[job.state];

const VERSION_ACTIONS = {
  created: "created",
  moved: "updated",
  unchanged: "unchanged",
  refused: "refused",
} as const;

/** A compile job at any point of its life. */
export async function jobView(job: Job.Job, services: Services, cached: boolean) {
  const view = Job.view(job);
  const { method } = view.request;
  const interpreter = services.interpreters.find(({ id }) => id === view.request.interpreter);
  const { queued, secondsEach } =
    job.state === "queued"
      ? await Job.outlook(services.db, "compile", job.id)
      : { queued: 0, secondsEach: null };
  const alias: JobAlias | undefined = view.result?.alias;
  const seconds = (from: Date | null, to: Date | null) =>
    from === null || to === null ? null : Math.max(0, (to.getTime() - from.getTime()) / 1000);
  const { progress } = view;
  const share = progress?.total ? progress.done / progress.total : 0;
  return {
    job_id: job.id,
    status: statusOf(job),
    program_id: job.programId,
    compiler: method && `weightsmith-${method}`,
    compiler_snapshot:
      method && interpreter ? snapshotOf(method, services.compilerRevision, interpreter) : null,
    compiler_kind: COMPILER_KIND,
    pseudo_program_strategy: "none",
    pseudo_program: null,
    runtime_id: interpreter ? runtimeIdOf(interpreter) : null,
    runtime_manifest_version: interpreter ? 1 : null,
    queue_position: job.state === "queued" ? queued + 1 : 0,
    estimated_wait_s: job.state === "queued" ? Math.ceil(queued * (secondsEach ?? 0)) : 0,
    percent: job.state === "succeeded" ? 100 : Math.min(99, Math.floor(share * 100)),
    timings: {
      queue_s: seconds(job.createdAt, job.startedAt ?? job.finishedAt),
      compile_s: seconds(job.startedAt, job.finishedAt),
      total_s: seconds(job.createdAt, job.finishedAt),
    },
    error: view.error === null ? null : view.error.message,
    error_code: view.error?.code ?? null,
    cached,
    slug: alias?.reference ?? null,
    version: alias?.version ?? null,
    version_action: alias ? VERSION_ACTIONS[alias.action] : null,
    version_reason: alias?.reason ?? null,
    held_out: view.result?.report
      ? { exact_match: view.result.report.heldOut.exactMatch, n: view.result.report.heldOut.n }
      : null,
    created_at: view.createdAt,
    completed_at: view.finishedAt,
  };
}
