/** Playbooks as text: JSON Lines, which keep everything, and ACE's lines, which people read and other tools write. */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import { type Entry, emptyPlaybook, type Playbook, slugOf } from "./playbook.ts";

const count = z.int().min(0);
const entrySchema = z.strictObject({
  id: z.string().regex(/-\d+$/, "an id ends with - and a number"),
  section: z.string().min(1),
  content: z.string().min(1),
  key: z.string().optional(),
  helpful: count.default(0),
  harmful: count.default(0),
  createdAt: count.default(0),
  lastUsedAt: count.default(0),
});

/** One entry a line, in order. */
export const toJsonLines = ({ entries }: Playbook): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

/** @throws AppError playbook.invalid naming the line and the key */
export function fromJsonLines(text: string): Playbook {
  const entries = text.split("\n").flatMap((line, index): Entry[] => {
    if (line.trim() === "") return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw broken(`Line ${index + 1} is not JSON: ${(cause as Error).message}.`, cause);
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw broken(`Line ${index + 1}, key ${JSON.stringify(issue.path.join("."))}: ${issue.message}.`);
    }
    const { key, ...rest } = parsed.data;
    return [key === undefined ? rest : { ...rest, key }];
  });
  return playbookOf(entries);
}

/** `## Section` headings over lines of `[slug-00001] helpful=5 harmful=0 :: text`. */
export function toAceText({ entries }: Playbook): string {
  const sections = new Map<string, Entry[]>();
  for (const entry of entries) sections.set(entry.section, [...(sections.get(entry.section) ?? []), entry]);
  return [...sections]
    .map(
      ([section, own]) =>
        `## ${section}\n${own.map(({ id, helpful, harmful, content }) => `[${id}] helpful=${helpful} harmful=${harmful} :: ${content.replaceAll("\n", " ")}\n`).join("")}`,
    )
    .join("\n");
}

/** Lines that are neither headings, lessons nor empty are refused. @throws AppError playbook.invalid */
export function fromAceText(text: string): Playbook {
  let section: string | undefined;
  const entries = text.split("\n").flatMap((line, index): Entry[] => {
    const trimmed = line.trim();
    if (trimmed === "") return [];
    const heading = /^#+\s+(.+)$/.exec(trimmed);
    if (heading) {
      section = heading[1]!;
      return [];
    }
    const match = /^\[(.+?)-(\d+)\]\s+helpful=(\d+)\s+harmful=(\d+)\s+::\s+(.+)$/.exec(trimmed);
    if (!match)
      throw broken(`Line ${index + 1} is no lesson: expected "[slug-00001] helpful=5 harmful=0 :: text".`);
    const [, slug, number, helpful, harmful, content] = match;
    return [
      {
        id: `${slug}-${number}`,
        section: section !== undefined && slugOf(section) === slug ? section : slug!,
        content: content!,
        helpful: Number(helpful),
        harmful: Number(harmful),
        createdAt: 0,
        lastUsedAt: 0,
      },
    ];
  });
  return playbookOf(entries);
}

/** Reads either form. */
export const parsePlaybook = (text: string): Playbook =>
  text.trim() === ""
    ? emptyPlaybook
    : text.trimStart().startsWith("{")
      ? fromJsonLines(text)
      : fromAceText(text);

function playbookOf(entries: readonly Entry[]): Playbook {
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (ids.has(id)) throw broken(`The id ${id} occurs twice.`);
    ids.add(id);
  }
  const last = Math.max(0, ...entries.map(({ id }) => Number(id.slice(id.lastIndexOf("-") + 1))));
  return { entries, next: last + 1 };
}

const broken = (message: string, cause?: unknown): AppError =>
  new AppError("playbook.invalid", { message, cause });
