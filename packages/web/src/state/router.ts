/** Where the page is, kept in the address after `#`, so that a reload and a shared link show the same thing. */
import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "compile" }
  | { readonly page: "programs" }
  | { readonly page: "program"; readonly id: string }
  | { readonly page: "jobs" }
  | { readonly page: "job"; readonly id: string };

export function routeOf(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, "").split("/");
  if (page === "programs") return id ? { page: "program", id } : { page: "programs" };
  if (page === "jobs") return id ? { page: "job", id } : { page: "jobs" };
  return { page: "compile" };
}

export const addressOf = {
  compile: "#/",
  programs: "#/programs",
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

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}
