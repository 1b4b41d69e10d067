import { describe, expect, it } from "vitest";
import type { Expression } from "../language/expression.ts";
import { randomFrom } from "../random.ts";
import { domainsOf } from "../search/constants.ts";
import { signature } from "../search/goal-search.ts";
import type { Problem } from "../search/synthesize.ts";
import { agrees } from "../search/synthesize.ts";
import { typeOfAll } from "../values/type.ts";
import { samplePrograms } from "./corpus.ts";
import { derive, LONGEST } from "./derivation.ts";
import { grammarOf, startOf } from "./grammar.ts";
import { requestTree, TREE } from "./request-tree.ts";
import { RuleTable } from "./rules.ts";

const rules = new RuleTable();

/** What the actions derive, each chosen among the options that the grammar gives. */
function replay(problem: Problem, actions: readonly number[], wanted: Expression): string[] {
  const tree = requestTree(problem, rules);
  let states = [
    startOf(grammarOf(problem, tree, rules), typeOfAll(problem.examples.map(({ output }) => output))!),
  ];
  for (const action of actions) {
    states = states.flatMap((state) =>
      [...state.options()].filter((option) => option.action === action).map(({ next }) => next),
    );
    // A rule's type variables may be bound in several ways; what follows tells which was meant.
    expect(states.length, signature(wanted)).toBeGreaterThan(0);
  }
  return states.filter(({ done }) => done).map((state) => signature(state.expression()));
}

describe("derivations", () => {
  const random = randomFrom(11);
  const programs = Array.from({ length: 6 }, () => samplePrograms(random, 12)).flat();

  it("of sampled programs are derivable by the grammar and give the program back", () => {
    let derived = 0;
    for (const { problem, expression } of programs) {
      expect(agrees(expression, problem)).toBe(true);
      const tree = requestTree(problem, rules);
      const derivation = derive(
        expression,
        rules,
        tree.copyable,
        problem.parameters.map(({ name }) => name),
      );
      if (!derivation) continue;
      derived++;
      expect(derivation.actions.length).toBeLessThanOrEqual(LONGEST);
      expect(replay(problem, derivation.actions, expression)).toContain(signature(expression));
    }
    expect(derived).toBeGreaterThan(programs.length * 0.6);
  });

  it("offer only expressions of the place's type", () => {
    const [{ problem }] = programs as [(typeof programs)[number]];
    const tree = requestTree(problem, rules);
    const state = startOf(grammarOf(problem, tree, rules), "bool");
    for (const { next } of state.options()) if (next.done) expect(next.expression().type).toBe("bool");
    expect([...state.options()].length).toBeGreaterThan(3);
  });
});

describe("a request's tree", () => {
  it("says which text of an output stands in its input, and stays within its size", () => {
    const problem: Problem = {
      parameters: [{ name: "full" }],
      examples: Array.from({ length: 9 }, (_, at) => ({
        inputs: [`Ada${at} Lovelace of the very long house number ${at} in a long street by the river`],
        output: "Lovelace",
      })),
      spec: "last name",
    };
    const tree = requestTree(problem, rules);
    expect(tree.size).toBeLessThanOrEqual(TREE.nodes);
    expect(tree.relations).toContain(7n);
    expect(domainsOf({ inputs: [], outputs: [], spec: "" })).toHaveProperty("index");
  });
});
