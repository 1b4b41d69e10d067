/** The tasks that can be named. */
import { AppError } from "@weightsmith/contract";
import { DOMAINS } from "./generated/index.ts";
import { generatedTask } from "./generated/task.ts";
import type { Task, TaskItem } from "./item.ts";
import { tinyTasks } from "./tiny.ts";

const generated = new Map(DOMAINS.map((domain) => [`${domain}_generated`, domain]));

export const taskNames = (): string[] => [...tinyTasks.map(({ name }) => name), ...generated.keys()];

/** @throws AppError task.unknown */
export function findTask(name: string): Task {
  const tiny = tinyTasks.find((task) => task.name === name);
  if (tiny) return tiny;
  const domain = generated.get(name);
  if (domain) return generatedTask(domain);
  throw new AppError("task.unknown", {
    message: `There is no task ${JSON.stringify(name.slice(0, 100))}; there are ${taskNames().join(", ")}.`,
    context: { known: taskNames() },
  });
}

/** How the items of a data set of one's own are shared out, in tenths, by their order. */
const trainTenths = 4;
const validationTenths = 2;

/**
 * A task from items of one's own: in every ten the first four are learnt from, two validate, four measure. With fewer
 * than ten items every part holds all of them, and scores are of questions that were learnt from.
 */
export function taskOfItems(name: string, items: readonly TaskItem[], domain?: string): Task {
  const own = domain === undefined ? items : items.map((item) => ({ ...item, domain }));
  const part = (from: number, to: number) =>
    own.length < 10 ? own : own.filter((_, index) => index % 10 >= from && index % 10 < to);
  return {
    name,
    domain: own[0]?.domain ?? "general",
    about: "items of a data set",
    train: part(0, trainTenths),
    validation: part(trainTenths, trainTenths + validationTenths),
    test: part(trainTenths + validationTenths, 10),
  };
}
