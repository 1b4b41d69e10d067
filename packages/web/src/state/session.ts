/**
 * Who uses the page: an API key, kept in this browser. The local stack prints an address that carries it after `#key=`,
 * a part that is never sent to a server; it is taken out of the address at once.
 */
import { useSyncExternalStore } from "react";

const storageKey = "weightsmith.apiKey";
const listeners = new Set<() => void>();

/** Signs in with the key in the address, now and whenever such an address is opened in this tab. */
export function adoptKeysFromAddress(): void {
  adopt();
  // Before the router's listener, which is added when the page is drawn.
  addEventListener("hashchange", adopt);
}

function adopt(): void {
  const key = /^#key=(wsk_[\w-]+)$/.exec(location.hash)?.[1];
  if (key === undefined) return;
  history.replaceState(null, "", `${location.pathname}#/`);
  signIn(key);
}

export function signIn(apiKey: string): void {
  localStorage.setItem(storageKey, apiKey);
  for (const changed of listeners) changed();
}

/** Forgets the key and what was typed with it: the next one at this browser may be someone else. */
export function signOut(): void {
  localStorage.clear();
  sessionStorage.clear();
  forgetKey();
}

/** Asks for another key and keeps what was typed. */
export function forgetKey(): void {
  localStorage.removeItem(storageKey);
  for (const changed of listeners) changed();
}

export function useApiKey(): string | null {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(storageKey));
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  // Another tab signed in or out.
  addEventListener("storage", changed);
  return () => {
    listeners.delete(changed);
    removeEventListener("storage", changed);
  };
}
