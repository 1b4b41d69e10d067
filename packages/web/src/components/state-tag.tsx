import type { JobState } from "@weightsmith/contract";

export function StateTag({ state }: { state: JobState }) {
  return <span className={`tag ${state}`}>{state}</span>;
}
