/**
 * The one error that crosses edges. A code from the catalogue decides HTTP status, title and whether trying again can
 * help; the message says what was wrong here and the remedy what to do. `context` goes to the caller as `details`;
 * `cause` only goes to the log.
 */
import { z } from "zod";
import { CATALOGUE, type ErrorCode, isErrorCode } from "./error-catalogue.ts";

export interface AppErrorOptions {
  /** What was wrong, what was expected: shown to the caller. Default: the catalogue's general text. */
  readonly message?: string;
  /** How to put it right: shown to the caller. Default: the catalogue's general text. */
  readonly remedy?: string;
  /** Facts a program can use, such as a line number; shown to the caller as `details`. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly publicMessage: string;
  readonly remedy: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const message = options.message ?? CATALOGUE[code].happened;
    super(message, { cause: options.cause });
    this.code = code;
    this.publicMessage = message;
    this.remedy = options.remedy ?? CATALOGUE[code].fix;
    this.context = options.context ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status() {
    return CATALOGUE[this.code].status;
  }

  get title(): string {
    return CATALOGUE[this.code].title;
  }

  get retryable(): boolean {
    return CATALOGUE[this.code].retryable;
  }

  /** What is stored with a failed job and sent to callers. */
  toProblem(): Problem {
    return {
      code: this.code,
      title: this.title,
      message: this.publicMessage,
      remedy: this.remedy,
      retryable: this.retryable,
      ...(Object.keys(this.context).length > 0 ? { details: { ...this.context } } : {}),
    };
  }

  /** The error that a stored or received problem stands for; a code this version does not know is `internal.error`. */
  static fromProblem(problem: Problem): AppError {
    return new AppError(isErrorCode(problem.code) ? problem.code : "internal.error", {
      message: problem.message,
      remedy: problem.remedy,
      context: problem.details ?? {},
    });
  }
}

/** An AppError stays what it is; anything else is an `internal.error` with the original as its cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("internal.error", { cause: error });
}

export const problemSchema = z
  .strictObject({
    code: z.string().meta({ description: "A code of the error catalogue.", examples: ["spec.empty"] }),
    title: z.string(),
    message: z.string().meta({ description: "What was wrong and what was expected." }),
    remedy: z.string().meta({ description: "How to put it right." }),
    retryable: z.boolean().meta({ description: "Whether the same request may succeed later." }),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

export const errorBodySchema = z
  .strictObject({
    error: problemSchema.extend({
      status: z.int().meta({ description: "The HTTP status, once more." }),
      requestId: z.string().meta({ description: "Quote it when you report a problem." }),
      documentation: z
        .string()
        .meta({ description: "Where the error's page is, relative to the API's address." }),
    }),
  })
  .meta({ id: "ErrorBody" });
export type ErrorBody = z.infer<typeof errorBodySchema>;
