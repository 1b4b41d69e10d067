/** The role that keeps the playbook: from lessons to operations on entries. */
import type { Operation, Playbook } from "../playbook/index.ts";
import type { Reflection } from "./reflector.ts";

export const CURATORS = ["rules", "model"] as const;
export type CuratorName = (typeof CURATORS)[number];

export interface Curator {
  readonly name: CuratorName;
  curate(playbook: Playbook, reflection: Reflection, signal?: AbortSignal): Promise<Operation[]>;
}

/** A lesson with a known key corrects its entry, others are added, withdrawn keys are deleted. Needs no model. */
export function rulesCurator(): Curator {
  return {
    name: "rules",
    async curate({ entries }, { lessons, withdrawn }) {
      const byKey = new Map(
        entries.flatMap((entry) => (entry.key === undefined ? [] : [[entry.key, entry]])),
      );
      const removed = withdrawn.flatMap((key): Operation[] => {
        const entry = byKey.get(key);
        return entry ? [{ type: "DELETE", id: entry.id }] : [];
      });
      const brought = lessons.flatMap((lesson): Operation[] => {
        const entry = lesson.key === undefined ? undefined : byKey.get(lesson.key);
        if (!entry) return [{ type: "ADD", ...lesson }];
        return entry.content === lesson.content
          ? []
          : [{ type: "UPDATE", id: entry.id, content: lesson.content }];
      });
      return [...removed, ...brought];
    },
  };
}
