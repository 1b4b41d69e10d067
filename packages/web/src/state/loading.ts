/** Values that come from the API: what has arrived, what went wrong, and how to ask again. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "./problem.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  reload(): void;
}

/** Loads when `key` changes; a result that arrives after the next key is dropped. What was there stays until then. */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ value?: T; problem?: Problem }>({});
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key and the round say when to load again
  useEffect(() => {
    const controller = new AbortController();
    latest.current(controller.signal).then(
      (value) => controller.signal.aborted || setState({ value }),
      (error: unknown) => controller.signal.aborted || setState({ problem: problemOf(error) }),
    );
    return () => controller.abort();
  }, [key, round]);
  return {
    value: state.value,
    problem: state.problem,
    reload: useCallback(() => setRound((n) => n + 1), []),
  };
}

/** Calls every `milliseconds` while `active`, and not while nobody looks at the page. */
export function useInterval(active: boolean, milliseconds: number, call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => document.visibilityState === "visible" && latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [active, milliseconds]);
}
