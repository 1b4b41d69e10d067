/** From what a language model writes to candidates: the code is cut out of the prose, named and typed as was asked. */
import { typeName } from "../print/function.ts";
import type { Candidate } from "../search/search-thread.ts";
import type { DraftSource, Task } from "./proposal.ts";

const MOST_CHARACTERS = 20_000;

export async function candidatesFromDrafts(source: DraftSource, task: Task): Promise<Candidate[]> {
  const found = new Map<string, Candidate>();
  for await (const text of source.drafts(task)) {
    const code = codeOf(text, task);
    if (code === undefined || found.has(code)) continue;
    const { problem, language } = task;
    found.set(code, {
      code,
      parameters: problem.parameters.map((parameter, at) => ({
        name: parameter.name,
        type: typeName(
          problem.examples.map(({ inputs }) => inputs[at] ?? null),
          parameter.type,
          language,
        ),
      })),
      returnType: typeName(
        problem.examples.map(({ output }) => output),
        problem.returns,
        language,
      ),
      cost: 20 + found.size,
      strategy: source.name,
      size: code.length / 10,
      text: `${source.name} draft ${found.size + 1}`,
    });
  }
  return [...found.values()];
}

/** The first block of code that defines the function, or the whole text if that does; undefined if nothing does. */
export function codeOf(
  text: string,
  { name, language }: Pick<Task, "name" | "language">,
): string | undefined {
  const cut = text.slice(0, MOST_CHARACTERS);
  const blocks = [...cut.matchAll(/```[\w+-]*[^\S\n]*\n([\s\S]*?)(?:```|$)/g)].map((match) => match[1]!);
  const defines =
    language === "python"
      ? new RegExp(`^(?:async )?def ${name}\\s*\\(`, "m")
      : new RegExp(`^(?:export )?(?:async )?(?:function ${name}\\b|(?:const|let) ${name}\\s*[=:])`, "m");
  const code = [...blocks, cut].find((block) => defines.test(block));
  return code === undefined ? undefined : `${code.trim()}\n`;
}

/** The prompt for a model that follows instructions. */
export function instructionsFor({ problem, request, name, language }: Task): string {
  const { spec, constraints } = request;
  const signature = problem.parameters.map((one) => one.name).join(", ");
  const examples = problem.examples
    .slice(0, 12)
    .map(
      ({ inputs, output }) =>
        `${name}(${inputs.map((value) => JSON.stringify(value)).join(", ")}) == ${JSON.stringify(output)}`,
    );
  return [
    `Write a ${language === "python" ? "Python" : "TypeScript"} function \`${name}(${signature})\`.`,
    spec ?? "",
    constraints.length > 0 ? `Constraints:\n${constraints.map((one) => `- ${one}`).join("\n")}` : "",
    examples.length > 0 ? `Examples:\n${examples.join("\n")}` : "",
    "It must be self-contained, use the standard library alone, and be general rather than a table of the examples. Answer with one block of code.",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
