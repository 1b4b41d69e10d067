/**
 * A training's state as one safetensors file: every trained parameter with its optimizer moments, and the step. What
 * is restored continues bit for bit.
 */
import type { TrainingState } from "@weightsmith/onnx";
import { fromFloat32, type TensorData, toFloat32 } from "../checkpoint/element-type.ts";
import { decodeSafetensors, encodeSafetensors } from "../checkpoint/safetensors.ts";
import { FormatError } from "../format-error.ts";

const parts = ["value", "first", "second"] as const;
const kind = "weightsmith-training";

/** @param shapes by parameter name   @param note kept in the file: whatever the caller needs to go on */
export function encodeCheckpoint(
  state: TrainingState,
  shapes: ReadonlyMap<string, readonly number[]>,
  note = "",
): Uint8Array {
  const tensors = new Map<string, TensorData>();
  for (const [name, values] of state.parameters) {
    const shape = shapes.get(name);
    if (!shape) throw new RangeError(`The trained parameter ${name} has no shape.`);
    for (const part of parts) tensors.set(`${part}/${name}`, fromFloat32(values[part], shape));
  }
  return encodeSafetensors(tensors, { kind, step: String(state.step), note });
}

/**
 * Reads what `encodeCheckpoint` wrote.
 * @throws FormatError if the file is damaged, is no training checkpoint, or is of other parameters
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
): { state: TrainingState; note: string } {
  const refuse = (reason: string) => new FormatError("safetensors", reason, { file: "training checkpoint" });
  const { tensors, metadata } = decodeSafetensors(bytes, "training checkpoint");
  const step = Number(metadata.step);
  if (metadata.kind !== kind || !Number.isSafeInteger(step) || step < 0) {
    throw refuse(`is not of kind ${kind} with a step`);
  }
  if (tensors.size !== shapes.size * parts.length) {
    throw refuse(`holds ${tensors.size} tensors; this training has ${shapes.size * parts.length}`);
  }
  const parameters = new Map<string, Record<(typeof parts)[number], Float32Array>>();
  for (const [name, shape] of shapes) {
    const read = (part: (typeof parts)[number]): Float32Array => {
      const tensor = tensors.get(`${part}/${name}`);
      if (tensor?.dtype !== "F32" || tensor.shape.join() !== shape.join()) {
        throw refuse(`lacks ${part}/${name} as F32 [${shape.join(", ")}]`);
      }
      return toFloat32(tensor);
    };
    parameters.set(name, { value: read("value"), first: read("first"), second: read("second") });
  }
  return { state: { step, parameters }, note: metadata.note ?? "" };
}
