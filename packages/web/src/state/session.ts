/**
 * Who uses the page. The session lies in an http-only cookie that no script can read; the page knows who it is and the token
 * that proves a request is its own. The local stack prints an address with an API key after `#key=`, a part that is never
 * sent to a server; it opens a session with it and takes it out of the address at once.
 */
import type { Session, SessionState } from "@weightsmith/contract";
import { useSyncExternalStore } from "react";
import { type Problem, problemOf } from "./problem.ts";

export type Standing =
  | { readonly status: "asking" }
  | { readonly status: "in"; readonly session: Session }
  /** `github`: whether one can sign in there. `problem`: why a key from the address did not work. */
  | { readonly status: "out"; readonly github: boolean; readonly problem?: Problem };

const listeners = new Set<() => void>();
let standing: Standing = { status: "asking" };

function become(next: Standing): void {
  standing = next;
  for (const changed of listeners) changed();
}

/** Finds out who is signed in, or signs in with the key in the address; now and whenever such an address is opened. */
export function startSession(): void {
  // Before the router's listener, which is added when the page is drawn.
  addEventListener("hashchange", () => void adoptKey());
  if (!adoptKey()) void refresh();
}

function adoptKey(): boolean {
  const key = /^#key=(wsk_[\w-]+)$/.exec(location.hash)?.[1];
  if (key === undefined) return false;
  history.replaceState(null, "", `${location.pathname}#/`);
  become({ status: "asking" });
  signIn(key).catch((error: unknown) => become({ status: "out", github: false, problem: problemOf(error) }));
  return true;
}

async function refresh(): Promise<void> {
  try {
    become(standingOf(await ask("GET")));
  } catch (error) {
    become({ status: "out", github: false, problem: problemOf(error) });
  }
}

const standingOf = ({ session, github }: SessionState): Standing =>
  session === null ? { status: "out", github } : { status: "in", session };

/** @throws Error in the server's words */
export async function signIn(apiKey: string): Promise<void> {
  become(standingOf(await ask("POST", { apiKey })));
}

/** Ends the session and forgets what was typed: the next one at this browser may be someone else. */
export async function signOut(): Promise<void> {
  const token = standing.status === "in" ? standing.session.csrfToken : "";
  await fetch("/v1/session", { method: "DELETE", headers: { "x-csrf-token": token } }).catch(() => {});
  localStorage.clear();
  sessionStorage.clear();
  await refresh();
}

/** The session is over, or its key was revoked: asks for another key and keeps what was typed. */
export const forgetSession = (): void => become({ status: "out", github: false });

export function useSession(): Standing {
  return useSyncExternalStore(subscribe, () => standing);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The one call that the client does not make: its answer says how to make the client. */
async function ask(method: "GET" | "POST", body?: unknown): Promise<SessionState> {
  const init =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch("/v1/session", init);
  const answer = (await response.json()) as SessionState & { error?: { message: string; remedy: string } };
  if (answer.error) throw new SignInError(answer.error.message, answer.error.remedy);
  return answer;
}

export class SignInError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
