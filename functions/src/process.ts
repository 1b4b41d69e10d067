/** The end of a process: a first SIGTERM or SIGINT ends it in good order, a second one at once. */
import type { Log } from "./services.ts";

export function endOnSignals(log: Log, end: () => Promise<void>): void {
  let signals = 0;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (++signals > 1) process.exit(1);
      log("info", "asked to end", { signal });
      end()
        .then(() => log("info", "ended"))
        .catch((error: unknown) => {
          log("error", "ending failed", { error });
          process.exit(1);
        });
    });
  }
}
