/**
 * A playbook: lessons with counts of how often they helped and harmed. Immutable; every operation gives a new one and
 * says what changed, so that versions can be compared and a run replayed. Time is counted in samples seen.
 */

import { cosine, embedText, wordsOf } from "../metrics/embedding.ts";
import { normalizeText } from "../metrics/match.ts";

export interface Entry {
  /** Section's slug and a number, as "ranges-00003". */
  readonly id: string;
  readonly section: string;
  readonly content: string;
  /** What the lesson is about; at most one entry has a key. */
  readonly key?: string;
  readonly helpful: number;
  readonly harmful: number;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

export type Operation =
  | { readonly type: "ADD"; readonly section: string; readonly content: string; readonly key?: string }
  | { readonly type: "UPDATE"; readonly id: string; readonly content: string }
  | { readonly type: "MERGE"; readonly ids: readonly string[]; readonly content: string }
  | { readonly type: "DELETE"; readonly id: string };

export interface Playbook {
  readonly entries: readonly Entry[];
  /** The number that the next entry gets. */
  readonly next: number;
}

export const emptyPlaybook: Playbook = { entries: [], next: 1 };

/** Lower-case words joined by "-", for ids. */
export const slugOf = (section: string): string => wordsOf(section).join("-").slice(0, 40) || "lesson";

/**
 * Applies operations in order. One that names an entry which is not there (any more) is left out, as is an ADD without
 * words: what roles propose is a suggestion.
 * @returns the playbook, and the operations that changed it
 */
export function applyOperations(
  playbook: Playbook,
  operations: readonly Operation[],
  now: number,
): { readonly playbook: Playbook; readonly applied: readonly Operation[] } {
  let { entries, next } = playbook;
  const applied: Operation[] = [];
  for (const operation of operations) {
    const before = entries;
    switch (operation.type) {
      case "ADD": {
        if (wordsOf(operation.content).length === 0) break;
        const { section, content, key } = operation;
        const id = `${slugOf(section)}-${String(next++).padStart(5, "0")}`;
        entries = [
          ...entries,
          {
            id,
            section,
            content,
            ...(key === undefined ? {} : { key }),
            helpful: 0,
            harmful: 0,
            createdAt: now,
            lastUsedAt: now,
          },
        ];
        break;
      }
      case "UPDATE":
        if (entries.some(({ id, content }) => id === operation.id && content !== operation.content))
          entries = entries.map((entry) =>
            entry.id === operation.id ? { ...entry, content: operation.content, lastUsedAt: now } : entry,
          );
        break;
      case "MERGE": {
        const merged = entries.filter(({ id }) => operation.ids.includes(id));
        if (merged.length < 2) break;
        const [first] = merged;
        const kept = joined(merged, operation.content);
        entries = entries.flatMap((entry) =>
          entry.id === first!.id ? [kept] : operation.ids.includes(entry.id) ? [] : [entry],
        );
        break;
      }
      case "DELETE":
        if (entries.some(({ id }) => id === operation.id))
          entries = entries.filter(({ id }) => id !== operation.id);
        break;
      default:
        operation satisfies never;
    }
    if (entries !== before) applied.push(operation);
  }
  return { playbook: { entries, next }, applied };
}

/** Several entries as one: the first one's name, everybody's counts. */
function joined(entries: readonly Entry[], content: string): Entry {
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
  return {
    ...entries[0]!,
    content,
    helpful: sum(({ helpful }) => helpful),
    harmful: sum(({ harmful }) => harmful),
    createdAt: Math.min(...entries.map(({ createdAt }) => createdAt)),
    lastUsedAt: Math.max(...entries.map(({ lastUsedAt }) => lastUsedAt)),
  };
}

/** Counts a use of entries as help or harm. */
export function countUse(
  playbook: Playbook,
  { helpful = [], harmful = [] }: { helpful?: readonly string[]; harmful?: readonly string[] },
  now: number,
): Playbook {
  if (helpful.length === 0 && harmful.length === 0) return playbook;
  return {
    ...playbook,
    entries: playbook.entries.map((entry) => {
      const [good, bad] = [helpful.includes(entry.id), harmful.includes(entry.id)];
      if (!good && !bad) return entry;
      return {
        ...entry,
        helpful: entry.helpful + Number(good),
        harmful: entry.harmful + Number(bad),
        lastUsedAt: now,
      };
    }),
  };
}

export interface DeduplicationOptions {
  /** Least cosine of embeddings at which texts are the same lesson. */
  readonly cosine?: number;
  /** Least share of common words (Jaccard). */
  readonly lexical?: number;
}

/**
 * Merges entries that say the same: equal after normalisation, or near by cosine and by words, both. Texts that differ
 * in a number are never the same, nor are entries with different keys: "normal 20 to 40" is not "normal 30 to 40".
 */
export function deduplicate(
  playbook: Playbook,
  { cosine: leastCosine = 0.92, lexical = 0.8 }: DeduplicationOptions = {},
): { readonly playbook: Playbook; readonly removed: readonly string[] } {
  const kept: { entry: Entry; vector: Float32Array; words: Set<string> }[] = [];
  const removed: string[] = [];
  for (const entry of playbook.entries) {
    const vector = embedText(entry.content);
    const words = new Set(wordsOf(entry.content));
    const twin = kept.find((other) => {
      if (other.entry.key !== entry.key && other.entry.key !== undefined && entry.key !== undefined)
        return false;
      if (normalizeText(other.entry.content) === normalizeText(entry.content)) return true;
      if (numbersOf(other.entry.content) !== numbersOf(entry.content)) return false;
      return cosine(other.vector, vector) >= leastCosine && jaccard(other.words, words) >= lexical;
    });
    if (twin) {
      twin.entry = joined([twin.entry, entry], twin.entry.content);
      removed.push(entry.id);
    } else kept.push({ entry, vector, words });
  }
  return removed.length === 0
    ? { playbook, removed }
    : { playbook: { ...playbook, entries: kept.map(({ entry }) => entry) }, removed };
}

const numbersOf = (text: string): string => (text.match(/\d+(?:\.\d+)?/g) ?? []).join(" ");

export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}

export interface PruneOptions {
  readonly mostEntries: number;
  /** Entries created within so many samples stay. */
  readonly protectSamples?: number;
}

/**
 * Removes what harmed more than it helped, then the least worthy until at most `mostEntries` are left. Worth is
 * (helpful + 1) / (helpful + harmful + 2), the expected share of help; between equals the longest unused goes first.
 */
export function prune(
  playbook: Playbook,
  { mostEntries, protectSamples = 20 }: PruneOptions,
  now: number,
): { readonly playbook: Playbook; readonly removed: readonly string[] } {
  const isNew = ({ createdAt }: Entry) => now - createdAt < protectSamples;
  const worth = ({ helpful, harmful }: Entry) => (helpful + 1) / (helpful + harmful + 2);
  const gone = new Set(
    playbook.entries
      .filter((entry) => !isNew(entry) && entry.harmful > entry.helpful + 1)
      .map(({ id }) => id),
  );
  const left = playbook.entries.filter(({ id }) => !gone.has(id));
  const surplus = left.length - mostEntries;
  if (surplus > 0) {
    const old = left
      .filter((entry) => !isNew(entry))
      .sort((a, b) => worth(a) - worth(b) || a.lastUsedAt - b.lastUsedAt);
    for (const { id } of old.slice(0, surplus)) gone.add(id);
  }
  if (gone.size === 0) return { playbook, removed: [] };
  return {
    playbook: { ...playbook, entries: playbook.entries.filter(({ id }) => !gone.has(id)) },
    removed: [...gone],
  };
}

/** Both playbooks' entries, renumbered where ids clash, without duplicates; of two with one key the better proven stays. */
export function mergePlaybooks(first: Playbook, second: Playbook): Playbook {
  const proof = ({ helpful, harmful }: Entry) => helpful - harmful;
  const ids = new Set(first.entries.map(({ id }) => id));
  let next = Math.max(first.next, second.next);
  const byKey = new Map(
    first.entries.flatMap((entry) => (entry.key === undefined ? [] : [[entry.key, entry]])),
  );
  const replaced = new Map<string, Entry>();
  const added: Entry[] = [];
  for (const entry of second.entries) {
    const rival = entry.key === undefined ? undefined : byKey.get(entry.key);
    if (rival) {
      if (proof(entry) > proof(rival)) replaced.set(rival.id, { ...entry, id: rival.id });
      continue;
    }
    const clash = ids.has(entry.id);
    const id = clash ? `${slugOf(entry.section)}-${String(next++).padStart(5, "0")}` : entry.id;
    ids.add(id);
    added.push({ ...entry, id });
  }
  const entries = [...first.entries.map((entry) => replaced.get(entry.id) ?? entry), ...added];
  return deduplicate({ entries, next }).playbook;
}

export interface PlaybookDiff {
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
  readonly changed: readonly { readonly id: string; readonly before: Entry; readonly after: Entry }[];
}

/** What leads from one version to another, by id. */
export function diffPlaybooks(before: Playbook, after: Playbook): PlaybookDiff {
  const [old, fresh] = [before, after].map(
    ({ entries }) => new Map(entries.map((entry) => [entry.id, entry])),
  );
  return {
    added: after.entries.filter(({ id }) => !old!.has(id)),
    removed: before.entries.filter(({ id }) => !fresh!.has(id)),
    changed: before.entries.flatMap((entry) => {
      const now = fresh!.get(entry.id);
      return now && JSON.stringify(now) !== JSON.stringify(entry)
        ? [{ id: entry.id, before: entry, after: now }]
        : [];
    }),
  };
}
