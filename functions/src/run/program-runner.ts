/**
 * Runs programs from the object store. Interpreters stay in memory once loaded; so do the programs used last, whose
 * archives were fetched and verified. This folder is the only part of the API that knows machine learning.
 */
import { AppError } from "@weightsmith/contract";
import { Artifact } from "@weightsmith/core";
import { type ProgramHost, type RunnableProgram, unpackArtifact } from "@weightsmith/programs";
import type { RunProgram } from "../services.ts";

export interface ProgramRunnerOptions {
  readonly storage: Artifact.Storage;
  readonly host: Pick<ProgramHost, "open">;
  /** How many programs stay ready. A few hundred kilobytes each. */
  readonly keep: number;
}

export function programRunner({ storage, host, keep }: ProgramRunnerOptions): RunProgram {
  /** By the archive's SHA-256, the one used last at the end. */
  const ready = new Map<string, Promise<RunnableProgram>>();

  const prepare = async (sha256: string): Promise<RunnableProgram> => {
    const archive = await Artifact.get(storage, sha256);
    try {
      return await host.open(unpackArtifact(archive));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "interpreter.unknown") throw error;
      throw new AppError("program.not_runnable", { message: error.publicMessage, cause: error });
    }
  };

  const programOf = (sha256: string): Promise<RunnableProgram> => {
    const known = ready.get(sha256);
    const program = known ?? prepare(sha256);
    ready.delete(sha256);
    ready.set(sha256, program);
    if (known === undefined) {
      program.catch(() => {
        if (ready.get(sha256) === program) ready.delete(sha256);
      });
      for (const oldest of ready.keys()) {
        if (ready.size <= keep) break;
        // A run that is under way keeps what it needs; closing a program ends nothing that others share.
        ready.delete(oldest);
      }
    }
    return program;
  };

  return async ({ artifactSha256, inputs, signal }) => {
    const program = await programOf(artifactSha256);
    signal.throwIfAborted();
    const began = performance.now();
    const answers = await program.run(inputs, { signal });
    const milliseconds = Math.round((performance.now() - began) * 10) / 10;
    return { outputs: answers.map(({ output }) => output), milliseconds };
  };
}
