/**
 * The whole of Weightsmith on one machine: Postgres, object store and queues; the API, the process that runs programs and
 * the worker. The same code as in the cloud behind the same protocols; only the endpoints differ.
 *
 * What others need starts first and stops last. Everything that is kept lies below one folder, which one running stack
 * holds at a time.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { Database } from "@weightsmith/core";
import { claimFolder, newCredentials, startPostgres } from "@weightsmith/embedded";
import { startChild } from "./child-process.ts";
import { ensureCredentials, type LocalCredentials } from "./credentials.ts";
import type { StackOptions } from "./options.ts";
import { ensurePage } from "./page.ts";
import { choosePorts } from "./ports.ts";
import {
  inheritedVariables,
  modelVariables,
  type StoreFacts,
  storeVariables,
} from "./process-environment.ts";
import { type ServersConfiguration, serversReadySchema, serversVariable } from "./servers-process.ts";
import { keepRunning, type Service } from "./service.ts";
import { type Part, Stages } from "./stages.ts";

export interface StackHooks {
  /** Something is up; with how long that took. */
  readonly onUp: (what: string, milliseconds: number) => void;
  /** Something people should know and that the stack deals with itself. */
  readonly onNotice: (message: string) => void;
  /** Aborted when people do not want to wait for the start any more. */
  readonly signal: AbortSignal;
}

export interface Stack {
  readonly url: string;
  readonly credentials: LocalCredentials;
  readonly hasPage: boolean;
  /** Resolves when a part could not be kept running. */
  readonly failed: Promise<Error>;
  /** Stops everything in order; what does not end in time is ended. */
  stop(): Promise<void>;
  /** Ends everything at once; the database recovers at the next start. */
  kill(): void;
}

const bucket = "weightsmith";
/** How long a part has to end before it is ended. */
const graceSeconds = 15;

/**
 * Starts everything. If a part fails or the signal is aborted, what was up by then is stopped.
 * @throws FolderInUseError, PortTakenError, ChildFailed, EmbeddedServerError, the signal's reason
 */
export async function startStack(
  options: StackOptions,
  repositoryRoot: string,
  { onUp, onNotice, signal }: StackHooks,
): Promise<Stack> {
  const { home } = options;
  const logs = path.join(home, "logs");
  const stages = new Stages();
  const failure = Promise.withResolvers<Error>();

  const timed = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work;
    onUp(what, performance.now() - began);
    return result;
  };

  /** A process of the stack that is kept running, and what it said when it was ready. */
  const serve = async (name: string, entry: string, variables: Record<string, string>) => {
    const logFile = path.join(logs, `${name}.log`);
    let ready: Record<string, unknown> = {};
    const service: Service = await keepRunning({
      name,
      logFile,
      onRestart: onNotice,
      start: async () => {
        const started = await startChild({
          name,
          entry: path.join(repositoryRoot, entry),
          environment: { ...inheritedVariables(process.env), ...variables },
          logFile,
        });
        ready = started.ready;
        return started.child;
      },
    });
    service.failed.then(failure.resolve, failure.resolve);
    return { ...service, ready };
  };

  try {
    const claim = claimFolder(home);
    await stages.start([Promise.resolve<Part>({ stop: async () => claim.release(), kill: claim.release })]);
    mkdirSync(logs, { recursive: true });
    const ports = await choosePorts(options.port);
    // Built while the servers start; whether that worked is asked when the API needs it.
    const page = ensurePage(repositoryRoot, signal).catch((error: Error) => error);

    const credentials = newCredentials();
    const configuration: ServersConfiguration = {
      objectsFolder: path.join(home, "objects"),
      bucket,
      queues: ["compile", "generate", "experiment", "code_requests", "code_results"],
      objectStorePort: ports.objectStore,
      queuesPort: ports.queues,
      credentials,
    };
    const [postgres, servers] = await stages.start([
      options.databaseUrl === undefined
        ? timed("Postgres", openPostgres(path.join(home, "postgres"), ports.postgres, failure.resolve))
        : Promise.resolve({ url: options.databaseUrl, stop: async () => {}, kill: () => {} }),
      timed(
        "object store and queues",
        serve("servers", "packages/cli/src/stack/servers-process.ts", {
          [serversVariable]: JSON.stringify(configuration),
        }),
      ),
    ]);
    signal.throwIfAborted();
    const facts: StoreFacts = {
      databaseUrl: postgres.url,
      bucket,
      credentials,
      ...serversReadySchema.parse(servers.ready),
    };
    const url = `http://127.0.0.1:${ports.api}`;
    const local = await timed("database schema and API key", prepareDatabase(facts.databaseUrl, home, url));
    signal.throwIfAborted();

    const built = await timed("page", page);
    signal.throwIfAborted();
    if (built instanceof Error) onNotice(`${built.message}\nThe API works without it.`);
    const variables = {
      ...storeVariables(facts),
      ...(await modelVariables(options.models)),
    };
    await timed(
      "API, runner and worker",
      stages.start([
        serve("runner", "functions/src/run/main.ts", {
          ...variables,
          WEIGHTSMITH_RUN_PORT: String(ports.runner),
        }),
        serve("api", "functions/src/main.ts", {
          ...variables,
          WEIGHTSMITH_API_PORT: String(ports.api),
          WEIGHTSMITH_EXPERIMENT_KINDS: "playbook,batch",
          WEIGHTSMITH_GENERATE_KINDS: "code,loda,text",
          WEIGHTSMITH_RUN_URL: `http://127.0.0.1:${ports.runner}`,
          ...(built instanceof Error ? {} : { WEIGHTSMITH_PAGE: built.folder }),
        }),
        serve("worker", "gpu-worker/src/main.ts", {
          ...variables,
          WEIGHTSMITH_JOB_TYPES: "compile,generate,experiment",
          ...(options.lodaPrograms === undefined ? {} : { WEIGHTSMITH_LODA_PROGRAMS: options.lodaPrograms }),
          WEIGHTSMITH_DEVICE: options.device,
          WEIGHTSMITH_HEALTH_HOST: "127.0.0.1",
          WEIGHTSMITH_HEALTH_PORT: String(ports.workerHealth),
          // Training takes what the rest of the machine leaves.
          WEIGHTSMITH_NICENESS: "10",
          // Work in hand is saved and given back at once: whoever presses Ctrl-C does not want to wait for it.
          WEIGHTSMITH_DRAIN_SECONDS: "0",
        }),
      ]),
    );
    signal.throwIfAborted();
    claim.annotate(url);
    return {
      url,
      credentials: local,
      hasPage: !(built instanceof Error),
      failed: failure.promise,
      stop: () => stages.stop(graceSeconds),
      kill: () => stages.kill(),
    };
  } catch (error) {
    await stages.stop(graceSeconds);
    throw error;
  }
}

/** Postgres as a part of the stack. It is not started again if it ends: that takes more than a restart to put right. */
async function openPostgres(
  directory: string,
  port: number,
  onFailure: (error: Error) => void,
): Promise<Part & { readonly url: string }> {
  const server = await startPostgres({ directory, port });
  let stopping = false;
  server.exited
    .then(() => {
      if (!stopping) onFailure(new Error(`Postgres ended. See ${path.join(directory, "server.log")}.`));
    })
    .catch(onFailure);
  return {
    url: server.url,
    stop: () => {
      stopping = true;
      return server.stop();
    },
    kill: () => {
      stopping = true;
      server.kill();
    },
  };
}

async function prepareDatabase(databaseUrl: string, home: string, apiUrl: string): Promise<LocalCredentials> {
  const db = Database.connect(databaseUrl, { maxConnections: 2, applicationName: "stack" });
  try {
    await Database.migrate(db);
    return await ensureCredentials(db, home, apiUrl);
  } finally {
    await Database.close(db);
  }
}
