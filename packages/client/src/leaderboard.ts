/** The leaderboard: tasks, entries, submissions. */
import type {
  Job,
  LeaderboardEntryPage,
  LeaderboardPredictions,
  LeaderboardTask,
  LeaderboardTaskList,
  LeaderboardTaskSummary,
  Suite,
  SuiteList,
} from "@weightsmith/contract";
import type { Transport } from "./transport.ts";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

export interface EntryQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export class Leaderboard {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async tasks(options: Options = {}): Promise<LeaderboardTaskSummary[]> {
    return (await this.#get<LeaderboardTaskList>("/tasks", options)).items;
  }

  /** With its public examples. */
  task(taskId: string, options: Options = {}): Promise<LeaderboardTask> {
    return this.#get(taskPath(taskId), options);
  }

  /** One page, best first. */
  entries(taskId: string, query: EntryQuery = {}, options: Options = {}): Promise<LeaderboardEntryPage> {
    return this.#get(`${taskPath(taskId)}/entries`, options, { ...query });
  }

  /** What an entry's program answered to the public examples. */
  predictions(entryId: string, options: Options = {}): Promise<LeaderboardPredictions> {
    return this.#get(`/entries/${encodeURIComponent(entryId)}/predictions`, options);
  }

  async suites(options: Options = {}): Promise<Suite[]> {
    return (await this.#get<SuiteList>("/suites", options)).items;
  }

  /** Starts the job that measures one of your programs. Counts against the day's limit, so it is not repeated by itself. */
  submit(taskId: string, programId: string, { signal }: Options = {}): Promise<Job> {
    const path = `/v1/leaderboard${taskPath(taskId)}/submissions`;
    return this.#transport.json({ method: "POST", path, body: { programId }, signal, repeatable: false });
  }

  #get<T>(path: string, { signal }: Options, query: Record<string, string | number | undefined> = {}) {
    const call = { method: "GET", path: `/v1/leaderboard${path}`, query, signal, repeatable: true } as const;
    return this.#transport.json<T>(call);
  }
}

const taskPath = (taskId: string): string => `/tasks/${encodeURIComponent(taskId)}`;
