/**
 * What a batch job needs of the stores, which only the worker reaches: its input, the pieces of its output, and the
 * programs that its lines name. Calls are data, so that they travel to the worker from the process that computes.
 */
import {
  AppError,
  isProgramId,
  type ProgramKind,
  readAliasReference,
  storedBatchSchema,
} from "@weightsmith/contract";
import { Alias, Artifact, Batch, type Database, File, type Job, Program } from "@weightsmith/core";

export interface NamedProgram {
  readonly id: string;
  readonly kind: ProgramKind;
  readonly artifactSha256: string;
  readonly interpreter: string | null;
}

type Piece = Omit<Batch.Store.PieceName, "kind">;

/** One call by name, with what it takes and gives. */
export interface BatchCalls {
  /** @throws AppError file.not_found */
  read: { arguments: [range: { start: number; end: number }]; result: Uint8Array };
  /** A program by its id or an alias, if the workspace may see it. @throws AppError program.not_found, alias.not_found */
  program: { arguments: [name: string]; result: NamedProgram };
  archive: { arguments: [sha256: string]; result: Uint8Array };
  /** Of this attempt. */
  putPiece: {
    arguments: [piece: { number: number; kind: Batch.Store.PieceKind; bytes: Uint8Array }];
    result: undefined;
  };
  /** Puts the pieces together to the output. */
  finish: { arguments: [pieces: { results: Piece[]; errors: Piece[] }]; result: undefined };
}
export type BatchCall = {
  [Name in keyof BatchCalls]: { readonly name: Name; readonly arguments: BatchCalls[Name]["arguments"] };
}[keyof BatchCalls];

export interface BatchStore {
  /** @throws AppError service.unavailable, artifact.*; the signal's reason once the job must end */
  call<Name extends keyof BatchCalls>(
    name: Name,
    ...args: BatchCalls[Name]["arguments"]
  ): Promise<BatchCalls[Name]["result"]>;
}

export function batchStore(
  { db, storage }: { readonly db: Database.Database; readonly storage: Artifact.Storage },
  { id: jobId, workspaceId, request, attempts: attempt }: Job.Job,
  signal: AbortSignal,
): BatchStore {
  const owner = { workspaceId, jobId };
  const calls: {
    [Name in keyof BatchCalls]: (
      ...args: BatchCalls[Name]["arguments"]
    ) => Promise<BatchCalls[Name]["result"]>;
  } = {
    async read(range) {
      const { inputFileId: fileId } = storedBatchSchema.parse(request);
      return Batch.Store.read(storage, workspaceId, { fileId, ...range });
    },
    async program(name) {
      const program = await programOf(db, workspaceId, name);
      const { id, kind, artifactSha256 } = program;
      const interpreter = Program.summary(program, undefined).interpreter?.id ?? null;
      return { id, kind, artifactSha256, interpreter };
    },
    archive: (sha256) => Artifact.get(storage, sha256),
    async putPiece({ bytes, ...piece }) {
      signal.throwIfAborted();
      await Batch.Store.putPiece(storage, owner, { ...piece, attempt }, bytes);
      return undefined;
    },
    async finish({ results, errors }) {
      signal.throwIfAborted();
      const { outputFileId, errorFileId } = storedBatchSchema.parse(request);
      const outputs = [
        { fileId: outputFileId, kind: "results", pieces: results },
        { fileId: errorFileId, kind: "errors", pieces: errors },
      ] as const;
      for (const { fileId, kind, pieces } of outputs) {
        // Without errors there is no error file.
        if (kind === "errors" && pieces.length === 0) continue;
        const named = pieces.map((piece) => ({ ...piece, kind }));
        const bytes = await Batch.Store.assemble(storage, owner, fileId, named);
        await File.written(db, { workspaceId, fileId }, bytes);
      }
      return undefined;
    },
  };
  return { call: (name, ...args) => calls[name](...args) };
}

async function programOf(
  db: Database.Database,
  workspaceId: Job.Job["workspaceId"],
  name: string,
): Promise<Program.Program> {
  if (isProgramId(name)) return Program.get(db, { workspaceId, programId: name });
  const reference = readAliasReference(name);
  if (reference === undefined) {
    throw new AppError("program.not_found", {
      message: `There is no program ${JSON.stringify(name.slice(0, 120))}: it is neither an id nor an alias.`,
    });
  }
  const { programId, alias } = await Alias.resolve(db, reference, workspaceId);
  return Program.get(db, { programId, workspaceId: alias.workspaceId });
}
