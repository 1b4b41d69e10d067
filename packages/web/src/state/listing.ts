/** A list that the API gives in pages: the first one at once, the others when asked for. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemOf } from "./problem.ts";

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Listing<T> {
  /** undefined until the first page is there. */
  readonly items: readonly T[] | undefined;
  readonly problem: Problem | undefined;
  /** undefined when there is no more. */
  readonly more: (() => void) | undefined;
  /** Loads again as many as are shown. */
  readonly reload: () => void;
}

const pageItems = 50;
const mostItems = 100;

type Load<T> = (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<T>>;

/** Starts again when `key` changes. What was listed before stays until the new list is there. */
export function useListing<T>(key: string, load: Load<T>): Listing<T> {
  const [state, setState] = useState<{ page?: Page<T>; problem?: Problem }>({});
  const latest = useRef(load);
  latest.current = load;
  const controller = useRef<AbortController>(undefined);

  const fetchPage = useCallback((query: { limit: number; cursor?: string }, before: readonly T[]) => {
    controller.current?.abort();
    controller.current = new AbortController();
    const { signal } = controller.current;
    latest.current(query, signal).then(
      ({ items, nextCursor }) =>
        signal.aborted || setState({ page: { items: [...before, ...items], nextCursor } }),
      (error: unknown) => signal.aborted || setState(({ page }) => ({ page, problem: problemOf(error) })),
    );
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when to start again
  useEffect(() => {
    fetchPage({ limit: pageItems }, []);
    return () => controller.current?.abort();
  }, [key, fetchPage]);

  const { page, problem } = state;
  const cursor = page?.nextCursor ?? undefined;
  return {
    items: page?.items,
    problem,
    more: page && cursor ? () => fetchPage({ limit: pageItems, cursor }, page.items) : undefined,
    reload: useCallback(
      () => fetchPage({ limit: Math.min(mostItems, Math.max(pageItems, page?.items.length ?? 0)) }, []),
      [fetchPage, page],
    ),
  };
}
