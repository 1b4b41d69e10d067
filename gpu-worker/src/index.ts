/** The parts of the worker that can be started inside another process; `main.ts` is the worker as a process of its own. */
export { type ConsumeSettings, consume } from "./consume.ts";
export { chooseDevice } from "./devices.ts";
export { type Executor, startExecutor } from "./executor/index.ts";
export type { Finished, Handler, HandlerContext, Handlers } from "./handler.ts";
export { type StopCause, Stopped } from "./stop.ts";
export { startWorker, type Worker, type WorkerHealth, type WorkerSettings } from "./worker.ts";
