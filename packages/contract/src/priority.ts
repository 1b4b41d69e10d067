/** How urgent a job is among the other jobs of its workspace. Workspaces take turns, whatever their jobs' priorities. */
import { z } from "zod";

export const PRIORITIES = ["low", "normal", "high"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const prioritySchema = z.enum(PRIORITIES).meta({
  description:
    "Among the workspace's own jobs of the same type a more urgent one is begun first. Default: normal; batches: low.",
});

/** As it is stored: higher goes first. */
export const priorityNumber = (priority: Priority): number => ({ low: -1, normal: 0, high: 1 })[priority];
