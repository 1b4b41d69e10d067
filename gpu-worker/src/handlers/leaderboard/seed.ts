/**
 * Gives an empty leaderboard its tasks and their first entries. The worker does it, with examples drawn on the spot, so that
 * hidden examples exist nowhere else: not in this repository, not in the API.
 */
import type { Example, Prediction } from "@weightsmith/contract";
import { type Artifact, type Database, Leaderboard } from "@weightsmith/core";
import { baselinesFor } from "./baselines.ts";
import { ownTasks, type Random, type TaskDefinition, unguessable } from "./tasks/index.ts";

/** Any constant that nothing else in the database locks. */
const SEED_LOCK = 7_305_772;

/**
 * Publishes the tasks that the leaderboard does not have yet. Any number of workers may start at once: one seeds, the others
 * find nothing to do. @returns how many tasks were published
 */
export async function seedLeaderboard(
  db: Database.Database,
  storage: Artifact.Storage,
  random: Random = unguessable,
): Promise<number> {
  const missing = async () => {
    const known = new Set((await Leaderboard.tasks(db)).map(({ task }) => task.id));
    return ownTasks.filter(({ id }) => !known.has(id));
  };
  if ((await missing()).length === 0) return 0;
  return db.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${SEED_LOCK}::bigint)`;
    const wanted = await missing();
    for (const definition of wanted) await publish(db, storage, definition, random);
    return wanted.length;
  });
}

async function publish(
  db: Database.Database,
  storage: Artifact.Storage,
  definition: TaskDefinition,
  random: Random,
): Promise<void> {
  const { id, title, description, kinds, suite, make, publicCount, hiddenCount } = definition;
  const examples = make(random, publicCount + hiddenCount);
  const publicExamples = examples.slice(0, publicCount);
  const hiddenExamples = examples.slice(publicCount);
  const task = await Leaderboard.publishTask(db, storage, {
    id,
    title,
    description,
    kinds,
    suites: [suite],
    publicExamples,
    hiddenExamples,
  });
  for (const { name, learn } of baselinesFor(suite)) {
    const answer = learn(publicExamples);
    const began = performance.now();
    const hidden = judged(hiddenExamples, answer);
    const latencyMilliseconds = (performance.now() - began) / hiddenExamples.length;
    await Leaderboard.saveBaseline(db, {
      taskId: task.id,
      taskVersion: task.version,
      name,
      correct: hidden.filter(({ correct }) => correct).length,
      n: hidden.length,
      latencyMilliseconds,
      predictions: judged(publicExamples, answer),
    });
  }
}

const judged = (examples: readonly Example[], answer: (input: string) => string): Prediction[] =>
  examples.map(({ input, output: expected }) => {
    const output = answer(input);
    return { input, expected, output, correct: output === expected };
  });
