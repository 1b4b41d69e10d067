/** Programs as models of experiments: fetched through the worker, which sees to it that the workspace may use them. */
import { AppError, type ProgramId } from "@weightsmith/contract";
import type { TextProgram } from "@weightsmith/experiments";
import { openProgram, unpackArtifact } from "@weightsmith/programs";
import type { BatchStore } from "../batch-store.ts";

export interface ProgramSettings {
  readonly device: string;
  readonly threads: number;
  readonly modelsFolder: string;
}

/** @returns opens a program by its id. @throws AppError program.not_found, program.not_runnable */
export function programOpener(
  store: BatchStore,
  settings: ProgramSettings,
): (id: ProgramId) => Promise<TextProgram> {
  return async (id) => {
    const { kind, artifactSha256 } = await store.call("program", id);
    if (kind !== "weights")
      throw new AppError("program.not_runnable", {
        message: `The program ${id} is of kind ${kind}; an experiment's model answers texts, as weight programs do.`,
      });
    const archive = await store.call("archive", artifactSha256);
    const runnable = await openProgram(unpackArtifact(archive), settings);
    return {
      identity: `program:${id}`,
      run: async (inputs, options) => (await runnable.run(inputs, options)).map(({ output }) => output),
      close: () => runnable.close(),
    };
  };
}
