/** The client: one method for each thing the API can do, typed from the contract. */
import type {
  Alias,
  AliasPage,
  AliasPublished,
  Answer,
  Comparison,
  CompileRequestInput,
  Constraint,
  DownloadLink,
  Example,
  ExperimentRequestInput,
  Gate,
  GenerateRequestInput,
  Health,
  Job,
  JobEvent,
  JobPage,
  JobState,
  JobSummary,
  JobType,
  Key,
  KeyList,
  NewKey,
  Program,
  ProgramChange,
  ProgramKind,
  ProgramPage,
  ProgramSummary,
  RunResult,
  Usage,
  Votes,
  WebhookSecret,
  WrittenExamples,
} from "@weightsmith/contract";
import { Batches } from "./batches.ts";
import { errorFromJob, WeightsmithError } from "./error.ts";
import { Hub } from "./hub.ts";
import { type FollowOptions, followJob } from "./job-events.ts";
import { Leaderboard } from "./leaderboard.ts";
import { Specialists } from "./specialists.ts";
import { createTransport, type Transport, type TransportOptions } from "./transport.ts";

export type WeightsmithOptions = TransportOptions;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface RunOptions extends CallOptions {
  /** What the answers are held to; null: nothing. Default: the program's own constraint. */
  readonly constraint?: Constraint | null | undefined;
  /** Of each answer. */
  readonly maxTokens?: number | undefined;
}

export interface StartOptions extends CallOptions {
  /** Repeating a request with the same key starts no second job. Default: a random one, so that retries are safe. */
  readonly idempotencyKey?: string | undefined;
  /** Ask the server to answer only when the job has finished or so many seconds (at most 25) have passed. */
  readonly waitSeconds?: number | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Called for each event, from the first one on. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
  /** Give up after so long. The job goes on. Default: never. */
  readonly timeoutSeconds?: number | undefined;
}

export interface JobQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly state?: JobState | undefined;
  readonly type?: JobType | undefined;
}

export interface ProgramQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
  readonly kind?: ProgramKind | undefined;
  readonly tag?: string | undefined;
  /** Everybody's public programs instead of your own. */
  readonly public?: boolean | undefined;
}

/**
 * ```ts
 * const weightsmith = new Weightsmith({ baseUrl: "http://127.0.0.1:8787", apiKey: "wsk_…" });
 * const job = await weightsmith.compile({ spec: "Return the file extension.", examples });
 * const { programId } = await weightsmith.waitFor(job, { onEvent: console.log });
 * const answer = await weightsmith.programs.run(programId!, "photo.JPG"); // "jpg"
 * ```
 * Every call throws a WeightsmithError when it fails, and the signal's reason when it is aborted.
 */
export class Weightsmith {
  readonly batches: Batches;
  readonly jobs: Jobs;
  readonly programs: Programs;
  readonly keys: Keys;
  readonly aliases: Aliases;
  readonly hub: Hub;
  readonly leaderboard: Leaderboard;
  readonly specialists: Specialists;
  readonly #transport: Transport;

  constructor(options: WeightsmithOptions) {
    this.#transport = createTransport(options);
    this.batches = new Batches(this.#transport);
    this.jobs = new Jobs(this.#transport);
    this.programs = new Programs(this.#transport);
    this.keys = new Keys(this.#transport);
    this.aliases = new Aliases(this.#transport);
    this.hub = new Hub(this.#transport);
    this.leaderboard = new Leaderboard(this.#transport);
    this.specialists = new Specialists(this.#transport);
  }

  /** Starts the compilation of a program; a request that was compiled before has succeeded at once. */
  compile(request: CompileRequestInput, options: StartOptions = {}): Promise<Job> {
    return this.#start("/v1/compile", request, options);
  }

  /** Starts the search for source code, LODA assembly or text. */
  generate(request: GenerateRequestInput, options: StartOptions = {}): Promise<Job> {
    return this.#start("/v1/generate", request, options);
  }

  /** Starts an experiment: a model on a task. */
  experiment(request: ExperimentRequestInput, options: StartOptions = {}): Promise<Job> {
    return this.#start("/v1/experiments", request, options);
  }

  /**
   * Follows a job to its end.
   * @throws WeightsmithError with the job's own code if it failed, `job.canceled` if it was canceled, `client.timeout`
   */
  async waitFor(
    job: { readonly id: string },
    { onEvent, signal, timeoutSeconds }: WaitOptions = {},
  ): Promise<Job> {
    const timeout = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
    const signals = [signal, timeout].filter((each) => each !== undefined);
    const either = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    try {
      for await (const event of this.jobs.events(job.id, { signal: either })) onEvent?.(event);
      const finished = await this.jobs.get(job.id, { signal: either });
      if (finished.state !== "succeeded") throw errorFromJob(finished);
      return finished;
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout?.aborted !== true) throw error;
      throw new WeightsmithError({
        code: "client.timeout",
        message: `The job ${job.id} did not finish within ${timeoutSeconds} seconds; it goes on.`,
        remedy: "Wait longer, or cancel the job.",
        retryable: true,
        cause: error,
      });
    }
  }

  /** Also answers when a part of the service is down; see `ready` and `parts`. */
  async health({ signal }: CallOptions = {}): Promise<Health> {
    return this.#transport.json<Health>({ method: "GET", path: "/health/live", signal, repeatable: true });
  }

  /**
   * More examples for a spec, written by the model that the server was given; each is marked as generated.
   * @throws WeightsmithError model.unavailable where there is none
   */
  async writeExamples(
    request: { spec: string; examples?: readonly Example[]; count?: number },
    { signal }: CallOptions = {},
  ): Promise<Example[]> {
    const call = { method: "POST", path: "/v1/examples", body: request, signal, repeatable: false } as const;
    return (await this.#transport.json<WrittenExamples>(call)).items;
  }

  usage({ signal }: CallOptions = {}): Promise<Usage> {
    return this.#transport.json({ method: "GET", path: "/v1/usage", signal, repeatable: true });
  }

  /** The secret by which webhooks are verified, as libraries for Standard Webhooks take it. */
  async webhookSecret({ signal }: CallOptions = {}): Promise<string> {
    const call = { method: "GET", path: "/v1/webhook-secret", signal, repeatable: true } as const;
    return (await this.#transport.json<WebhookSecret>(call)).secret;
  }

  #start(path: string, body: unknown, options: StartOptions): Promise<Job> {
    const { idempotencyKey = crypto.randomUUID(), waitSeconds, signal } = options;
    return this.#transport.json({
      method: "POST",
      path,
      body,
      headers: {
        "idempotency-key": idempotencyKey,
        prefer: waitSeconds === undefined ? undefined : `wait=${Math.floor(waitSeconds)}`,
      },
      extraSeconds: waitSeconds,
      signal,
      repeatable: true,
    });
  }
}

class Jobs {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(jobId: string, { signal }: CallOptions = {}): Promise<Job> {
    return this.#transport.json({ method: "GET", path: jobPath(jobId), signal, repeatable: true });
  }

  /** One page, newest first. */
  list(query: JobQuery = {}, { signal }: CallOptions = {}): Promise<JobPage> {
    return this.#transport.json({
      method: "GET",
      path: "/v1/jobs",
      query: { ...query },
      signal,
      repeatable: true,
    });
  }

  /** All of them, page by page, newest first. */
  all(query: JobQuery = {}, options: CallOptions = {}): AsyncGenerator<JobSummary> {
    return pages((cursor) => this.list({ ...query, cursor }, options));
  }

  /** A queued job is canceled at once, a running one within seconds. */
  cancel(jobId: string, { signal }: CallOptions = {}): Promise<Job> {
    return this.#transport.json({ method: "DELETE", path: jobPath(jobId), signal, repeatable: true });
  }

  /** What happened and happens to a job; ends after the final event. Connects again by itself. */
  events(jobId: string, options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    return followJob(this.#transport, jobId, options);
  }
}

class Programs {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(programId: string, { signal }: CallOptions = {}): Promise<Program> {
    return this.#transport.json({ method: "GET", path: programPath(programId), signal, repeatable: true });
  }

  /** One page, newest first. */
  list(query: ProgramQuery = {}, { signal }: CallOptions = {}): Promise<ProgramPage> {
    const call = {
      method: "GET",
      path: "/v1/programs",
      query: { ...query },
      signal,
      repeatable: true,
    } as const;
    return this.#transport.json(call);
  }

  /** All of them, page by page, newest first. */
  all(query: ProgramQuery = {}, options: CallOptions = {}): AsyncGenerator<ProgramSummary> {
    return pages((cursor) => this.list({ ...query, cursor }, options));
  }

  update(programId: string, change: ProgramChange, { signal }: CallOptions = {}): Promise<Program> {
    const path = programPath(programId);
    return this.#transport.json({ method: "PATCH", path, body: change, signal, repeatable: true });
  }

  async delete(programId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.send({ method: "DELETE", path: programPath(programId), signal, repeatable: true });
  }

  /** The program's files as a `.tgz`. */
  async download(programId: string, { signal }: CallOptions = {}): Promise<Uint8Array> {
    const path = `${programPath(programId)}/download`;
    const response = await this.#transport.send({ method: "GET", path, signal, repeatable: true });
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Where the `.tgz` can be fetched for a quarter of an hour, without a key: for browsers and other downloaders. */
  downloadLink(programId: string, { signal }: CallOptions = {}): Promise<DownloadLink> {
    const path = `${programPath(programId)}/download`;
    const headers = { accept: "application/json" };
    return this.#transport.json({ method: "GET", path, headers, signal, repeatable: true });
  }

  /** What differs between two programs, and in what they score. */
  compare(from: string, to: string, { signal }: CallOptions = {}): Promise<Comparison> {
    const path = `${programPath(from)}/compare/${encodeURIComponent(to)}`;
    return this.#transport.json({ method: "GET", path, signal, repeatable: true });
  }

  /** The workspace's vote; 0 takes it back. */
  vote(programId: string, value: 1 | -1 | 0, { signal }: CallOptions = {}): Promise<Votes> {
    const path = `${programPath(programId)}/vote`;
    return this.#transport.json({ method: "PUT", path, body: { value }, signal, repeatable: true });
  }

  /** Runs a program: a text for a text, a list for a list. */
  run(programId: string, input: string, options?: RunOptions): Promise<string>;
  run(programId: string, input: readonly string[], options?: RunOptions): Promise<string[]>;
  async run(
    programId: string,
    input: string | readonly string[],
    { signal, ...options }: RunOptions = {},
  ): Promise<string | string[]> {
    const path = `${programPath(programId)}/run`;
    const call = { method: "POST", path, body: { input, ...options }, signal, repeatable: true } as const;
    // Without `abstainBelow` no answer is null.
    return (await this.#transport.json<RunResult>(call)).output as string | string[];
  }

  /** Runs a program and tells how sure it is of each answer; with `abstainBelow` it keeps silent where it is not. */
  async answers(
    programId: string,
    inputs: readonly string[],
    { signal, ...options }: RunOptions & { readonly abstainBelow?: number | undefined } = {},
  ): Promise<Answer[]> {
    const path = `${programPath(programId)}/run`;
    const body = { input: inputs, details: true, ...options };
    const call = { method: "POST", path, body, signal, repeatable: true } as const;
    return (await this.#transport.json<RunResult>(call)).answers ?? [];
  }
}

class Aliases {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of the workspace's own, newest first. */
  list(
    query: { limit?: number | undefined; cursor?: string | undefined } = {},
    { signal }: CallOptions = {},
  ) {
    const call = {
      method: "GET",
      path: "/v1/aliases",
      query: { ...query },
      signal,
      repeatable: true,
    } as const;
    return this.#transport.json<AliasPage>(call);
  }

  /** @param reference `user/name`, or `user/name@v3` for the program of version 3 */
  get(reference: string, { signal }: CallOptions = {}): Promise<Alias> {
    const path = `/v1/aliases/${reference.split("/").map(encodeURIComponent).join("/")}`;
    return this.#transport.json({ method: "GET", path, signal, repeatable: true });
  }

  /** Makes a program the current version. @throws WeightsmithError alias.gate_refused */
  publish(
    name: string,
    programId: string,
    options: { gate?: Gate; force?: boolean; note?: string } & CallOptions = {},
  ): Promise<AliasPublished> {
    const { signal, ...body } = options;
    const call = { method: "PUT", path: aliasPath(name), body: { programId, ...body } } as const;
    return this.#transport.json({ ...call, signal, repeatable: true });
  }

  /** Without a version: the one before the current. Not repeated by itself, for each repetition goes one further back. */
  rollBack(name: string, version?: number, { signal }: CallOptions = {}): Promise<Alias> {
    const path = `${aliasPath(name)}/rollback`;
    const body = version === undefined ? {} : { version };
    return this.#transport.json({ method: "POST", path, body, signal, repeatable: version !== undefined });
  }

  /** The name and its versions; the programs stay. */
  async delete(name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.send({ method: "DELETE", path: aliasPath(name), signal, repeatable: true });
  }
}

class Keys {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The secret is in the answer, this once. */
  create(name?: string, { signal }: CallOptions = {}): Promise<NewKey> {
    const body = name === undefined ? {} : { name };
    return this.#transport.json({ method: "POST", path: "/v1/keys", body, signal, repeatable: false });
  }

  async list({ signal }: CallOptions = {}): Promise<Key[]> {
    const call = { method: "GET", path: "/v1/keys", signal, repeatable: true } as const;
    return (await this.#transport.json<KeyList>(call)).items;
  }

  revoke(keyId: string, { signal }: CallOptions = {}): Promise<Key> {
    const path = `/v1/keys/${encodeURIComponent(keyId)}`;
    return this.#transport.json({ method: "DELETE", path, signal, repeatable: true });
  }
}

const jobPath = (jobId: string) => `/v1/jobs/${encodeURIComponent(jobId)}`;
const aliasPath = (name: string) => `/v1/aliases/${encodeURIComponent(name)}`;
const programPath = (programId: string) => `/v1/programs/${encodeURIComponent(programId)}`;

async function* pages<T>(
  list: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
