/** States that survive a reload of the page. */
import { useCallback, useState } from "react";

/**
 * `kept` is false once the browser had no room for the value: it is still there, but would not survive a reload.
 * The draft lies in `localStorage`; what belongs to one tab lies in `sessionStorage`.
 */
export function useStored<T>(
  name: string,
  initial: T,
  storage: Storage = localStorage,
): { readonly value: T; readonly store: (value: T) => void; readonly kept: boolean } {
  const [value, setValue] = useState<T>(() => {
    const stored = storage.getItem(name);
    if (stored === null) return initial;
    try {
      return JSON.parse(stored) as T;
    } catch {
      return initial;
    }
  });
  const [kept, setKept] = useState(true);
  const store = useCallback(
    (next: T) => {
      setValue(next);
      try {
        storage.setItem(name, JSON.stringify(next));
        setKept(true);
      } catch {
        // Full. An old value would come back as if it were the last one.
        storage.removeItem(name);
        setKept(false);
      }
    },
    [name, storage],
  );
  return { value, store, kept };
}
