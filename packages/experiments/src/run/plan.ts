/** What a run is to do, and the stages it goes through. */
import type { CuratorName } from "../roles/curator.ts";
import type { ReflectorName } from "../roles/reflector.ts";
import type { Task, TaskItem } from "../tasks/item.ts";
import type { FeedbackName } from "./feedback.ts";

export const MODES = ["baseline", "ace"] as const;
export type Mode = (typeof MODES)[number];
export const ADAPTATIONS = ["offline", "online"] as const;
export type Adaptation = (typeof ADAPTATIONS)[number];

export interface RunSettings {
  readonly mode: Mode;
  /**
   * offline: learn on the training part for some epochs, keep the playbook that does best on the validation part, then
   * measure on the test part without learning. online: answer each test question, then learn from it.
   */
  readonly adaptation: Adaptation;
  readonly epochs: number;
  /** Of each part the first so many items. */
  readonly limit?: number;
  readonly reflector: ReflectorName;
  readonly curator: CuratorName;
  readonly feedback: FeedbackName;
  readonly deduplicate: boolean;
  /** Lessons shown at most. */
  readonly lessons: number;
  /** Entries kept at most. */
  readonly mostEntries: number;
  readonly seed: number;
}

export const defaultSettings: RunSettings = {
  mode: "baseline",
  adaptation: "online",
  epochs: 1,
  reflector: "rules",
  curator: "rules",
  feedback: "labels",
  deduplicate: true,
  lessons: 3,
  mostEntries: 200,
  seed: 0,
};

export type Part = "train" | "validation" | "test";

export interface Stage {
  readonly part: Part;
  readonly items: readonly TaskItem[];
  readonly epoch: number;
  readonly learns: boolean;
}

export function stagesOf(task: Task, settings: RunSettings): Stage[] {
  const part = (name: Part) => task[name].slice(0, settings.limit);
  const measure = (epoch: number, learns: boolean): Stage => ({
    part: "test",
    items: part("test"),
    epoch,
    learns,
  });
  if (settings.mode === "baseline") return [measure(0, false)];
  const epochs = Array.from({ length: settings.epochs }, (_, index) => index + 1);
  if (settings.adaptation === "online") return epochs.map((epoch) => measure(epoch, true));
  return [
    ...epochs.flatMap((epoch): Stage[] => [
      { part: "train", items: part("train"), epoch, learns: true },
      { part: "validation", items: part("validation"), epoch, learns: false },
    ]),
    measure(settings.epochs, false),
  ];
}
