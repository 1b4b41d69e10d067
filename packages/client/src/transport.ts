/** One HTTP call: headers, time limit, retries with back-off. It knows no endpoint. */
import { errorFromResponse, WeightsmithError } from "./error.ts";

export interface TransportOptions {
  /** The server's address, such as https://api.example.com; a path prefix is kept. */
  readonly baseUrl: string;
  /** `wsk_…`. Without one only public programs can be read and run. */
  readonly apiKey?: string | undefined;
  /** For one attempt. Default 60. */
  readonly timeoutSeconds?: number | undefined;
  /** How often a failed call is tried again. Default 4. */
  readonly maxRetries?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Waits between attempts; replaced in tests. */
  readonly sleep?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** On top of the transport's, for calls that ask the server to wait. */
  readonly extraSeconds?: number | undefined;
  /** Whether the call may be repeated when it is not known if it was carried out. */
  readonly repeatable: boolean;
}

export interface Transport {
  /** The answer to a successful call; its body is not read yet. */
  send(call: Call): Promise<Response>;
  /** One attempt, whose body may take as long as it likes to come. For streams. */
  open(call: Call): Promise<Response>;
  /** Parsed JSON of a successful call. */
  json<T>(call: Call): Promise<T>;
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

export function createTransport(options: TransportOptions): Transport {
  const {
    apiKey,
    timeoutSeconds = 60,
    maxRetries = 4,
    headers: fixedHeaders = {},
    sleep = sleepSeconds,
  } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const base = new URL(options.baseUrl.endsWith("/") ? options.baseUrl : `${options.baseUrl}/`);

  const attempt = async (call: Call, limitSeconds: number | undefined): Promise<Response> => {
    const url = new URL(call.path.replace(/^\//, ""), base);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = new Headers(fixedHeaders);
    if (apiKey !== undefined) headers.set("authorization", `Bearer ${apiKey}`);
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value !== undefined) headers.set(name, value);
    }
    if (call.body !== undefined) headers.set("content-type", "application/json");
    const timeout = limitSeconds === undefined ? undefined : AbortSignal.timeout(limitSeconds * 1000);
    const signals = [call.signal, timeout].filter((signal) => signal !== undefined);
    let response: Response;
    try {
      response = await fetch(url, {
        method: call.method,
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.any(signals),
      });
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw connectionError(cause, url, timeout?.aborted === true ? limitSeconds : undefined);
    }
    if (!response.ok) throw await errorFromResponse(response);
    return response;
  };

  const send = async (call: Call): Promise<Response> => {
    const limitSeconds = timeoutSeconds + (call.extraSeconds ?? 0);
    for (let retry = 0; ; retry++) {
      try {
        return await attempt(call, limitSeconds);
      } catch (error) {
        if (!(error instanceof WeightsmithError)) throw error;
        // A retry that finds nothing to delete: the attempt before it did its work and only its answer was lost.
        if (retry > 0 && call.method === "DELETE" && error.status === 404) {
          return new Response(null, { status: 204 });
        }
        const mayRepeat = call.repeatable || error.status === 429;
        if (!error.retryable || !mayRepeat || retry >= maxRetries) throw error;
        await sleep(backOffSeconds(retry, error.retryAfterSeconds), call.signal);
      }
    }
  };

  return {
    send,
    open: (call) => attempt(call, undefined),
    json: async <T>(call: Call): Promise<T> => {
      const response = await send(call);
      const text = await response.text();
      if (text === "") return undefined as T;
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new WeightsmithError({
          code: "client.bad_response",
          message: `The server at ${base.origin} answered with something that is not JSON.`,
          remedy: "Check that baseUrl is the address of a Weightsmith server.",
          status: response.status,
          retryable: false,
          requestId: response.headers.get("x-request-id") ?? undefined,
          cause,
        });
      }
    },
    sleep,
  };
}

/** Full jitter: anything up to half a second, doubling to eight; never less than what the server asked for. */
export function backOffSeconds(retry: number, retryAfterSeconds = 0, random = Math.random()): number {
  return Math.max(retryAfterSeconds, random * Math.min(8, 0.5 * 2 ** retry));
}

function connectionError(cause: unknown, url: URL, timedOutSeconds: number | undefined): WeightsmithError {
  if (timedOutSeconds !== undefined) {
    return new WeightsmithError({
      code: "client.timeout",
      message: `${url.origin} did not answer within ${timedOutSeconds} seconds.`,
      remedy: "Try again, or raise timeoutSeconds.",
      retryable: true,
      cause,
    });
  }
  const reason =
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : "";
  return new WeightsmithError({
    code: "client.connection",
    message: `${url.origin} could not be reached${reason === "" ? "" : ` (${reason})`}.`,
    remedy: "Check that the server runs and that the address is right; `npm start` runs one on this machine.",
    retryable: true,
    cause,
  });
}

export function sleepSeconds(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
