/** `weightsmith jobs`: list, look at, follow and cancel. */
import { JOB_STATES, type Job, type JobState, type JobSummary } from "@weightsmith/contract";
import { type Command, Option } from "commander";
import { table } from "../terminal/output.ts";
import { showEvent } from "./compile.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

export function registerJobs(program: Command, context: () => CommandContext): void {
  const jobs = program.command("jobs").summary("list, follow and cancel jobs");
  jobs
    .command("list", { isDefault: true })
    .description("Lists jobs, the newest first.")
    .addOption(new Option("--state <state>", "only those in this state").choices(JOB_STATES))
    .option("--limit <count>", "at most so many", countOf, 20)
    .action(async (flags: { state?: JobState; limit: number }) => {
      const { api, output, signal } = context();
      const { items } = await api().jobs.list({ ...flags }, { signal });
      output.result({ items }, () =>
        items.length === 0 ? "No jobs." : table(["ID", "STATE", "TYPE", "MADE", "SPEC"], items.map(row)),
      );
    });
  jobs
    .command("get")
    .description("Prints one job.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().jobs.get(id, { signal }), describe);
    });
  jobs
    .command("watch")
    .description("Follows a job to its end.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      const bar = output.progress("Working");
      const finished = await api()
        .waitFor({ id }, { signal, onEvent: (event) => showEvent(bar, event) })
        .finally(() => bar.done());
      output.result(finished, describe);
    });
  jobs
    .command("cancel")
    .description("Cancels a queued or running job.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().jobs.cancel(id, { signal }), describe);
    });
}

const row = (job: JobSummary): string[] => [
  job.id,
  job.state,
  job.type,
  job.createdAt.slice(0, 19).replace("T", " "),
  (job.request.name ?? job.request.spec ?? "").slice(0, 50),
];

function describe(job: Job): string {
  const lines = [
    `${job.id}  ${job.state}${job.cancelRequested && job.state === "running" ? " (canceling)" : ""}`,
  ];
  if (job.programId !== null) lines.push(`Program ${job.programId}`);
  if (job.error !== null) lines.push(`${job.error.code}: ${job.error.message}`, job.error.remedy);
  const score = job.result?.report?.heldOut;
  if (score != null && score.exactMatch !== null) {
    lines.push(`Held-out score: ${Math.round(score.exactMatch * 100)} % of ${score.n}`);
  }
  return lines.join("\n");
}
