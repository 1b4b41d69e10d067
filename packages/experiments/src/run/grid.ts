/** A grid: every model with every task in every mode, one cell each, with settings for all. */
import { createHash } from "node:crypto";
import { AppError } from "@weightsmith/contract";
import { parse } from "yaml";
import { z } from "zod";
import { CURATORS } from "../roles/curator.ts";
import { REFLECTORS } from "../roles/reflector.ts";
import { FEEDBACKS } from "./feedback.ts";
import { ADAPTATIONS, MODES, type Mode } from "./plan.ts";

const names = z.array(z.string().min(1)).min(1);

export const gridSchema = z.strictObject({
  models: names,
  tasks: names,
  modes: z.array(z.enum(MODES)).min(1).default(["baseline", "ace"]),
  settings: z
    .strictObject({
      adaptation: z.enum(ADAPTATIONS),
      epochs: z.int().min(1).max(100),
      limit: z.int().min(1),
      reflector: z.enum(REFLECTORS),
      curator: z.enum(CURATORS),
      feedback: z.enum(FEEDBACKS).exclude(["execution"]),
      deduplicate: z.boolean(),
      lessons: z.int().min(1).max(50),
      seed: z.int().min(0),
    })
    .partial()
    .default({}),
});
export type Grid = z.output<typeof gridSchema>;

export interface GridCell {
  /** Of everything that determines the cell: the same cell has the same id in every run of the grid. */
  readonly id: string;
  readonly model: string;
  readonly task: string;
  readonly mode: Mode;
  readonly settings: Grid["settings"];
}

/** @throws AppError request.invalid naming the key */
export function parseGrid(text: string): Grid {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new AppError("request.invalid", {
      message: `The grid is not YAML: ${(cause as Error).message}`,
      cause,
    });
  }
  const parsed = gridSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.join(".");
  throw new AppError("request.invalid", {
    message: `The grid, key ${JSON.stringify(key)}: ${issue.message}. It has models, tasks, modes and settings.`,
  });
}

export function cellsOf({ models, tasks, modes, settings }: Grid): GridCell[] {
  return models.flatMap((model) =>
    tasks.flatMap((task) =>
      modes.map((mode): GridCell => {
        const determinants = JSON.stringify({ model, task, mode, settings: Object.entries(settings).sort() });
        const id = createHash("sha256").update(determinants).digest("hex").slice(0, 12);
        return { id, model, task, mode, settings };
      }),
    ),
  );
}
