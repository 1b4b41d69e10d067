/**
 * Entry point of the process that computes. It has no clients and no lease: it gets jobs, works, and asks the worker for
 * checkpoints and artifacts. It may compute for minutes without looking up, may run out of memory or crash in native
 * code, and is ended when it does not stop; the worker's heart beats on.
 */
import { setPriority } from "node:os";
import type { JobType } from "@weightsmith/contract";
import { flushDenormals } from "@weightsmith/onnx";
import { pino } from "pino";
import type { BatchCall } from "../batch-store.ts";
import { chooseDevice } from "../devices.ts";
import type { Handlers } from "../handler.ts";
import type { HandlerSettings } from "../handlers/index.ts";
import type { SpecialistCall } from "../specialist-store.ts";
import { Stopped } from "../stop.ts";
import { packFailure, unpackFailure } from "./failure.ts";
import { endWithParent } from "./parent-watch.ts";
import type { ExecutorConfiguration, FromExecutor, StoreCall, StoreCalls, ToExecutor } from "./protocol.ts";

const configuration = JSON.parse(process.argv[2] ?? "null") as ExecutorConfiguration;
const { threads, modelsFolder, lodaProgramsFolder, allowPrivateEndpoints, type } = configuration;
// Before any thread is started, because threads get the priority of the one that starts them.
if (configuration.niceness > 0) setPriority(configuration.niceness);
// Training meets many of them, and nothing here needs them.
flushDenormals();

// The worker decides when this process ends. A terminal sends its signals to both.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
endWithParent();

const log = pino({ level: configuration.logLevel, base: { executor: process.pid } });
const device = await chooseDevice(configuration.device, log);
const { makeHandlers } = (await import(configuration.handlersModule)) as {
  makeHandlers: (settings: HandlerSettings) => Handlers;
};
const settings = {
  device,
  threads,
  modelsFolder,
  lodaProgramsFolder,
  allowPrivateEndpoints,
  codeVariables: process.env,
};
const handler = handlerFor(makeHandlers(settings), type);

const stops = new Map<number, AbortController>();
const calls = new Map<number, PromiseWithResolvers<unknown>>();
let callCount = 0;

process.on("message", (message: ToExecutor) => {
  switch (message.type) {
    case "begin":
      void run(message);
      return;
    case "stop":
      stops.get(message.run)?.abort(new Stopped(message.cause));
      return;
    case "answer":
      settle(message.call)?.resolve(message.value);
      return;
    case "refusal":
      settle(message.call)?.reject(unpackFailure(message.failure));
      return;
    default:
      message satisfies never;
  }
});
send({ type: "ready", device });

async function run({ run, job, bindings }: Extract<ToExecutor, { type: "begin" }>): Promise<void> {
  const stopping = new AbortController();
  stops.set(run, stopping);
  try {
    const finished = await handler({
      job,
      signal: stopping.signal,
      progress: (progress) => send({ type: "progress", run, progress }),
      checkpoint: {
        load: () => ask(run, { name: "loadCheckpoint", arguments: [] }),
        save: (bytes, step) => ask(run, { name: "saveCheckpoint", arguments: [bytes, step] }),
      },
      artifacts: { put: (bytes, options) => ask(run, { name: "putArtifact", arguments: [bytes, options] }) },
      submission: { load: () => ask(run, { name: "loadSubmission", arguments: [] }) },
      specialists: {
        call: (name, ...args) =>
          ask(run, {
            name: "specialists",
            arguments: [{ name, arguments: args } as SpecialistCall],
          }) as Promise<never>,
      },
      batch: {
        call: (name, ...args) =>
          ask(run, {
            name: "batch",
            arguments: [{ name, arguments: args } as BatchCall],
          }) as Promise<never>,
      },
      log: log.child(bindings),
    });
    send({ type: "finished", run, finished });
  } catch (error) {
    send({ type: "failed", run, failure: packFailure(error) });
  } finally {
    stops.delete(run);
  }
}

function ask<Call extends StoreCall>(
  run: number,
  request: Call,
): Promise<StoreCalls[Call["name"]]["result"]> {
  const call = callCount++;
  const answer = Promise.withResolvers<unknown>();
  calls.set(call, answer);
  send({ type: "call", run, call, request });
  return answer.promise as Promise<StoreCalls[Call["name"]]["result"]>;
}

function settle(call: number): PromiseWithResolvers<unknown> | undefined {
  const answer = calls.get(call);
  calls.delete(call);
  return answer;
}

function send(message: FromExecutor): void {
  process.send?.(message);
}

function handlerFor(handlers: Handlers, wanted: JobType) {
  const found = handlers[wanted];
  if (!found) throw new Error(`There is no handler for jobs of the type ${wanted}.`);
  return found;
}
