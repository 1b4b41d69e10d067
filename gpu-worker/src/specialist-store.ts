/**
 * What a specialist job needs of the stores, which only the worker reaches: the workspace's parts and corpora. Calls are
 * data, so that they travel to the worker from the process that computes.
 */
import type { Corpus, SpecialistReport } from "@weightsmith/contract";
import { Artifact, type Database, type Job, Specialist } from "@weightsmith/core";

/** One call by name, with what it takes and gives. */
export interface SpecialistCalls {
  parts: { arguments: []; result: readonly { readonly name: string; readonly sha256: string }[] };
  loadPart: { arguments: [sha256: string]; result: Uint8Array };
  /** @param sha256 an artifact that was put before */
  savePart: {
    arguments: [part: { name: string; sha256: string; report: SpecialistReport }];
    result: undefined;
  };
  corpora: { arguments: []; result: readonly Corpus[] };
  readCorpus: {
    arguments: [part: { name: string; file: string; start: number; end: number }];
    result: Uint8Array;
  };
  putCorpus: { arguments: [part: { name: string; file: string; bytes: Uint8Array }]; result: undefined };
  removeCorpus: { arguments: [name: string]; result: { readonly files: number; readonly bytes: number } };
}
export type SpecialistCall = {
  [Name in keyof SpecialistCalls]: {
    readonly name: Name;
    readonly arguments: SpecialistCalls[Name]["arguments"];
  };
}[keyof SpecialistCalls];

export interface SpecialistStore {
  /** @throws AppError service.unavailable, artifact.*; the signal's reason once the job must end */
  call<Name extends keyof SpecialistCalls>(
    name: Name,
    ...args: SpecialistCalls[Name]["arguments"]
  ): Promise<SpecialistCalls[Name]["result"]>;
}

export function specialistStore(
  { db, storage }: { readonly db: Database.Database; readonly storage: Artifact.Storage },
  { id: jobId, workspaceId }: Job.Job,
  signal: AbortSignal,
): SpecialistStore {
  const calls: {
    [Name in keyof SpecialistCalls]: (
      ...args: SpecialistCalls[Name]["arguments"]
    ) => Promise<SpecialistCalls[Name]["result"]>;
  } = {
    parts: async () =>
      (await Specialist.list(db, workspaceId)).map(({ name, artifactSha256: sha256 }) => ({ name, sha256 })),
    loadPart: (sha256) => Artifact.get(storage, sha256),
    savePart: async ({ name, sha256, report }) => {
      // A job that was canceled or taken over leaves nothing behind.
      signal.throwIfAborted();
      await Specialist.save(db, { workspaceId, name, artifactSha256: sha256, report, jobId });
      return undefined;
    },
    corpora: () => Specialist.Corpus.list(storage, workspaceId),
    readCorpus: (part) => Specialist.Corpus.read(storage, workspaceId, part),
    putCorpus: async (part) => {
      await Specialist.Corpus.put(storage, workspaceId, part);
      return undefined;
    },
    removeCorpus: (name) => Specialist.Corpus.remove(storage, workspaceId, name),
  };
  return { call: (name, ...args) => calls[name](...args) };
}
