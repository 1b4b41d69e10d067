/** A job as it happens: its events from the first one on, followed over SSE until the final one. */
import type { Job, JobEvent } from "@weightsmith/contract";
import { useEffect, useState } from "react";
import { useApi } from "./api.ts";
import { type Problem, problemOf } from "./problem.ts";

export interface LiveJob {
  readonly job: Job | undefined;
  readonly events: readonly JobEvent[];
  readonly problem: Problem | undefined;
  /** Follows again, after a problem. */
  readonly retry: () => void;
}

type Followed = Omit<LiveJob, "retry">;
const nothing: Followed = { job: undefined, events: [], problem: undefined };

export function useLiveJob(jobId: string): LiveJob {
  const api = useApi();
  const [live, setLive] = useState<Followed>(nothing);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a round is a new try of the same
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const update = (change: (before: Followed) => Followed) => signal.aborted || setLive(change);
    setLive(nothing);
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
  }, [api, jobId, round]);
  return { ...live, retry: () => setRound((n) => n + 1) };
}
