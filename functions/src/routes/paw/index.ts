/**
 * The API of PAW (programasweights) at /api/v1, so that its clients work against this server when they are given its
 * address: docs/guides/compatibility.md. Their words are translated here; jobs, programs, aliases, votes and cases are
 * the same ones that /v1 shows.
 */
import type { App } from "../../http/environment.ts";
import type { Services } from "../../services.ts";
import { pawAccount } from "./account.ts";
import { pawCompile } from "./compile.ts";
import { pawFeedback } from "./feedback.ts";
import { pawImports, pawImportValidation } from "./imports.ts";
import { pawPrograms } from "./programs.ts";
import { pawRun } from "./run.ts";

export function paw(app: App, services: Services): void {
  pawAccount(app, services);
  pawCompile(app, services);
  pawRuns(app, services);
  pawFeedback(app, services);
  // Last: its paths end in a name that may have anything in it.
  pawPrograms(app, services);
  pawImports(app, services);
}

/** The part that the process which runs programs answers. */
export function pawRuns(app: App, services: Services): void {
  pawRun(app, services);
  pawImportValidation(app, services);
}
