/** What a job handler gets and gives. A handler knows neither queue nor lease: it works until done or told to stop. */
import type { JobResult, JobType, Progress } from "@weightsmith/contract";
import type { Artifact, Job, Leaderboard, Program } from "@weightsmith/core";
import type { Logger } from "pino";
import type { BatchStore } from "./batch-store.ts";
import type { SpecialistStore } from "./specialist-store.ts";
import type { SubmissionMaterials } from "./submission.ts";

export interface HandlerContext {
  readonly job: Job.Job;
  /**
   * Aborted when the work must end: canceled, shutting down, out of time, or taken over by another worker. The handler
   * saves a checkpoint if it can, and rejects with the signal's reason within seconds.
   */
  readonly signal: AbortSignal;
  /** Reports where the work stands. Cheap: what comes faster than can be stored is thinned out, the last one is kept. */
  readonly progress: (progress: Progress) => void;
  readonly checkpoint: {
    /** What an earlier attempt saved last. */
    load(): Promise<Uint8Array | undefined>;
    /** Keeps the bytes for the next attempt. A checkpoint that cannot be stored is logged, and the work goes on. */
    save(bytes: Uint8Array, step: number): Promise<void>;
  };
  readonly artifacts: {
    /** Stores bytes under their SHA-256. */
    put(bytes: Uint8Array, options: { readonly mediaType: string }): Promise<Artifact.Artifact>;
  };
  readonly submission?: {
    /** For leaderboard jobs: the program and the hidden examples. */
    load(): Promise<SubmissionMaterials>;
  };
  /** For specialist jobs: the workspace's parts and corpora. */
  readonly specialists?: SpecialistStore;
  /** For batch jobs: the input, the pieces of the output. For them and for experiments: programs by name. */
  readonly batch?: BatchStore;
  readonly log: Logger;
}

/** What a finished job leaves behind; it is written in one transaction with the job's end. */
export interface Finished {
  readonly result: JobResult;
  readonly program?: Program.Draft;
  /** What a leaderboard job measured. */
  readonly entry?: Leaderboard.EntryDraft;
}

/** The handler gives way: the job goes back into the queue and is continued from its checkpoint when its turn comes. */
export interface Unfinished {
  readonly unfinished: true;
}

/**
 * Does the work of one type of job. Throws an AppError to end the job with its code; anything else counts as
 * `internal.error`.
 */
export type Handler = (context: HandlerContext) => Promise<Finished | Unfinished>;

/** The handlers of a worker. A worker receives from the queues of these types and no others. */
export type Handlers = Partial<Readonly<Record<JobType, Handler>>>;
