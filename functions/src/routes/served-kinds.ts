import { AppError } from "@weightsmith/contract";

/** @throws AppError kind.unavailable if no worker of this server makes the kind, so that no job waits for ever */
export function requireServed(kind: string, served: readonly string[]): void {
  if (served.includes(kind)) return;
  throw new AppError("kind.unavailable", {
    message: `The kind "${kind}" is not served here; ${served.length === 0 ? "no kind of this endpoint is" : `served ${served.length === 1 ? "is" : "are"} ${served.join(", ")}`}.`,
    context: { served },
  });
}
