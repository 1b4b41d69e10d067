/**
 * TAT-QA's published format: a list of contexts, each with a table, paragraphs and questions. Tables become lines of
 * "row: header value, …"; the scale is part of the answer ("12.5 million").
 * @see Zhu et al. 2021, arXiv:2105.07624
 */
import { z } from "zod";
import { invalid, type TaskItem } from "../item.ts";

const question = z.object({
  uid: z.string(),
  question: z.string().min(1),
  answer: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]).optional(),
  scale: z.string().optional(),
});
const entry = z.object({
  table: z.object({ table: z.array(z.array(z.string())) }),
  paragraphs: z.array(z.object({ text: z.string(), order: z.number().optional() })).default([]),
  questions: z.array(question),
});

/** @throws AppError dataset.invalid with the index and key. Questions without an answer are left out. */
export function importTatQa(value: unknown): TaskItem[] {
  if (!Array.isArray(value)) throw invalid("A TAT-QA file is a list of contexts.", {});
  return value.flatMap((raw: unknown, index) => {
    const parsed = entry.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const key = issue.path.join(".");
      throw invalid(`Context ${index}, key ${JSON.stringify(key)}: ${issue.message}.`, { index, key });
    }
    const { table, paragraphs, questions } = parsed.data;
    const context = [tableText(table.table), ...paragraphs.map(({ text }) => text)]
      .filter(Boolean)
      .join("\n");
    return questions.flatMap(({ uid, question: text, answer, scale = "" }): TaskItem[] => {
      if (answer === undefined) return [];
      const spans = [answer].flat().map(String).join(", ");
      const suffix = scale === "" ? "" : scale === "percent" ? "%" : ` ${scale}`;
      const full = spans.endsWith("%") && suffix === "%" ? spans : `${spans}${suffix}`;
      return [{ id: uid, question: text, answer: full, context, domain: "finance" }];
    });
  });
}

/** Rows with the headers of their columns; the first row that has a text in a later column is the header. */
export function tableText(table: readonly (readonly string[])[]): string {
  const headerAt = table.findIndex((row) => row.slice(1).some((cell) => cell.trim() !== ""));
  const header = table[headerAt] ?? [];
  return table
    .slice(headerAt + 1)
    .map(([label = "", ...cells]) => {
      const filled = cells
        .map((cell, at) => [header[at + 1]?.trim() ?? "", cell.trim()] as const)
        .filter(([, cell]) => cell !== "")
        .map(([name, cell]) => `${name} ${cell}`.trim());
      return filled.length === 0 ? label.trim() : `${label.trim()}: ${filled.join(", ")}`;
    })
    .filter((line) => line !== "")
    .join("\n");
}
