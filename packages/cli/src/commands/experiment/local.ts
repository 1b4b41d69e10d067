/** Experiments in this process: opening models, tasks and playbooks that the command line names, writing results. */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError, type ProgramId } from "@weightsmith/contract";
import type {
  ExperimentModel,
  Playbook,
  RunResult,
  RunSettings,
  Task,
  TextProgram,
} from "@weightsmith/experiments";
import type { CommandContext } from "../context.ts";
import { readText } from "../files.ts";

/** Machine learning is loaded only where it is used, so that the other commands start at once. */
const experiments = () => import("@weightsmith/experiments");

export async function openLocalModel(id: string, context: CommandContext): Promise<ExperimentModel> {
  const { openModel } = await experiments();
  return openModel(id, {
    device: context.device,
    modelsFolder: context.modelsFolder,
    allowPaths: true,
    allowEndpoints: true,
    openProgram: (program) => openLocalProgram(program, context),
    ...(context.endpointKey === undefined ? {} : { apiKey: context.endpointKey }),
  });
}

/** A program from the programs folder, or else from the server. */
async function openLocalProgram(id: ProgramId, context: CommandContext): Promise<TextProgram> {
  const { loadProgram, openProgram, unpackArtifact } = await import("@weightsmith/programs");
  const folder = path.join(context.programsFolder, id);
  const artifact = await loadProgram(folder).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "artifact.not_found") throw error;
    return unpackArtifact(await context.api().programs.download(id, { signal: context.signal }));
  });
  const runnable = await openProgram(artifact, {
    modelsFolder: context.modelsFolder,
    device: context.device,
  });
  return {
    identity: `program:${id}`,
    run: async (inputs, options) => (await runnable.run(inputs, options)).map(({ output }) => output),
    close: () => runnable.close(),
  };
}

export interface TaskFlags {
  readonly taskName?: string;
  readonly datasetPath?: string;
  readonly domain?: string;
  readonly datasetFormat?: "items" | "tatqa" | "medqa";
}

/** @throws AppError request.missing_field, task.unknown, dataset.invalid */
export async function chosenTask(flags: TaskFlags): Promise<Task> {
  const { findTask, importMedQa, importTatQa, parseItems, parseJson, taskOfItems } = await experiments();
  const { taskName, datasetPath, domain, datasetFormat = "items" } = flags;
  if ((taskName === undefined) === (datasetPath === undefined))
    throw new AppError("request.missing_field", {
      message: "Give either --task-name, a registered task, or --dataset-path, a file of questions.",
    });
  if (taskName !== undefined) return findTask(taskName);
  const value = parseJson(await readText(datasetPath!, "questions"));
  const name = path.basename(datasetPath!).replace(/\.\w+$/, "");
  switch (datasetFormat) {
    case "items":
      return taskOfItems(name, parseItems(value, domain === undefined ? {} : { domain }), domain);
    case "tatqa":
      return taskOfItems(name, importTatQa(value), domain);
    case "medqa":
      return taskOfItems(name, importMedQa(value), domain);
    default:
      return datasetFormat satisfies never;
  }
}

export interface LocalRun {
  readonly model: ExperimentModel;
  readonly task: Task;
  readonly settings: RunSettings;
  readonly playbook?: Playbook;
  /** A command that checks answers, for feedback from execution. */
  readonly check?: string;
  readonly label: string;
}

export async function runHere(run: LocalRun, { output, signal }: CommandContext): Promise<RunResult> {
  const { execution, runExperiment } = await experiments();
  const bar = output.progress(run.label);
  const { check } = run;
  const feedback =
    run.settings.feedback === "execution" && check !== undefined
      ? execution((item, answer) => passes(check, { item, answer }, signal))
      : undefined;
  return runExperiment({
    model: run.model,
    task: run.task,
    settings: run.settings,
    signal,
    ...(run.playbook ? { playbook: run.playbook } : {}),
    ...(feedback ? { feedback } : {}),
    onSample: ({ records }, done, total) => {
      const right = records.filter(({ correct }) => correct).length;
      bar.update(done / total, `${done}/${total}, ${Math.round((100 * right) / done)} % right`);
    },
  }).finally(() => bar.done());
}

/** Whether a command accepts what it reads. */
function passes(command: string, value: unknown, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ["pipe", "ignore", "inherit"], signal });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0));
    // A check may decide without reading.
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(value));
  });
}

export async function writeFileIn(file: string, text: string): Promise<string> {
  const whole = path.resolve(file);
  await mkdir(path.dirname(whole), { recursive: true });
  await writeFile(whole, text);
  return whole;
}

/** Three SVG files beside a result file. */
export async function writePictures(base: string, records: RunResult["records"]): Promise<string[]> {
  const { picturesOf } = await experiments();
  const pictures = Object.entries(picturesOf(records));
  return Promise.all(pictures.map(([name, svg]) => writeFileIn(`${base}-${name}.svg`, svg as string)));
}
