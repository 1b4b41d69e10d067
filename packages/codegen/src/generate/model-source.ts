/** Drafts of a language model in this process: beams that the syntax prunes, whatever the model was trained on. */
import {
  type ConstraintVocabulary,
  constraintVocabulary,
  type LanguageModel,
  type Tokenizer,
} from "@weightsmith/nn";
import { pythonRepr } from "../print/expression.ts";
import { typeName } from "../print/function.ts";
import { type CodeConstraint, codeConstraint } from "../syntax/code-constraint.ts";
import { IncrementalParser } from "../syntax/parser.ts";
import type { DraftSource, Task } from "./proposal.ts";

export interface ModelSourceOptions {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  /** Default: 4. */
  readonly beams?: number;
  /** Of a body. Default: 120. */
  readonly maxTokens?: number;
  /** Called with what the syntax has cost, after each search. */
  readonly onCost?: (cost: CodeConstraint["cost"]) => void;
}

export class ModelSource implements DraftSource {
  readonly name = "syntax-aware beams";
  readonly #options: ModelSourceOptions;
  readonly #vocabulary: ConstraintVocabulary;

  constructor(options: ModelSourceOptions) {
    this.#options = options;
    const { model, tokenizer } = options;
    this.#vocabulary = constraintVocabulary(tokenizer, {
      endTokens: model.config.endTokenIds,
      size: model.config.vocabSize,
    });
  }

  async *drafts(task: Task): AsyncGenerator<string> {
    const { model, tokenizer, beams = 4, maxTokens = 120, onCost } = this.#options;
    const { name, language, problem } = task;
    const prefix = prefixFor(task);
    const parser = await IncrementalParser.open(language);
    const signal = AbortSignal.any([task.signal, AbortSignal.timeout(Math.ceil(task.seconds * 1_000))]);
    try {
      const constraint = codeConstraint({
        language,
        vocabulary: this.#vocabulary,
        parser,
        prefix,
        scope: [name, ...problem.parameters.map((one) => one.name)],
      });
      const room = model.context - maxTokens;
      const tokens = tokenizer.encode(prefix, { addSpecialTokens: true }).slice(-Math.max(1, room));
      const found = await model.search(
        {
          tokens,
          constraint,
          maxTokens: Math.min(maxTokens, model.context - tokens.length),
          stopWhen: (all) => endsWhole(tokenizer.decode(all), language),
        },
        { beams, count: beams, lengthPenalty: 0.6, signal },
      );
      onCost?.(constraint.cost);
      task.signal.throwIfAborted();
      for (const { tokens: body } of found)
        yield `${prefix}${tokenizer.decode(body).trimEnd()}${language === "typescript" ? "\n}" : ""}\n`;
    } finally {
      parser.close();
    }
  }
}

const INDENT: Readonly<Record<Task["language"], string>> = { python: "    ", typescript: "  " };

/** A line that returns, at the body's own indentation, ends the function. */
function endsWhole(body: string, language: Task["language"]): boolean {
  if (!body.endsWith("\n")) return false;
  const lines = (INDENT[language] + body.trimEnd()).split("\n");
  return new RegExp(`^${INDENT[language]}return\\b`).test(lines.at(-1)!);
}

/** Signature and documentation, up to the first character of the body. */
export function prefixFor({ problem, request, name, language }: Task): string {
  const parameters = problem.parameters
    .map((parameter, at) => {
      const type = typeName(
        problem.examples.map(({ inputs }) => inputs[at] ?? null),
        parameter.type,
        language,
      );
      return `${parameter.name}: ${type}`;
    })
    .join(", ");
  const returns = typeName(
    problem.examples.map(({ output }) => output),
    problem.returns,
    language,
  );
  const summary = [request.spec ?? "", ...request.constraints].join(" ").trim().replace(/\s+/g, " ");
  const shown = problem.examples.slice(0, 4);
  if (language === "python") {
    const doctests = shown.flatMap(({ inputs, output }) => [
      `    >>> ${name}(${inputs.map(pythonRepr).join(", ")})`,
      `    ${pythonRepr(output)}`,
    ]);
    const text = [summary, ...doctests].join("\n").replaceAll('"""', "'''").replaceAll("\\", "\\\\");
    return `def ${name}(${parameters}) -> ${returns}:\n    """${text}\n    """\n    `;
  }
  const examples = shown.map(
    ({ inputs, output }) =>
      ` * ${name}(${inputs.map((one) => JSON.stringify(one)).join(", ")}) is ${JSON.stringify(output)}`,
  );
  const text = [` * ${summary}`, ...examples].join("\n").replaceAll("*/", "* /");
  return `/**\n${text}\n */\nexport function ${name}(${parameters}): ${returns} {\n  `;
}
