/** Where the page is, kept in the address after `#`, so that a reload and a shared link show the same thing. */
import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "compile" }
  | { readonly page: "generate"; readonly kind: "code" | "loda" }
  | { readonly page: "experiments" }
  | { readonly page: "specialists"; readonly rest: readonly string[] }
  | { readonly page: "programs"; readonly words: string }
  | { readonly page: "program"; readonly id: string }
  | { readonly page: "hub"; readonly query: HubAddress }
  | { readonly page: "leaderboard" }
  | { readonly page: "task"; readonly id: string }
  | { readonly page: "jobs" }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "account" }
  | { readonly page: "nowhere" };

export interface HubAddress {
  readonly q: string;
  readonly tag: string;
  readonly kind: string;
  readonly sort: string;
}

export function routeOf(hash: string): Route {
  const [place = "", query] = hash.replace(/^#\/?/, "").split("?");
  const [page, id, ...rest] = place.split("/");
  const parameters = new URLSearchParams(query);
  const parameter = (name: string) => parameters.get(name) ?? "";
  if (page === "specialists") return { page, rest: [id ?? "", ...rest].filter(Boolean) };
  if (rest.length > 0) return { page: "nowhere" };
  switch (page) {
    case "":
      return id === undefined ? { page: "compile" } : { page: "nowhere" };
    case "generate":
      if (id === undefined || id === "code" || id === "loda") return { page, kind: id ?? "code" };
      return { page: "nowhere" };
    case "programs":
      return id ? { page: "program", id } : { page, words: parameter("q") };
    case "hub": {
      const [q, tag, kind, sort] = ["q", "tag", "kind", "sort"].map(parameter) as [
        string,
        string,
        string,
        string,
      ];
      return id ? { page: "program", id } : { page, query: { q, tag, kind, sort } };
    }
    case "leaderboard":
      return id ? { page: "task", id } : { page };
    case "jobs":
      return id ? { page: "job", id } : { page };
    case "experiments":
    case "account":
      return id ? { page: "nowhere" } : { page };
    default:
      return { page: "nowhere" };
  }
}

export const addressOf = {
  compile: "#/",
  generate: (kind: "code" | "loda" = "code") => (kind === "code" ? "#/generate" : "#/generate/loda"),
  experiments: "#/experiments",
  specialists: "#/specialists",
  programs: "#/programs",
  search: (words: string) => withQuery("#/programs", { q: words }),
  hub: (query: Partial<HubAddress> = {}) => withQuery("#/hub", query),
  leaderboard: "#/leaderboard",
  task: (id: string) => `#/leaderboard/${id}`,
  jobs: "#/jobs",
  program: (id: string) => `#/programs/${id}`,
  job: (id: string) => `#/jobs/${id}`,
  account: "#/account",
} as const;

function withQuery(address: string, query: Partial<Record<string, string>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? address : `${address}?${new URLSearchParams(given).toString()}`;
}

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
