/** The amortised compiler of an interpreter on disk: `compiler.json` and `compiler.safetensors` in the interpreter's folder. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { adapterSpecs, decodeSafetensors, toFloat32, type Weights } from "@weightsmith/nn";
import { z } from "zod";
import type { Interpreter, InterpreterId } from "../../interpreter/interpreter.ts";
import { adapterShapeOf, type FastShape, headShapes } from "./shape.ts";

export const compilerFiles = { description: "compiler.json", weights: "compiler.safetensors" } as const;

const descriptionSchema = z.strictObject({
  /** The only interpreter whose hidden states and projections the compiler knows. */
  interpreter: z.strictObject({ id: z.string(), sha256: z.string() }),
  rank: z.int().positive(),
  hidden: z.int().positive(),
});

export function describeCompiler({ rank, hidden }: FastShape, { id, sha256 }: InterpreterId): string {
  return `${JSON.stringify({ interpreter: { id, sha256 }, rank, hidden }, null, 2)}\n`;
}

export interface CompilerWeights {
  readonly shape: FastShape;
  readonly weights: Weights;
}

/**
 * The compiler beside an interpreter; undefined where there is none.
 * @throws AppError interpreter.unavailable if it is damaged or was made for other weights
 */
export async function loadCompiler(interpreter: Interpreter): Promise<CompilerWeights | undefined> {
  const { folder } = interpreter;
  const file = path.join(folder, compilerFiles.description);
  if (!existsSync(file)) return undefined;
  try {
    const description = descriptionSchema.parse(JSON.parse(await readFile(file, "utf8")));
    if (description.interpreter.sha256 !== interpreter.sha256) {
      throw new Error("it was trained for other weights of the interpreter; train it again");
    }
    const bytes = await readFile(path.join(folder, compilerFiles.weights));
    const { tensors } = decodeSafetensors(bytes, compilerFiles.weights);
    const weights = new Map([...tensors].map(([name, tensor]) => [name, toFloat32(tensor)]));
    check(interpreter, description, weights);
    return { shape: { rank: description.rank, hidden: description.hidden }, weights };
  } catch (cause) {
    throw new AppError("interpreter.unavailable", {
      message: `The compiler of ${interpreter.id} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    });
  }
}

function check({ config }: Interpreter, shape: FastShape, weights: Weights): void {
  const wanted = [
    ...Object.entries(headShapes(config, shape)).map(([name, dims]) => ({ name, shape: dims })),
    ...adapterSpecs(config, adapterShapeOf(shape)),
  ];
  for (const { name, shape: dims } of wanted) {
    const count = dims.reduce((product, size) => product * size, 1);
    const got = weights.get(name)?.length ?? 0;
    if (got !== count) throw new Error(`${name} must have ${count} values; got ${got}`);
  }
}
