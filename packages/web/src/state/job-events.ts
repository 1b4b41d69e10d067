/** A job as it happens: its events from the first one on, followed over SSE until the final one. */
import type { Job, JobEvent } from "@weightsmith/contract";
import { useEffect, useState } from "react";
import { useApi } from "./api.ts";
import { type Problem, problemOf } from "./loading.ts";

export interface LiveJob {
  readonly job: Job | undefined;
  readonly events: readonly JobEvent[];
  readonly problem: Problem | undefined;
}

export function useLiveJob(jobId: string): LiveJob {
  const api = useApi();
  const [live, setLive] = useState<LiveJob>({ job: undefined, events: [], problem: undefined });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const update = (change: (before: LiveJob) => LiveJob) => signal.aborted || setLive(change);
    setLive({ job: undefined, events: [], problem: undefined });
    async function follow() {
      const job = await api.jobs.get(jobId, { signal });
      update((before) => ({ ...before, job }));
      for await (const event of api.jobs.events(jobId, { signal })) {
        update((before) => ({ ...before, events: [...before.events, event] }));
      }
      const settled = await api.jobs.get(jobId, { signal });
      update((before) => ({ ...before, job: settled }));
    }
    follow().catch((error: unknown) => update((before) => ({ ...before, problem: problemOf(error) })));
    return () => controller.abort();
  }, [api, jobId]);
  return live;
}
