/** Everything that the process with the interpreters does, put together from its parts. */
import { Artifact } from "@weightsmith/core";
import type { ProgramHost } from "@weightsmith/programs";
import type { Runs } from "../services.ts";
import { interpreterFiles } from "./interpreter-files.ts";
import { withMixtures } from "./mixture-text.ts";
import { type PawFiles, pawFiles } from "./paw-files.ts";
import { programRunner } from "./program-runner.ts";
import { specialistRunner } from "./specialist-runner.ts";
import { textWriter } from "./text-writer.ts";

export interface RunsOptions {
  readonly storage: Artifact.Storage;
  readonly host: ProgramHost;
  /** The names of the interpreters that the service offers. */
  readonly interpreters: readonly string[];
  /** How many programs stay ready. */
  readonly keep: number;
}

export function makeRuns({ storage, host, interpreters, keep }: RunsOptions): Runs {
  const specialists = specialistRunner({ storage });
  const runner = programRunner({ archive: (sha256) => Artifact.get(storage, sha256), host, keep });
  const files: PawFiles = pawFiles({ storage, host, interpreters });
  return {
    program: runner.program,
    stream: runner.stream,
    ...files,
    interpreterFiles: interpreterFiles(host),
    text: withMixtures(textWriter({ host, ready: runner.ready }), specialists),
    specialists,
  };
}
