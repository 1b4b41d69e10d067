/**
 * Generated tasks: one world a domain, made of names that no reader was trained on, and questions about it. Parts share
 * the world and no question.
 */
import { Random } from "@weightsmith/nn";
import type { Task, TaskItem } from "../item.ts";
import { type Domain, drawWorld } from "./index.ts";

export const partSizes = { train: 240, validation: 80, test: 300 } as const;

export function generatedTask(domain: Domain, seed = 1): Task {
  const random = new Random(seed, `task ${domain}`);
  const world = drawWorld(domain, "tasks", random);
  const seen = new Set<string>();
  const draw = (part: string, count: number): TaskItem[] => {
    const items: TaskItem[] = [];
    while (items.length < count) {
      const { context, question, answer } = world.draw(random);
      const text = `${context}\n${question}`;
      if (seen.has(text)) continue;
      seen.add(text);
      items.push({ id: `${domain}-${part}-${items.length + 1}`, context, question, answer, domain });
    }
    return items;
  };
  return {
    name: `${domain}_generated`,
    domain,
    about: about[domain],
    train: draw("train", partSizes.train),
    validation: draw("validation", partSizes.validation),
    test: draw("test", partSizes.test),
  };
}

const about: Record<Domain, string> = {
  finance: "cells of report tables; some questions use the house's own names for rows",
  medical: "multiple choice about illnesses and medicines that do not exist",
  iot: "sensor readings to be labelled low, normal or high",
};
