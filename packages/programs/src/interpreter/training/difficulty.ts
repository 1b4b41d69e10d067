/**
 * Which training families a base still gets wrong: a later stage of training draws them more often than those it
 * masters. Measured on the training part of their texts, so that no held-out text has a say in training.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { distinctExamples, drawTask, familiesOf, Random } from "../../tasks/index.ts";
import type { SegmentEncoder } from "../prompt.ts";
import { solvedRow } from "../rows.ts";
import type { Prober } from "./probe.ts";

/** The share of wrong answers, 0 … 1, by a family's name. */
export type Difficulties = Readonly<Record<string, number>>;

const tasksAFamily = 4;
const examplesATask = 7;

export async function measureDifficulties(
  prober: Prober,
  { encoder, length, seed }: { encoder: SegmentEncoder; length: number; seed: string },
): Promise<Difficulties> {
  const wrong: Record<string, number> = {};
  for (const family of familiesOf("training")) {
    const random = new Random(`difficulty ${seed} ${family.name}`);
    const rows = random
      .many(tasksAFamily, () => {
        const task = drawTask(family, random, "training");
        const examples = distinctExamples(task, examplesATask, random);
        return solvedRow({ spec: task.spec, examples }, encoder, { output: 1, rest: 0 });
      })
      .filter((row) => row.tokens.length <= length);
    const { exactByShots } = await prober.measure(rows);
    // What does not fit a row cannot be learnt from one either.
    wrong[family.name] = rows.length === 0 ? 0 : 1 - mean(exactByShots);
  }
  return wrong;
}

/** The difficulties kept in a folder, measured first if they are not there yet: a resumed stage reads the same. */
export async function keptDifficulties(
  folder: string,
  measure: () => Promise<Difficulties>,
): Promise<Difficulties> {
  const file = path.join(folder, "difficulties.json");
  if (!existsSync(file)) {
    const measured = await measure();
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(measured, null, 1)}\n`);
  }
  return JSON.parse(await readFile(file, "utf8")) as Difficulties;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
