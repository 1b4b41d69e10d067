/**
 * The local workspace's first mixture: asks the worker, once the stack is up, for whatever is missing. Nobody waits for
 * it; GET /v1/specialists/status and the page show how far it is.
 */
import type { Weightsmith } from "@weightsmith/client";

/** @returns the job's id, or undefined if nothing is missing or it is being trained already */
export async function startSpecialists(api: Weightsmith, signal: AbortSignal): Promise<string | undefined> {
  const { initialized, training } = await api.specialists.status({ signal });
  if (initialized || training.length > 0) return undefined;
  return (await api.specialists.initialize({ signal })).id;
}
