/** The techniques by name. Each stands alone; `all` asks one after the other until an answer passes. */
import { Knowledge } from "../knowledge/retrieval.ts";
import { wordAdjustments } from "../policy/words.ts";
import { printFunction } from "../print/function.ts";
import { agreementOf } from "../search/agreement.ts";
import { signature } from "../search/goal-search.ts";
import { searchInThread } from "../search/search-thread.ts";
import type { Problem } from "../search/synthesize.ts";
import type { TreeModel } from "../tree/tree-model.ts";
import { candidatesFromDrafts } from "./drafts.ts";
import type { DraftSource, Technique } from "./proposal.ts";
import type { Technique as TechniqueName } from "./request.ts";

export interface TechniqueParts {
  /** Costs that the policy adds to operators for a problem. Default: the spec's words alone. */
  readonly policy?: (problem: Problem) => Readonly<Record<string, number>>;
  /** Functions to retrieve from. Default: those that ship. */
  readonly knowledge?: Knowledge;
  /** Default: true. Without it, enumeration alone: the baseline of the evaluation. */
  readonly deduction?: boolean;
  /** The tree-based transformer; without one the technique `tree` is not there. */
  readonly tree?: TreeModel;
  /** Language models that write drafts; without one the technique `beam` is not there. */
  readonly drafts?: readonly DraftSource[];
}

export type Named = Exclude<TechniqueName, "all">;

/** In the order in which `all` asks them, with the share of what is left of the budget that each may take. */
export const ORDER: readonly { readonly name: Named; readonly share: number }[] = [
  { name: "rag", share: 0.1 },
  { name: "hybrid", share: 0.6 },
  { name: "tree", share: 0.3 },
  { name: "hierarchical", share: 0.6 },
  { name: "beam", share: 1 },
];

const SHOWN = 8;

/** Those that the parts at hand allow. */
export function techniquesFrom(parts: TechniqueParts): Readonly<Partial<Record<Named, Technique>>> {
  const { tree, drafts = [] } = parts;
  const adjust = parts.policy ?? (({ spec }: Problem) => wordAdjustments(spec));
  const inThread =
    (technique: "hybrid" | "hierarchical"): Technique =>
    ({ problem, name, language, seconds, signal }) =>
      searchInThread(
        {
          technique,
          problem,
          name,
          language,
          seconds,
          adjustments: adjust(problem),
          deduction: parts.deduction !== false,
        },
        signal,
      );
  return {
    rag: async ({ problem, language, name }) => ({
      candidates: await (parts.knowledge ?? new Knowledge()).candidates(problem, language, name),
      agreement: 1,
    }),
    hybrid: inThread("hybrid"),
    hierarchical: inThread("hierarchical"),
    ...(tree ? { tree: treeTechnique(tree) } : {}),
    ...(drafts.length > 0 ? { beam: draftTechnique(drafts) } : {}),
  };
}

const treeTechnique =
  (model: TreeModel): Technique =>
  async ({ problem, name, language, seconds, signal }) => {
    const { solutions } = await model.search(problem, { seconds, signal });
    const best = solutions.slice(0, SHOWN);
    return {
      candidates: best.map(({ expression, score, size }) => ({
        ...printFunction(expression, problem, { name, language }),
        // Bits of the derivation under the model; costs of operators are about two bits each.
        cost: -score / 2,
        strategy: "derivation",
        size,
        text: signature(expression),
      })),
      agreement: agreementOf(
        problem,
        best.map(({ expression }) => expression),
      ),
    };
  };

const draftTechnique =
  (sources: readonly DraftSource[]): Technique =>
  async (task) => {
    const candidates = [];
    for (const source of sources) candidates.push(...(await candidatesFromDrafts(source, task)));
    return { candidates, agreement: 1 };
  };
