/** Compile jobs: a spec and examples become a weight program, stored as a `.tgz` under its hash. */

import { functionsOfText } from "@weightsmith/codegen";
import { AppError, storedCompileRequestSchema } from "@weightsmith/contract";
import { compileProgram, type Interpreter, loadInterpreter, packArtifact } from "@weightsmith/programs";
import type { Handler } from "../handler.ts";

export interface CompileSettings {
  readonly device: string;
  readonly threads: number;
  /** The folder of the interpreters. */
  readonly modelsFolder: string;
}

export function compileHandler({ device, threads, modelsFolder }: CompileSettings): Handler {
  const interpreters = interpreterCache(modelsFolder);
  return async ({ job, signal, progress, checkpoint, artifacts, log }) => {
    const stored = storedCompileRequestSchema.safeParse(job.request);
    // The API stores what it has parsed; only another version of it could store anything else.
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const request = stored.data;
    const interpreter = await interpreters(request.interpreter);
    const program = await compileProgram(request, {
      interpreter,
      device,
      threads,
      signal,
      onProgress: progress,
      checkpoint,
      findFunctions: functionsOfText,
    });
    const { manifest, report } = program;
    if (job.programId !== null && job.programId !== manifest.programId) {
      // The API and this worker are of different versions; what was made is named for what it is.
      log.warn(
        { promised: job.programId, made: manifest.programId },
        "another program than the API expected",
      );
    }
    const artifact = await artifacts.put(packArtifact(program), { mediaType: "application/gzip" });
    return {
      result: { programId: manifest.programId, report },
      program: {
        id: manifest.programId,
        kind: "weights",
        spec: request.spec,
        seed: request.seed,
        artifactSha256: artifact.sha256,
        name: request.name,
        parents: request.parents,
        ...(request.alias === undefined ? {} : { alias: request.alias }),
        tags: request.tags,
        public: request.public,
        method: manifest.method,
        interpreter: manifest.interpreter,
        report,
      },
    };
  };
}

/** Keeps interpreters in memory; one that could not be loaded is tried again by the next job. */
function interpreterCache(modelsFolder: string): (id: string | undefined) => Promise<Interpreter> {
  const loaded = new Map<string | undefined, Promise<Interpreter>>();
  return (id) => {
    let interpreter = loaded.get(id);
    if (!interpreter) {
      interpreter = loadInterpreter(modelsFolder, id);
      loaded.set(id, interpreter);
      interpreter.catch(() => loaded.delete(id));
    }
    return interpreter;
  };
}
