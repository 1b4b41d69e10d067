/**
 * Runs programs from the object store. Interpreters stay in memory once loaded; so do the programs used last, whose
 * archives were fetched and verified. This folder is the only part of the API that knows machine learning.
 */
import { AppError } from "@weightsmith/contract";
import { Artifact } from "@weightsmith/core";
import {
  type ProgramArtifact,
  type ProgramHost,
  type RunnableProgram,
  type RunOptions,
  unpackArtifact,
} from "@weightsmith/programs";
import type { RunCall, Runs } from "../services.ts";

export interface ProgramRunnerOptions {
  /** The verified archive under a SHA-256. */
  readonly archive: (sha256: string) => Promise<Uint8Array>;
  readonly host: Pick<ProgramHost, "open">;
  /** How many programs stay ready. A few hundred kilobytes each. */
  readonly keep: number;
}

export interface ProgramRunner extends Pick<Runs, "program" | "stream"> {
  /** A program made ready, kept like those that were run. */
  readonly ready: (artifactSha256: string) => Promise<RunnableProgram>;
}

/** A program's files. @throws AppError artifact.not_found, artifact.invalid */
export const fetchProgram = async (storage: Artifact.Storage, sha256: string): Promise<ProgramArtifact> =>
  unpackArtifact(await Artifact.get(storage, sha256));

/** An interpreter that is not here cannot be asked for: the program cannot be run. */
export async function orNotRunnable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "interpreter.unknown") throw error;
    throw new AppError("program.not_runnable", { message: error.publicMessage, cause: error });
  }
}

export function programRunner({ archive, host, keep }: ProgramRunnerOptions): ProgramRunner {
  /** By the archive's SHA-256, the one used last at the end. */
  const kept = new Map<string, Promise<RunnableProgram>>();

  const prepare = async (sha256: string): Promise<RunnableProgram> =>
    orNotRunnable(host.open(await unpackArtifact(await archive(sha256))));

  const ready = (sha256: string): Promise<RunnableProgram> => {
    const known = kept.get(sha256);
    const program = known ?? prepare(sha256);
    kept.delete(sha256);
    kept.set(sha256, program);
    if (known === undefined) {
      program.catch(() => {
        if (kept.get(sha256) === program) kept.delete(sha256);
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= keep) break;
        // A run that is under way keeps what it needs; closing a program ends nothing that others share.
        kept.delete(oldest);
      }
    }
    return program;
  };

  return {
    ready,
    async program(call) {
      const program = await ready(call.artifactSha256);
      call.signal.throwIfAborted();
      const began = performance.now();
      const answers = await program.run(call.inputs, optionsOf(call));
      return { answers, milliseconds: Math.round((performance.now() - began) * 10) / 10 };
    },
    async *stream(call) {
      const program = await ready(call.artifactSha256);
      call.signal.throwIfAborted();
      yield* program.stream(call.inputs, optionsOf(call));
    },
  };
}

const optionsOf = ({ signal, constraint, scores, maxTokens }: RunCall): RunOptions => ({
  signal,
  ...(constraint === undefined ? {} : { constraint }),
  ...(scores === undefined ? {} : { scores }),
  ...(maxTokens === undefined ? {} : { maxTokens }),
});
