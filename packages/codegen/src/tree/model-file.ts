/** A tree model's folder: `tree.json` (shape and names of the rules) and `model.safetensors`. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { decodeSafetensors, encodeSafetensors, fromFloat32, toFloat32, writeParts } from "@weightsmith/nn";
import type { ParameterState } from "@weightsmith/onnx";
import { z } from "zod";
import type { TreeConfig } from "./network.ts";
import { RuleTable } from "./rules.ts";

const TREE_FOLDER = "codegen-tree";

const fileSchema = z.object({
  format: z.literal(1),
  width: z.int().positive(),
  heads: z.int().positive(),
  hidden: z.int().positive(),
  encoderLayers: z.int().positive(),
  decoderLayers: z.int().positive(),
  rules: z.array(z.string()).min(1),
});

export interface TreeWeights {
  readonly config: TreeConfig;
  readonly rules: RuleTable;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

export async function saveTreeModel(
  folder: string,
  { rules: _, ...shape }: TreeConfig,
  rules: RuleTable,
  parameters: ReadonlyMap<string, ParameterState>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = new Map(
    [...parameters].map(([name, { value }]) => [name, fromFloat32(value, [value.length], "F16")] as const),
  );
  await writeParts(path.join(folder, "model.safetensors"), [encodeSafetensors(tensors, { format: "pt" })]);
  await writeParts(path.join(folder, "tree.json"), [
    new TextEncoder().encode(`${JSON.stringify({ format: 1, ...shape, rules: rules.names })}\n`),
  ]);
}

/**
 * The model that ships; undefined where the folder of models has none.
 * @throws AppError request.invalid if the folder holds something else
 */
export async function loadTreeWeights(modelsFolder: string): Promise<TreeWeights | undefined> {
  const folder = path.join(modelsFolder, TREE_FOLDER);
  const file = path.join(folder, "tree.json");
  if (!existsSync(file)) return undefined;
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) {
    throw new AppError("request.invalid", {
      message: `${file} is not a tree model's description: ${z.prettifyError(parsed.error)}`,
      cause: parsed.error,
    });
  }
  const { rules, format: _, ...shape } = parsed.data;
  const { tensors } = decodeSafetensors(await readFile(path.join(folder, "model.safetensors")));
  return {
    config: { ...shape, rules: rules.length },
    rules: new RuleTable(rules),
    weights: new Map([...tensors].map(([name, tensor]) => [name, toFloat32(tensor)])),
  };
}
