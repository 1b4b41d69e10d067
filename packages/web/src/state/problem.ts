/** What went wrong, in the words of whoever noticed it, and what to do about it. */
import { WeightsmithError } from "@weightsmith/client";

export interface Problem {
  readonly message: string;
  readonly remedy: string;
  /** Of the API's catalogue; undefined for what went wrong on the page itself. */
  readonly code?: string;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof WeightsmithError) {
    const { code, message, remedy } = error;
    return { code, message, remedy };
  }
  if (error instanceof Error && "remedy" in error && typeof error.remedy === "string") {
    return { message: error.message, remedy: error.remedy };
  }
  return {
    message: error instanceof Error ? error.message : String(error),
    remedy: "Load the page again. If that does not help, this is a fault of the page: please report it.",
  };
}
