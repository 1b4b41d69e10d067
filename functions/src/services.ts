/** What the app needs from outside. Entry points (server.ts, lambda.ts, tests) make it from their environment. */
import type {
  CompileKind,
  Constraint,
  ExperimentKind,
  GenerateKind,
  InterpreterFile,
  Method,
  ProgramId,
  ProgramManifest,
  Report,
} from "@weightsmith/contract";
import type { Artifact, Database, Examples, Job, Metrics, Outbox, Queue, Trace } from "@weightsmith/core";

import type { MixturePart, MixtureRunner } from "./mixture-runner.ts";
import type { GithubSettings } from "./routes/session-github/github.ts";

/** One line of the log, ready to be written. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** A fixed model that programs run on, by the name that callers use. */
export type Interpreter = ProgramManifest["interpreter"];

export interface RunCall {
  readonly programId: string;
  readonly artifactSha256: string;
  readonly interpreter: Interpreter | null;
  readonly inputs: readonly string[];
  readonly signal: AbortSignal;
  /** What answers are held to; null: nothing. Default: the program's own constraint. */
  readonly constraint?: Constraint | null | undefined;
  /** Also tell how sure the program is of each answer. */
  readonly scores?: boolean | undefined;
  readonly maxTokens?: number | undefined;
}

export interface RunAnswer {
  readonly output: string;
  readonly tokens: number;
  /** Whether the answer ended by itself. */
  readonly complete: boolean;
  /** Only with `scores`. */
  readonly logProbability?: number;
  readonly confidence?: number;
}

/**
 * Runs a program on each input and gives the answers in the same order.
 * @throws AppError program.not_runnable, interpreter.unavailable, run.input_too_long, run.timeout, constraint.invalid,
 * artifact.*
 */
export type RunProgram = (
  call: RunCall,
) => Promise<{ readonly answers: readonly RunAnswer[]; readonly milliseconds: number }>;

/** A piece of an answer as it is written, or the whole of it at its end. */
export type RunPiece =
  | { readonly index: number; readonly text: string }
  | { readonly index: number; readonly answer: RunAnswer };

/** An interpreter's file for llama.cpp. */
export interface BaseModel {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What only the process that has the interpreters in memory can do. */
export interface Runs {
  readonly program: RunProgram;
  readonly stream: (call: RunCall) => AsyncIterable<RunPiece>;
  /** The program as `.paw`. @throws AppError program.not_exportable, program.not_runnable */
  readonly paw: (call: { readonly artifactSha256: string }) => Promise<Uint8Array>;
  /** What PAW's clients need to know of an interpreter. @throws AppError interpreter.unknown */
  readonly runtime: (
    runtimeId: string,
    urlOf: (file: string) => string,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** @throws AppError interpreter.unknown */
  readonly baseModel: (file: string) => Promise<BaseModel>;
  /** What a browser needs to run programs on an interpreter. @throws AppError interpreter.unknown */
  readonly interpreterFiles: (id: string) => Promise<{
    readonly id: string;
    readonly sha256: string;
    readonly files: readonly {
      readonly name: InterpreterFile;
      readonly bytes: Uint8Array;
      readonly sha256: string;
    }[];
  }>;
  /** An adapter made elsewhere as a program. @throws AppError artifact.invalid */
  readonly importAdapter: (
    request: ImportRequest,
  ) => Promise<{ readonly archive: Uint8Array; readonly draft: ImportDraft }>;
  /** Text written by an interpreter or one of its programs. */
  readonly text: WriteProgramText;
  /** Text written by a generalist with its specialists. */
  readonly specialists?: MixtureRunner;
}

export interface ImportRequest {
  readonly interpreter: string;
  readonly spec: string;
  readonly name?: string | undefined;
  readonly template?: string | undefined;
  readonly adapter: Uint8Array | undefined;
}
/** What the row of an imported program says. */
export interface ImportDraft {
  readonly id: ProgramId;
  readonly method: Method;
  readonly interpreter: Interpreter;
  readonly report: Report;
}

export interface Message {
  readonly role: string;
  readonly content: string;
}

export interface TextCall {
  /** Which program writes; undefined: the interpreter by itself. */
  readonly program?: { readonly artifactSha256: string } | undefined;
  readonly interpreter: string;
  /** The parts of a mixture of specialists that writes instead. */
  readonly mixture?: readonly MixturePart[] | undefined;
  /** A conversation, or texts to go on with, each by itself. */
  readonly prompt: { readonly messages: readonly Message[] } | { readonly texts: readonly string[] };
  /** Answers for each prompt. */
  readonly count: number;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly stop: readonly string[];
  readonly constraint?: Constraint | null | undefined;
  /** Report the log-probabilities of tokens, and of so many alternatives. */
  readonly logProbabilities?: number | undefined;
  readonly signal: AbortSignal;
}

export interface TextToken {
  readonly token: string;
  readonly bytes: readonly number[];
  readonly logProbability: number;
  readonly alternatives: readonly Omit<TextToken, "alternatives">[];
}

/** A piece of one answer; `finish` on its last. */
export interface TextPiece {
  /** The prompt's index times `count`, plus the answer's. */
  readonly index: number;
  readonly text: string;
  readonly tokens: number;
  readonly scores: readonly TextToken[];
  readonly finish?: "stop" | "length" | undefined;
}

export type WriteProgramText = (
  call: TextCall,
) => Promise<{ readonly promptTokens: number; readonly pieces: AsyncIterable<TextPiece> }>;

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
  readonly runs: Runs | { readonly forwardTo: string } | undefined;
  /** On a developer's machine: webhooks may go to plain http and private addresses. */
  readonly localMode: boolean;
  /** By which /metrics opens where this is no developer's machine; undefined: there it does not exist. */
  readonly metricsToken?: string | undefined;
  /** A run that takes longer is given up. */
  readonly runSeconds: number;
  /** An event stream ends after so long; the client connects again. */
  readonly streamSeconds: number;
  /** The address by which the outside knows this server; by default the one that a request names. */
  readonly publicUrl?: string;
  /** The model that writes examples for specs; undefined: people write them. */
  readonly exampleWriter?: Examples.Endpoint;
  /** Signing in on the page with GitHub; undefined: only API keys. */
  readonly github?: GithubSettings;
  readonly version: string;
  /** Default: no traces. */
  readonly tracer?: Trace.Tracer;
  /** Where requests are measured besides /metrics. */
  readonly meter?: Metrics.Meter | undefined;
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
