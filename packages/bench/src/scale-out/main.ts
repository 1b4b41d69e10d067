/**
 * `npm run bench -- scale-out [--jobs N] [--workers 1,2,4] [--work-ms N] [--json]`: worker processes that share queues and
 * database and nothing else, on a backlog of which one tenant owns nine tenths and nine others the rest.
 *
 * - jobsPerSecond: from the start of the workers to the end of the last job
 * - repeated: jobs that were begun more than once; there must be none
 * - othersDoneAt: when the last job of the nine small tenants was done, as a share of the whole time. First come, first
 *   served would make it about 1, because their jobs came last; taking turns makes it about the share of their turns.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Account, Database, Job, noLog, Outbox } from "@weightsmith/core";
import { startPostgres, startQueues } from "@weightsmith/embedded";
import type { WorkerParts } from "./worker.ts";

const { values: flags } = parseArgs({
  options: {
    jobs: { type: "string", default: "10000" },
    workers: { type: "string", default: "1,2,4" },
    "work-ms": { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const jobs = Number(flags.jobs);
const workMs = Number(flags["work-ms"]);

const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-scale-"));
const postgres = await startPostgres({ directory: path.join(folder, "postgres") });
const servers = await startQueues({
  queues: ["compile", "generate", "experiment"].map((name) => ({ name, visibilitySeconds: 60 })),
});
const db = Database.connect(postgres.url, { maxConnections: 16, statementSeconds: 120 });
try {
  await Database.migrate(db);
  const rows = [];
  for (const workers of flags.workers.split(",").map(Number)) rows.push(await measure(workers));
  if (flags.json) console.log(JSON.stringify({ jobs, workMs, rows }, null, 2));
  else console.table(rows);
} finally {
  await Database.close(db);
  await servers.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function measure(workers: number) {
  await db.sql`delete from job`;
  const tenants = await Promise.all(
    Array.from({ length: 10 }, (_, n) => Account.ensureWorkspace(db, { name: `tenant ${n}` })),
  );
  const { endpoint, region, credentials, urls } = servers;
  const queues = { sqs: new SQSClient({ endpoint, region, credentials }), urls: urls as never };
  const dispatcher = Outbox.dispatcher(db, queues, { log: noLog, spacingMilliseconds: 20 });
  const large = Math.floor(jobs * 0.9);
  // The large tenant's come first.
  for (let begun = 0; begun < jobs; begun += 200) {
    await Promise.all(
      Array.from({ length: Math.min(200, jobs - begun) }, async (_, n) => {
        const index = begun + n;
        const { id: workspaceId } = index < large ? tenants[0]! : tenants[1 + (index % 9)]!;
        const { job } = await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: {} });
        await dispatcher.send(job);
      }),
    );
  }
  await dispatcher.drained();

  const children: ChildProcess[] = [];
  for (let n = 0; n < workers; n++) {
    const parts: WorkerParts = {
      databaseUrl: postgres.url,
      queues: { endpoint, region, credentials },
      urls: queues.urls,
      workerId: `worker-${n}`,
      workMs,
    };
    children.push(fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [JSON.stringify(parts)]));
  }
  await Promise.all(children.map((child) => once(child, "message")));
  for (;;) {
    const [row] = await db.sql`select count(*)::int as left from job where state in ('queued', 'running')`;
    if (row!.left === 0) break;
    await sleep(200);
  }
  const gone = children.map((child) => once(child, "exit"));
  for (const child of children) child.send("stop");
  await Promise.all(gone);
  queues.sqs.destroy();

  const [times] = await db.sql`
    select extract(epoch from max(finished_at) - min(started_at))::float8 as seconds,
      extract(epoch from max(finished_at) filter (where workspace_id <> ${tenants[0]!.id}) - min(started_at))::float8 as others,
      count(*) filter (where state <> 'succeeded')::int as failed
    from job`;
  const [events] = await db.sql`
    select count(*)::int as repeated from (
      select job_id from job_event where type = 'started' group by job_id having count(*) > 1
    ) twice`;
  return {
    workers,
    jobsPerSecond: Math.round(jobs / times!.seconds),
    seconds: Math.round(times!.seconds * 10) / 10,
    failed: times!.failed as number,
    repeated: events!.repeated as number,
    othersDoneAt: Math.round((times!.others / times!.seconds) * 100) / 100,
  };
}
