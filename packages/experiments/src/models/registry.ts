/**
 * From a model's name to a model: `random` (nothing to load), an address of an OpenAI-compatible endpoint
 * (`https://host/v1#model`), a program id, a folder, a name in the models folder, or a registered name.
 */
import { stat } from "node:fs/promises";
import path from "node:path";
import { AppError, isProgramId, type ProgramId } from "@weightsmith/contract";
import { HubError, registeredModels, resolveModel } from "@weightsmith/nn";
import { openEndpoint, type SendRequest } from "./endpoint-model.ts";
import { type LocalOptions, openFolder } from "./local-model.ts";
import type { ExperimentModel } from "./model.ts";
import { openRandom } from "./random-model.ts";

/** Our own base that reads lessons. */
export const defaultModel = "anvil-reader";
/** The smoke test's model. */
export const randomModel = "random-tiny-gpt2";

/** A program that turns texts into texts, wherever it comes from. */
export interface TextProgram {
  readonly identity: string;
  run(inputs: readonly string[], options: { signal?: AbortSignal }): Promise<string[]>;
  close(): Promise<void>;
}

export interface ModelOptions extends LocalOptions {
  /** Holds models as folders of their names. */
  readonly modelsFolder: string;
  /** Whether a path of this machine may be named as a model: on a person's own machine, not in a service. */
  readonly allowPaths: boolean;
  /** Whether requests may name an address to ask. */
  readonly allowEndpoints: boolean;
  readonly apiKey?: string;
  /** How endpoints are asked, for a service that must not reach every address. Default: fetch. */
  readonly send?: SendRequest;
  /** Opens a program by its id; undefined where programs cannot be reached. */
  readonly openProgram?: (id: ProgramId) => Promise<TextProgram>;
}

/** @throws AppError model.unknown, model.unavailable */
export async function openModel(name: string, options: ModelOptions): Promise<ExperimentModel> {
  if (name === randomModel) return openRandom(name, options);
  if (/^https?:\/\//.test(name)) return endpoint(name, options);
  if (isProgramId(name)) return program(name, options);
  return openFolder(name, await folderOf(name, options), options);
}

async function folderOf(name: string, { modelsFolder, allowPaths }: ModelOptions): Promise<string> {
  const isPath = path.isAbsolute(name) || name.startsWith(".") || name.includes("\\");
  if (isPath && !allowPaths)
    throw new AppError("model.unknown", {
      message: `A service takes models by name, not from ${JSON.stringify(name.slice(0, 100))}.`,
    });
  if (isPath && !(await isFolder(name)))
    throw new AppError("model.unknown", { message: `There is no folder ${JSON.stringify(name)}.` });
  try {
    return await resolveModel(name, {
      folders: [modelsFolder],
      cacheFolder: path.join(modelsFolder, "..", ".weightsmith", "models"),
    });
  } catch (cause) {
    if (!(cause instanceof HubError)) throw cause;
    const known = registeredModels.some((model) => model.name === name);
    throw new AppError(known ? "model.unavailable" : "model.unknown", {
      message: `${cause.message} Besides: ${defaultModel}, ${randomModel}, a program's id, or https://host/v1#model.`,
      cause,
    });
  }
}

const isFolder = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );

function endpoint(name: string, { allowEndpoints, apiKey, send }: ModelOptions): ExperimentModel {
  if (!allowEndpoints)
    throw new AppError("model.unknown", { message: "This service asks no endpoints of other services." });
  const at = name.indexOf("#");
  const [baseUrl, model] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
  if (model === "")
    throw new AppError("model.unknown", {
      message: `${name} names no model: write the address, #, and the model's name, as in https://host/v1#name.`,
    });
  return openEndpoint(name, {
    baseUrl,
    model,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(send ? { send } : {}),
  });
}

async function program(id: ProgramId, { openProgram, device }: ModelOptions): Promise<ExperimentModel> {
  if (!openProgram)
    throw new AppError("model.unavailable", { message: `The program ${id} cannot be reached from here.` });
  const opened = await openProgram(id);
  return {
    id,
    identity: opened.identity,
    device,
    async answer({ lessons, context, question }, signal) {
      const input = [...lessons, context, question].filter((part) => part !== "").join("\n");
      const [answer = ""] = await opened.run([input], signal ? { signal } : {});
      return { answer, why: "" };
    },
    close: () => opened.close(),
  };
}
