/** Values that come from the API: what has arrived, what went wrong, and how to ask again. */
import { WeightsmithError } from "@weightsmith/client";
import { useCallback, useEffect, useRef, useState } from "react";

export interface Problem {
  readonly message: string;
  readonly remedy: string;
}

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  reload(): void;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof WeightsmithError) return { message: error.message, remedy: error.remedy };
  return {
    message: error instanceof Error ? error.message : String(error),
    remedy: "Check that the server is running, then try again.",
  };
}

/** Loads when `key` changes; a result that arrives after the next key is dropped. */
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

/** A state that survives a reload of the page. */
export function useStored<T>(name: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const stored = localStorage.getItem(name);
    if (stored === null) return initial;
    try {
      return JSON.parse(stored) as T;
    } catch {
      return initial;
    }
  });
  const store = useCallback(
    (next: T) => {
      setValue(next);
      localStorage.setItem(name, JSON.stringify(next));
    },
    [name],
  );
  return [value, store];
}
