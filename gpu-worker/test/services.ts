/** The stores a worker talks to, fresh ones on the real servers of the test run, and a workspace to accept jobs for. */
import type { JobType } from "@weightsmith/contract";
import { Job, noLog, Outbox } from "@weightsmith/core";
import { freshBucket, freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";

export async function freshServices() {
  const { db } = await freshDatabase();
  const storage = await freshBucket();
  // Short, so that a test sees a message come back.
  const queues = await freshQueues({ visibilitySeconds: 2, maxReceiveCount: 10 });
  const workspaceId = await freshWorkspace(db);
  const dispatcher = Outbox.dispatcher(db, queues, { log: noLog });
  return {
    db,
    storage,
    queues,
    dispatcher,
    workspaceId,
    /** Accepts a job and sends its message. */
    async submit(type: JobType = "compile", request: Job.NewJob["request"] = {}, kind = "weights") {
      const { job } = await Job.create(db, { workspaceId, type, kind, request });
      await dispatcher.send(job);
      return job;
    },
  };
}

export type Services = Awaited<ReturnType<typeof freshServices>>;
