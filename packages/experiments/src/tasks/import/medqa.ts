/**
 * MedQA's published format: JSON Lines of a question, options by letter, and the answer's text or letter.
 * @see Jin et al. 2020, arXiv:2009.13081
 */
import { z } from "zod";
import { invalid, type TaskItem } from "../item.ts";

const entry = z.object({
  question: z.string().min(1),
  options: z.record(z.string(), z.string()),
  answer: z.string().optional(),
  answer_idx: z.string().optional(),
});

/** @throws AppError dataset.invalid with the index and key */
export function importMedQa(value: unknown): TaskItem[] {
  if (!Array.isArray(value)) throw invalid("A MedQA file is JSON Lines or a list of questions.", {});
  return value.map((raw: unknown, index) => {
    const parsed = entry.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const key = issue.path.join(".");
      throw invalid(`Question ${index}, key ${JSON.stringify(key)}: ${issue.message}.`, { index, key });
    }
    const { question, options, answer, answer_idx: letter } = parsed.data;
    const text = answer ?? (letter === undefined ? undefined : options[letter]);
    if (text === undefined)
      throw invalid(
        `Question ${index}, key "answer": there is neither an answer nor an answer_idx of the options.`,
        {
          index,
          key: "answer",
        },
      );
    const listed = Object.entries(options).map(([key, option]) => `${key}) ${option}`);
    return {
      id: `medqa-${index + 1}`,
      question: [question, ...listed].join("\n"),
      answer: text,
      context: "",
      domain: "medical",
    };
  });
}
