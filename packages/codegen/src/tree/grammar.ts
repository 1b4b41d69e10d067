/** The grammar of one problem: its parameters' types, and which constants each slot may take. */
import { domainsOf } from "../search/constants.ts";
import type { Problem } from "../search/synthesize.ts";
import { definite, elementOf, isList, parseType, type Type, typeOfAll } from "../values/type.ts";
import { DerivationState, type Grammar } from "./derivation.ts";
import type { RequestTree } from "./request-tree.ts";
import type { RuleTable } from "./rules.ts";

export function grammarOf(problem: Problem, { copyable }: RequestTree, rules: RuleTable): Grammar {
  const parameters = problem.parameters.map(({ name, type: declared }, at) => {
    const seen = typeOfAll(problem.examples.map(({ inputs }) => inputs[at] ?? null));
    const type =
      seen === undefined || seen.includes("?") ? (parseType(declared) ?? definite(seen ?? "none")) : seen;
    return { name, type };
  });
  const domains = domainsOf({
    inputs: problem.examples.flatMap(({ inputs }) => inputs),
    outputs: problem.examples.map(({ output }) => output),
    spec: problem.spec,
  });
  return {
    rules,
    copyable,
    parameters,
    elementTypes: elementTypes([...parameters.map(({ type }) => type), goalType(problem) ?? "str"]),
    domains: Object.fromEntries(
      Object.entries(domains).map(([name, choices]) => [
        name,
        new Set(choices.map(({ constant }) => constant.value)),
      ]),
    ),
  };
}

export function goalType(problem: Problem): Type | undefined {
  const seen = typeOfAll(problem.examples.map(({ output }) => output));
  if (seen === undefined || seen === "none" || seen.includes("mixed")) return undefined;
  return seen.includes("?") ? (parseType(problem.returns) ?? definite(seen)) : seen;
}

export const startOf = (grammar: Grammar, returns: Type): DerivationState =>
  DerivationState.start(grammar, returns);

function elementTypes(types: readonly Type[]): Type[] {
  const found = new Set<Type>(["num"]);
  for (const type of types) {
    let inner = type;
    while (isList(inner)) inner = elementOf(inner);
    if (["str", "num", "bool", "record"].includes(inner)) found.add(inner);
  }
  return [...found];
}
