/**
 * What the worker and the process that computes for it say to each other. Both are of the same version: one starts the
 * other. Messages travel by structured clone, so that dates and bytes arrive as what they are.
 */
import type { JobType, Problem, Progress } from "@weightsmith/contract";
import type { Artifact, Job } from "@weightsmith/core";
import type { BatchCall } from "../batch-store.ts";
import type { Finished, Unfinished } from "../handler.ts";
import type { SpecialistCall } from "../specialist-store.ts";
import type { StopCause } from "../stop.ts";
import type { SubmissionMaterials } from "../submission.ts";

/** How the process is set up: in its first argument, as JSON. */
export interface ExecutorConfiguration {
  readonly type: JobType;
  /** Where to compute; `auto` is settled by the process. */
  readonly device: "auto" | "cpu" | "cuda" | "webgpu";
  readonly threads: number;
  readonly modelsFolder: string;
  readonly lodaProgramsFolder?: string | undefined;
  readonly allowPrivateEndpoints?: boolean | undefined;
  readonly logLevel: string;
  /** Added to the process's priority number: above 0 it yields to everything else on the machine. */
  readonly niceness: number;
  /** The module that makes the handlers; tests bring their own. */
  readonly handlersModule: string;
}

/** What a handler asks of the stores, which only the worker reaches. */
export interface StoreCalls {
  loadCheckpoint: { arguments: []; result: Uint8Array | undefined };
  saveCheckpoint: { arguments: [bytes: Uint8Array, step: number]; result: undefined };
  loadSubmission: { arguments: []; result: SubmissionMaterials };
  batch: { arguments: [call: BatchCall]; result: unknown };
  specialists: { arguments: [call: SpecialistCall]; result: unknown };
  putArtifact: { arguments: [bytes: Uint8Array, options: { mediaType: string }]; result: Artifact.Artifact };
}
export type StoreCall = {
  [Name in keyof StoreCalls]: { readonly name: Name; readonly arguments: StoreCalls[Name]["arguments"] };
}[keyof StoreCalls];

/** An error of the catalogue as its problem, any other as it is. */
export type Failure = { readonly problem: Problem } | { readonly error: Error };

export type ToExecutor =
  /** `bindings` go into every line of the handler's log. */
  | { readonly type: "begin"; readonly run: number; readonly job: Job.Job; readonly bindings: object }
  | { readonly type: "stop"; readonly run: number; readonly cause: StopCause }
  | { readonly type: "answer"; readonly call: number; readonly value: unknown }
  | { readonly type: "refusal"; readonly call: number; readonly failure: Failure };

export type FromExecutor =
  | { readonly type: "ready"; readonly device: string }
  | { readonly type: "progress"; readonly run: number; readonly progress: Progress }
  | { readonly type: "call"; readonly run: number; readonly call: number; readonly request: StoreCall }
  | { readonly type: "finished"; readonly run: number; readonly finished: Finished | Unfinished }
  | { readonly type: "failed"; readonly run: number; readonly failure: Failure };
