// The order of the answers.
import type { Program } from "../language/program.ts";
import type { GeneratedProgram, GenerateRequest, Route } from "./answer.ts";
import type { Run } from "./verify.ts";

/** The better a way predicts further terms, the earlier it stands, among programs that reproduce all given ones. */
const trust: readonly Route[] = [
  "terms",
  "formula",
  "polynomial",
  "recurrence",
  "recognised",
  "relative",
  "polynomialRecurrence",
  "transform",
  "combination",
  "periodic",
  "description",
  "model",
  "mutation",
];

/**
 * Distinct programs that have terms, best first. With terms, those that reproduce more of them come first, then the
 * more trusted way. Without any, a formula that was read comes first, then known sequences and the model's in turn.
 * @param run the first terms of a program
 */
export function rank(
  found: readonly GeneratedProgram[],
  { terms = [] }: GenerateRequest,
  run: (program: Program) => Run,
  count: number,
): GeneratedProgram[] {
  const ordered =
    terms.length > 0
      ? found.toSorted(
          (a, b) => b.verifiedTerms - a.verifiedTerms || trust.indexOf(a.route) - trust.indexOf(b.route),
        )
      : inTurn(found);
  const seen = new Set<string>();
  const answers: GeneratedProgram[] = [];
  for (const answer of ordered) {
    if (answers.length === count) break;
    if (seen.has(answer.code)) continue;
    seen.add(answer.code);
    if (answer.verifiedTerms > 0) {
      answers.push(answer);
      continue;
    }
    // None verified: it has to have terms at all.
    const { terms: own, steps } = run(answer.program);
    if (own.length > 0) answers.push({ ...answer, terms: own, stepsPerTerm: steps / own.length });
  }
  return answers;
}

function inTurn(found: readonly GeneratedProgram[]): GeneratedProgram[] {
  const by = (route: Route) => found.filter((each) => each.route === route);
  const [known, written] = [by("description"), by("model")];
  const turns = Array.from({ length: Math.max(known.length, written.length) }, (_, i) => [
    ...known.slice(i, i + 1),
    ...written.slice(i, i + 1),
  ]);
  return [...by("formula"), ...turns.flat()];
}
