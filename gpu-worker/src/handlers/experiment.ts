/** Experiment jobs: a model on a task, with or without a playbook. A checkpoint after every few samples. */
import { gzipSync } from "node:zlib";
import { AppError, type ExperimentRequest, experimentRequestSchema } from "@weightsmith/contract";
import {
  defaultSettings,
  findTask,
  measureResources,
  openModel,
  parseItems,
  parsePlaybook,
  picturesOf,
  type RunState,
  reportOf,
  runExperiment,
  type Task,
  taskOfItems,
  toAceText,
  toCsv,
  toJsonLines,
} from "@weightsmith/experiments";
import type { Handler } from "../handler.ts";
import { programOpener } from "./experiment-program.ts";
import { publicSender } from "./public-sender.ts";

export interface ExperimentSettings {
  readonly device: string;
  readonly threads: number;
  readonly modelsFolder: string;
  /** Whether an experiment may ask endpoints of private networks, as on a person's own machine. Default: not. */
  readonly allowPrivateEndpoints?: boolean | undefined;
}

/** Between checkpoints. */
const checkpointMilliseconds = 10_000;

export function experimentHandler(settings: ExperimentSettings): Handler {
  const { device, threads, modelsFolder, allowPrivateEndpoints = false } = settings;
  const send = publicSender({ allowPrivate: allowPrivateEndpoints });
  return async ({ job, signal, progress, checkpoint, batch: programs }) => {
    const stored = experimentRequestSchema.safeParse(job.request);
    // The API stores what it has parsed; only another version of it could store anything else.
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const request = stored.data;
    const task = taskOf(request);
    const playbook = request.playbook === undefined ? undefined : parsePlaybook(request.playbook);
    const runSettings = {
      ...defaultSettings,
      mode: request.mode,
      adaptation: request.adaptation,
      reflector: request.reflector,
      curator: request.curator,
      feedback: request.feedback,
      deduplicate: request.deduplicate,
      lessons: request.lessons,
      epochs: request.epochs,
      seed: request.seed,
      ...(request.limit === undefined ? {} : { limit: request.limit }),
    };
    // A service reaches for no folder that a caller names, for public addresses only, and has no key for them.
    const model = await openModel(request.model, {
      device,
      threads,
      modelsFolder,
      allowPaths: false,
      allowEndpoints: true,
      send,
      ...(programs ? { openProgram: programOpener(programs, { device, threads, modelsFolder }) } : {}),
    });
    try {
      const resume = decodeState(await checkpoint.load());
      const resources = measureResources();
      let savedAt = performance.now();
      const result = await runExperiment({
        model,
        task,
        settings: runSettings,
        signal,
        ...(playbook ? { playbook } : {}),
        ...(resume ? { resume } : {}),
        async onSample(state, done, total) {
          const last = state.records.at(-1)!;
          const right = state.records.filter(({ correct }) => correct).length;
          progress({
            phase: last.part,
            done,
            total,
            metrics: { accuracy: right / done, entries: state.playbook.entries.length },
          });
          if (performance.now() - savedAt < checkpointMilliseconds) return;
          await checkpoint.save(encodeState(state), done);
          savedAt = performance.now();
        },
      });
      const report = reportOf(result, {
        model: { id: model.id, identity: model.identity, device: model.device },
        task: { name: task.name, domain: task.domain },
        settings: runSettings,
        resources: resources(),
      });
      return {
        result: {
          programId: null,
          report: null,
          output: {
            report,
            playbook: toJsonLines(result.playbook),
            lessons: toAceText(result.playbook),
            resultsGzip: gzipSync(toCsv(result.records)).toString("base64"),
            pictures: picturesOf(result.records),
          },
        },
      };
    } finally {
      await model.close();
    }
  };
}

function taskOf({ task, dataset, domain }: ExperimentRequest): Task {
  if (dataset !== undefined)
    return taskOfItems("dataset", parseItems(dataset, domain ? { domain } : {}), domain);
  return findTask(task!);
}

const encodeState = (state: RunState): Uint8Array => Buffer.from(JSON.stringify(state));
const decodeState = (bytes: Uint8Array | undefined): RunState | undefined =>
  bytes && (JSON.parse(Buffer.from(bytes).toString("utf8")) as RunState);
