/** Where a training of an interpreter stands, in a folder: everything needed to go on as if it had never stopped. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { decodeSafetensors, encodeSafetensors, fromFloat32, toFloat32 } from "@weightsmith/nn";
import type { ParameterState, TrainingState } from "@weightsmith/onnx";

const parts = ["value", "first", "second"] as const;
const fileName = "training_state.safetensors";

/** Replaces the checkpoint of the folder; a crash while writing leaves the one before. */
export async function saveCheckpoint(folder: string, state: TrainingState): Promise<void> {
  const tensors = new Map(
    [...state.parameters].flatMap(([name, parameter]) =>
      parts.map(
        (part) => [`${part}.${name}`, fromFloat32(parameter[part], [parameter[part].length])] as const,
      ),
    ),
  );
  await mkdir(folder, { recursive: true });
  const fresh = path.join(folder, `${fileName}.writing`);
  await writeFile(fresh, encodeSafetensors(tensors, { step: String(state.step) }));
  await rename(fresh, path.join(folder, fileName));
}

/** The last checkpoint, or undefined where there is none. @throws FormatError if it is damaged */
export async function loadCheckpoint(folder: string): Promise<TrainingState | undefined> {
  const bytes = await readFile(path.join(folder, fileName)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const { tensors, metadata } = decodeSafetensors(bytes);
  const parameters = new Map<string, ParameterState>();
  for (const key of tensors.keys()) {
    if (!key.startsWith("value.")) continue;
    const name = key.slice("value.".length);
    const read = (part: string) => toFloat32(tensors.get(`${part}.${name}`)!);
    parameters.set(name, { value: read("value"), first: read("first"), second: read("second") });
  }
  return { step: Number(metadata.step), parameters };
}

export const removeCheckpoint = (folder: string): Promise<void> =>
  rm(path.join(folder, fileName), { force: true });
