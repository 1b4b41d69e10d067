/** One question of a task with its answer, and the parsing of task files: JSON arrays, JSON Lines, or {"data": […]}. */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";

export const taskItemSchema = z.strictObject({
  id: z.string().min(1),
  question: z.string().min(1),
  answer: z.string(),
  context: z.string().optional(),
  domain: z.string().optional(),
});

export interface TaskItem {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  /** What to read before the question; "" for none. */
  readonly context: string;
  readonly domain: string;
}

/** A task: questions of one domain, in parts that share no item. */
export interface Task {
  readonly name: string;
  readonly domain: string;
  readonly about: string;
  /** What lessons may be learnt from. */
  readonly train: readonly TaskItem[];
  /** What chooses between playbooks. */
  readonly validation: readonly TaskItem[];
  /** What scores are measured on. */
  readonly test: readonly TaskItem[];
}

/**
 * Items from parsed JSON.
 * @param domain of items that name none
 * @throws AppError dataset.invalid with the index and key of the first item that is wrong
 */
export function parseItems(value: unknown, { domain = "general" }: { domain?: string } = {}): TaskItem[] {
  if (!Array.isArray(value)) throw invalid('The data set is not a list of items, such as [{"id": …}].', {});
  if (value.length === 0) throw invalid("The data set has no items.", {});
  const seen = new Map<string, number>();
  return value.map((item: unknown, index) => {
    const parsed = taskItemSchema.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const key = String(issue.path[0] ?? (issue.code === "unrecognized_keys" ? issue.keys[0] : ""));
      throw invalid(
        `Item ${index}${key === "" ? "" : `, key ${JSON.stringify(key)}`}: ${issue.message}. Items have the keys id, question, answer and, if you like, context and domain; all are texts.`,
        { index, key },
      );
    }
    const { id, question, answer, context = "", domain: own = domain } = parsed.data;
    const before = seen.get(id);
    if (before !== undefined)
      throw invalid(`Item ${index}, key "id": ${JSON.stringify(id)} is also the id of item ${before}.`, {
        index,
        key: "id",
      });
    seen.set(id, index);
    return { id, question, answer, context, domain: own };
  });
}

/** @throws AppError dataset.invalid: no JSON, or as `parseItems` */
export function parseItemsText(text: string, options: { domain?: string } = {}): TaskItem[] {
  return parseItems(parseJson(text), options);
}

/** A JSON document, or JSON Lines. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2 || !lines[0]!.trimStart().startsWith("{") || !lines[0]!.trimEnd().endsWith("}"))
      throw invalid(`The data set is not JSON: ${(cause as Error).message}.`, {}, cause);
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw invalid(`Line ${index + 1} is not JSON: ${(error as Error).message}.`, { index }, error);
      }
    });
  }
}

export const invalid = (message: string, context: Record<string, unknown>, cause?: unknown): AppError =>
  new AppError("dataset.invalid", { message, context, cause });
