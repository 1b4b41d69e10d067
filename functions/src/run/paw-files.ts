/** The files that PAW's clients load: programs as `.paw`, interpreters as GGUF, and adapters that come back. */
import { AppError } from "@weightsmith/contract";
import type { Artifact } from "@weightsmith/core";
import {
  type BaseModelFile,
  baseModelFile,
  importAdapter,
  type ProgramHost,
  packArtifact,
  packPaw,
  runtimeId,
  runtimeManifest,
} from "@weightsmith/programs";
import type { Runs } from "../services.ts";
import { fetchProgram, orNotRunnable } from "./program-runner.ts";

export type PawFiles = Pick<Runs, "paw" | "runtime" | "baseModel" | "importAdapter">;

export interface PawFilesOptions {
  readonly storage: Artifact.Storage;
  readonly host: Pick<ProgramHost, "interpreter">;
  readonly interpreters: readonly string[];
}

export function pawFiles({ storage, host, interpreters }: PawFilesOptions): PawFiles {
  /** By interpreter. Written once: the same weights give the same file. */
  const bases = new Map<string, Promise<BaseModelFile>>();
  const interpreterOf = async (id: string) => (await host.interpreter(id)).interpreter;

  const baseOf = (id: string): Promise<BaseModelFile> => {
    const known = bases.get(id);
    if (known) return known;
    const made = interpreterOf(id).then(baseModelFile);
    bases.set(id, made);
    made.catch(() => bases.delete(id));
    return made;
  };

  /** Ids begin with the interpreter's name, and say which version of it they mean. */
  const interpreterOfRuntime = async (wanted: string) => {
    for (const id of interpreters) {
      if (!wanted.startsWith(`weightsmith-${id}-`)) continue;
      const interpreter = await interpreterOf(id);
      if (runtimeId(interpreter) === wanted) return interpreter;
    }
    throw new AppError("interpreter.unknown", {
      message: `There is no runtime ${JSON.stringify(wanted.slice(0, 100))} here.`,
    });
  };

  return {
    async paw({ artifactSha256 }) {
      const program = await fetchProgram(storage, artifactSha256);
      const { id, sha256 } = program.manifest.interpreter;
      const interpreter = await orNotRunnable(interpreterOf(id));
      if (interpreter.sha256 !== sha256) {
        throw new AppError("program.not_runnable", {
          message: `The program was made for another version of the interpreter ${id}.`,
        });
      }
      return packPaw(program, interpreter);
    },
    async runtime(wanted, urlOf) {
      const interpreter = await interpreterOfRuntime(wanted);
      const base = await baseOf(interpreter.id);
      return runtimeManifest(interpreter, base, urlOf(base.file));
    },
    async baseModel(file) {
      const interpreter = await interpreterOfRuntime(file.replace(/\.gguf$/, ""));
      return baseOf(interpreter.id);
    },
    async importAdapter({ interpreter, ...adapter }) {
      const program = await importAdapter(adapter, await interpreterOf(interpreter));
      const { programId: id, method, interpreter: made } = program.manifest;
      return {
        archive: packArtifact(program),
        draft: { id, method, interpreter: made, report: program.report },
      };
    },
  };
}
