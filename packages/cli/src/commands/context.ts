/** What every command is given: where to print, how to reach the server, how to learn of Ctrl-C. */
import type { Weightsmith } from "@weightsmith/client";
import type { Output } from "../terminal/output.ts";

export interface CommandContext {
  readonly output: Output;
  /** A client of the configured server. @throws AppError auth.missing_key if none is configured */
  api(): Weightsmith;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The folder of the interpreters' weights. */
  readonly modelsFolder: string;
  /** Where offline compiles go when no folder is named. */
  readonly programsFolder: string;
  readonly device: string;
  /** For OpenAI-compatible endpoints that experiments ask. */
  readonly endpointKey?: string | undefined;
  /** Where that endpoint is; undefined: OpenAI's own. */
  readonly endpointUrl?: string | undefined;
}
