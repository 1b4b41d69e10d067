/** Where the page is, kept in the address after `#`, so that a reload and a shared link show the same thing. */
import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "compile" }
  | { readonly page: "programs"; readonly words: string }
  | { readonly page: "program"; readonly id: string }
  | { readonly page: "jobs" }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "nowhere" };

export function routeOf(hash: string): Route {
  const [place = "", query] = hash.replace(/^#\/?/, "").split("?");
  const [page, id, ...rest] = place.split("/");
  if (rest.length > 0) return { page: "nowhere" };
  if (page === "" && id === undefined) return { page: "compile" };
  if (page === "programs") {
    if (id) return { page: "program", id };
    return { page: "programs", words: new URLSearchParams(query).get("q") ?? "" };
  }
  if (page === "jobs") return id ? { page: "job", id } : { page: "jobs" };
  return { page: "nowhere" };
}

export const addressOf = {
  compile: "#/",
  programs: "#/programs",
  search: (words: string) =>
    words === "" ? "#/programs" : `#/programs?${new URLSearchParams({ q: words }).toString()}`,
  jobs: "#/jobs",
  program: (id: string) => `#/programs/${id}`,
  job: (id: string) => `#/jobs/${id}`,
} as const;

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return routeOf(hash);
}

export function goTo(address: string): void {
  location.hash = address.slice(1);
}

/** Changes the address of what is shown without a step in the history. */
export function settleAt(address: string): void {
  if (location.hash === address) return;
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}
