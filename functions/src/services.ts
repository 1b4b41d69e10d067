/** What the app needs from outside. Entry points (server.ts, lambda.ts, tests) make it from their environment. */
import type { CompileKind, ExperimentKind, GenerateKind, ProgramManifest } from "@weightsmith/contract";
import type { Artifact, Database, Job, Outbox, Queue } from "@weightsmith/core";
import type { MixtureRunner } from "./mixture-runner.ts";

/** One line of the log, ready to be written. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** A fixed model that programs run on, by the name that callers use. */
export type Interpreter = ProgramManifest["interpreter"];

export interface RunCall {
import type { GithubSettings } from "./routes/session-github/github.ts";

  readonly programId: string;
  readonly artifactSha256: string;
  readonly interpreter: Interpreter | null;
  readonly inputs: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Runs a program on each input and gives the outputs in the same order.
 * @throws AppError program.not_runnable, interpreter.unavailable, run.input_too_long, run.timeout, artifact.*
 */
export type RunProgram = (call: RunCall) => Promise<{ outputs: string[]; milliseconds: number }>;

/** `limit` requests at once, given back evenly over `periodSeconds`. */
export interface Allowance {
  readonly limit: number;
  readonly periodSeconds: number;
}

/** What is counted apart. */
export type Bucket = "read" | "write" | "create" | "run";

export interface Limits {
  /** For each API key. */
  readonly key: Readonly<Record<Bucket, Allowance>>;
  /** For each address, when there is no key or a wrong one. */
  readonly address: Readonly<Record<Bucket, Allowance>>;
  /** Jobs of a workspace that may be unfinished at a time. */
  readonly unfinishedJobs: number;
}

export interface Services {
  readonly db: Database.Database;
  readonly storage: Artifact.Storage;
  readonly queues: Queue.Queues;
  readonly dispatcher: Outbox.Dispatcher;
  /** The process stands still between requests (Lambda), so a job's message must be on its way before the answer is. */
  readonly freezes: boolean;
  readonly feed: Job.Feed;
  readonly log: Log;
  readonly limits: Limits;
  /** The first is the default. */
  readonly interpreters: readonly Interpreter[];
  /** Changes whenever the compiler would make another program from the same request. */
  readonly compilerRevision: string;
  /** The kinds that some worker makes. */
  readonly kinds: {
    readonly compile: readonly CompileKind[];
    readonly generate: readonly GenerateKind[];
    readonly experiment: readonly ExperimentKind[];
  };
  /** Runs programs in this process, or forwards to the one that does; undefined where programs cannot be run. */
  readonly runs:
    | { readonly program: RunProgram; readonly specialists?: MixtureRunner }
    | { readonly forwardTo: string }
    | undefined;
  /** On a developer's machine: webhooks may go to plain http and private addresses. */
  readonly localMode: boolean;
  /** A run that takes longer is given up. */
  readonly runSeconds: number;
  /** An event stream ends after so long; the client connects again. */
  readonly streamSeconds: number;
  readonly version: string;
}

const minute = (limit: number): Allowance => ({ limit, periodSeconds: 60 });

/** For a server on the internet. */
export const PUBLIC_LIMITS: Limits = {
  key: { read: minute(1200), write: minute(240), create: minute(120), run: minute(600) },
  address: { read: minute(120), write: minute(20), create: minute(20), run: minute(60) },
  unfinishedJobs: 200,
};

/** For a server on the developer's own machine: out of the way, but working. */
export const LOCAL_LIMITS: Limits = {
  key: { read: minute(600_000), write: minute(600_000), create: minute(600_000), run: minute(600_000) },
  address: { read: minute(60_000), write: minute(60_000), create: minute(60_000), run: minute(60_000) },
  unfinishedJobs: 100_000,
};
  /** The address by which the outside knows this server; by default the one that a request names. */
  readonly publicUrl?: string;
  /** Signing in on the page with GitHub; undefined: only API keys. */
  readonly github?: GithubSettings;
