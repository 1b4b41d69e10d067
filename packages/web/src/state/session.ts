/**
 * Who uses the page: an API key, kept in this browser. The local stack prints an address that carries it after `#key=`,
 * a part that is never sent to a server; it is taken out of the address at once.
 */
import { useSyncExternalStore } from "react";

const storageKey = "weightsmith.apiKey";
const listeners = new Set<() => void>();

export function adoptKeyFromAddress(): void {
  const match = /^#key=(wsk_[\w-]+)$/.exec(location.hash);
  if (match?.[1] === undefined) return;
  localStorage.setItem(storageKey, match[1]);
  history.replaceState(null, "", `${location.pathname}#/`);
}

export function signIn(apiKey: string): void {
  localStorage.setItem(storageKey, apiKey);
  for (const changed of listeners) changed();
}

export function signOut(): void {
  localStorage.removeItem(storageKey);
  for (const changed of listeners) changed();
}

export function useApiKey(): string | null {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(storageKey));
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
