/**
 * Retrieval of known functions by the words of a request (BM25), and their adaptation: renamed, re-typed, arguments in
 * the request's order. Whether one does what was asked is for the sandbox to say.
 */
import { stems } from "../policy/words.ts";
import { typeName } from "../print/function.ts";
import type { Candidate } from "../search/search-thread.ts";
import type { Problem } from "../search/synthesize.ts";
import { KNOWN_FUNCTIONS, type KnownFunction } from "./functions.ts";
import { readKnownFunctions } from "./known-file.ts";

/** BM25's saturation and length normalisation (Robertson and Zaragoza 2009). */
const K1 = 1.2;
const B = 0.75;
const MOST = 6;

export class Knowledge {
  readonly #functions: KnownFunction[];

  constructor(functions: readonly KnownFunction[] = KNOWN_FUNCTIONS) {
    this.#functions = [...functions];
  }

  /**
   * Those that ship, and those of a user's file (see `known-file.ts`).
   * @throws AppError request.invalid if the file is not of that form
   */
  static async open(file?: string): Promise<Knowledge> {
    const own = file === undefined ? [] : await readKnownFunctions(file);
    return new Knowledge([...KNOWN_FUNCTIONS, ...own]);
  }

  add(known: KnownFunction): void {
    this.#functions.push(known);
  }

  get size(): number {
    return this.#functions.length;
  }

  /** The functions whose words fit best, best first; none that shares no word. */
  search(query: string, most = MOST): { readonly known: KnownFunction; readonly score: number }[] {
    const documents = this.#functions.map((known) => ({ known, words: stems(known.words) }));
    const mean = documents.reduce((sum, { words }) => sum + words.length, 0) / Math.max(1, documents.length);
    const wanted = [...new Set(stems(query))];
    const weight = new Map(
      wanted.map((stem) => {
        const count = documents.filter(({ words }) => words.includes(stem)).length;
        return [stem, Math.log(1 + (documents.length - count + 0.5) / (count + 0.5))];
      }),
    );
    return documents
      .map(({ known, words }) => {
        let score = 0;
        for (const stem of wanted) {
          const count = words.filter((one) => one === stem).length;
          score +=
            (weight.get(stem)! * count * (K1 + 1)) / (count + K1 * (1 - B + (B * words.length) / mean));
        }
        return { known, score };
      })
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, most);
  }

  /** What `generateCode` asks for: the best functions under the wanted name, both orders of two arguments. */
  candidates(problem: Problem, language: "python" | "typescript", name: string): Candidate[] {
    const asked = `${problem.spec} ${name.replaceAll("_", " ")}`;
    return this.search(asked)
      .filter(({ known }) => known.arity === problem.parameters.length && known[language] !== undefined)
      .flatMap(({ known, score }, rank) => {
        const orders =
          known.arity === 2
            ? [
                [0, 1],
                [1, 0],
              ]
            : [problem.parameters.map((_, at) => at)];
        return orders.map((order, turn) =>
          adapt(known, problem, language, name, order, 20 + rank * 2 + turn - Math.min(10, score)),
        );
      });
  }
}

function adapt(
  known: KnownFunction,
  problem: Problem,
  language: "python" | "typescript",
  name: string,
  order: readonly number[],
  cost: number,
): Candidate {
  const parameters = problem.parameters.map((parameter, at) => ({
    name: parameter.name,
    type: typeName(
      problem.examples.map(({ inputs }) => inputs[at] ?? null),
      parameter.type,
      language,
    ),
  }));
  const returnType = typeName(
    problem.examples.map(({ output }) => output),
    problem.returns,
    language,
  );
  const inner = known.name === name ? `${known.name}_of` : known.name;
  const source = known[language]!.replace(new RegExp(`\\b${known.name}\\b`, "g"), inner);
  const passed = order.map((at) => parameters[at]!.name).join(", ");
  const summary =
    problem.spec.split("\n")[0]!.slice(0, 200) || `The function ${known.name.replaceAll("_", " ")}.`;
  const code =
    language === "python"
      ? `${source}\n\n\ndef ${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")}) -> ${returnType}:\n    """${summary.replaceAll("\\", "/").replaceAll('"""', "'''")}"""\n    return ${inner}(${passed})\n`
      : `${source}\n\n/** ${summary.replaceAll("*/", "")} */\nexport function ${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")}): ${returnType} {\n  return ${inner}(${passed});\n}\n`;
  return { code, parameters, returnType, cost, strategy: "retrieval", size: 1, text: known.name };
}
