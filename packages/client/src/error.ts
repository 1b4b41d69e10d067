/** What every failed call throws: the API's error as it came, or what went wrong on the way to it. */
import type { ErrorBody, ErrorCode, Job, Problem } from "@weightsmith/contract";

/** Failures that no server reported. */
export type ClientErrorCode =
  /** The server could not be reached, or the connection broke. */
  | "client.connection"
  /** There was no answer in time. */
  | "client.timeout"
  /** The answer is not one that a Weightsmith server gives. */
  | "client.bad_response";

export interface WeightsmithErrorOptions {
  readonly code: ErrorCode | ClientErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** The HTTP status; undefined when there was no answer. */
  readonly status?: number | undefined;
  readonly retryable: boolean;
  readonly requestId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The job that failed, when `waitFor` throws. */
  readonly job?: Job | undefined;
  readonly cause?: unknown;
}

export class WeightsmithError extends Error {
  override readonly name = "WeightsmithError";
  readonly code: ErrorCode | ClientErrorCode;
  readonly remedy: string;
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  readonly job: Job | undefined;

  constructor(options: WeightsmithErrorOptions) {
    super(options.message, { cause: options.cause });
    this.code = options.code;
    this.remedy = options.remedy;
    this.status = options.status;
    this.retryable = options.retryable;
    this.requestId = options.requestId;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.job = options.job;
  }
}

/** The error that an answer with a status of 400 or more stands for. */
export async function errorFromResponse(response: Response): Promise<WeightsmithError> {
  const text = await response.text().catch(() => "");
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const retryAfterSeconds = secondsOf(response.headers.get("retry-after"));
  const body = errorBody(text);
  if (body === undefined) {
    return new WeightsmithError({
      code: "client.bad_response",
      message: `The server answered with status ${response.status} and no error description: ${text.slice(0, 200) || "(an empty body)"}`,
      remedy:
        "Check that baseUrl is the address of a Weightsmith server, and what stands between it and you.",
      status: response.status,
      retryable: response.status === 429 || response.status >= 502,
      requestId,
      retryAfterSeconds,
    });
  }
  return new WeightsmithError({
    code: body.code as ErrorCode,
    message: body.message,
    remedy: body.remedy,
    status: response.status,
    retryable: body.retryable,
    requestId: body.requestId,
    details: body.details,
    retryAfterSeconds,
  });
}

/** The error of a job that did not succeed. */
export function errorFromJob(job: Job): WeightsmithError {
  const problem: Problem = job.error ?? {
    code: "job.canceled" satisfies ErrorCode,
    title: "The job was canceled",
    message: `The job ${job.id} was canceled.`,
    remedy: "Send the request again if the result is wanted after all.",
    retryable: false,
  };
  return new WeightsmithError({
    code: problem.code as ErrorCode,
    message: problem.message,
    remedy: problem.remedy,
    retryable: problem.retryable,
    details: problem.details,
    job,
  });
}

function errorBody(text: string): ErrorBody["error"] | undefined {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return typeof error.code === "string" && typeof error.message === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

function secondsOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
