import { describe, expect, test } from "vitest";
import { applyOperations, emptyPlaybook } from "../playbook/index.ts";
import type { TaskItem } from "../tasks/item.ts";
import { rulesCurator } from "./curator.ts";
import { isGeneric } from "./generic-advice.ts";
import { modelCurator, modelReflector } from "./model-reflector.ts";
import type { Outcome, Reflector } from "./reflector.ts";
import { rulesReflector } from "./rules-reflector.ts";

const outcome = (question: string, gold: string, context = "", more: Partial<Outcome> = {}): Outcome => {
  const item: TaskItem = { id: question, question, answer: gold, context, domain: "general" };
  return { item, gold, pred: "", why: "", correct: false, shown: [], ...more };
};

async function learn(reflector: Reflector, outcomes: readonly Outcome[]): Promise<string[]> {
  const curator = rulesCurator();
  let playbook = emptyPlaybook;
  for (const [now, one] of outcomes.entries()) {
    const reflection = await reflector.reflect(one);
    ({ playbook } = applyOperations(playbook, await curator.curate(playbook, reflection), now));
  }
  return playbook.entries.map(({ content }) => content).sort();
}

describe("the reflector of rules", () => {
  test("learns what a house calls its rows, from several tables where one is ambiguous", async () => {
    const ask = "What was top line in 2019?";
    expect(
      await learn(rulesReflector(), [outcome(ask, "5", "net sales: 2019 5\nother costs: 2019 5")]),
    ).toEqual([]);
    expect(
      await learn(rulesReflector(), [
        outcome(ask, "5", "net sales: 2019 5\nother costs: 2019 5"),
        outcome("What was top line in 2020?", "7", "net sales: 2020 7\nother costs: 2020 9"),
        outcome("What was other costs in 2020?", "9", "net sales: 2020 7\nother costs: 2020 9"),
      ]),
    ).toEqual(["top line means net sales"]);
  });

  test("learns choices with their exceptions, once other subjects show what varies", async () => {
    const ask = (illness: string, finding: string) =>
      `A 40 year old man has ${illness} with ${finding}. Best treatment?\nA) tamoxin\nB) dorvane\nC) brexil`;
    const lessons = await learn(rulesReflector(), [
      outcome(ask("gelitis", "fever"), "brexil"),
      outcome(ask("gelitis", "renal failure"), "brexil"),
      outcome(ask("gelitis", "rash"), "brexil"),
      outcome(ask("velarosis", "fever"), "tamoxin"),
      outcome(ask("velarosis", "renal failure"), "dorvane"),
      outcome(ask("velarosis", "rash"), "tamoxin"),
      outcome(ask("velarosis", "renal failure"), "dorvane"),
    ]);
    expect(lessons).toContain("gelitis needs brexil");
    expect(lessons).toContain("velarosis needs tamoxin");
    expect(lessons).toContain("velarosis with renal failure needs dorvane");
  });

  test("narrows a sensor's limits down as readings come", async () => {
    const ask = (value: number) => `Unit 1 at 08:00, kiln load ${value}. Low, normal or high?`;
    expect(
      await learn(rulesReflector(), [
        outcome(ask(50), "normal"),
        outcome(ask(20), "low"),
        outcome(ask(80), "high"),
        outcome(ask(30), "normal"),
        outcome(ask(28), "low"),
        outcome(ask(62), "normal"),
        outcome(ask(63), "high"),
      ]),
    ).toEqual(["kiln load: normal 30 to 62"]);
  });

  test("learns nothing from questions of other forms", async () => {
    expect(await learn(rulesReflector(), [outcome("Who wrote it?", "Anna")])).toEqual([]);
  });
});

describe("the reflector and curator as a model", () => {
  test("asks again when a lesson says nothing, at most three times", async () => {
    const lessons = ["Read the table carefully.", "Check the numbers.", "top line means net sales"];
    const prompts: string[] = [];
    const reflector = modelReflector(async ({ system }) => {
      prompts.push(system);
      return { diagnosis: "", lesson: lessons[prompts.length - 1], helpful: [], harmful: ["gone-00001"] };
    });
    const reflection = await reflector.reflect(outcome("q", "a"));
    expect(reflection).toMatchObject({
      rounds: 3,
      harmful: [],
      lessons: [{ content: "top line means net sales" }],
    });
    expect(prompts[2]).toContain("Check the numbers.");
    expect((await modelReflector(async () => "no JSON").reflect(outcome("q", "a"))).lessons).toEqual([]);
  });

  test("an unusable curator does not lose the lesson; generic operations are left out", async () => {
    const reflection = {
      lessons: [{ section: "s", content: "kiln load: normal 3 to 5" }],
      withdrawn: [],
      helpful: [],
      harmful: [],
      rounds: 1,
    };
    expect(await modelCurator(async () => undefined).curate(emptyPlaybook, reflection)).toMatchObject([
      { type: "ADD" },
    ]);
    const write = async () => ({
      operations: [
        { type: "ADD", section: "s", content: "be careful" },
        { type: "DELETE", id: "s-00001" },
      ],
    });
    expect(await modelCurator(write).curate(emptyPlaybook, reflection)).toEqual([
      { type: "DELETE", id: "s-00001" },
    ]);
  });
});

test.each([
  ["Read the question carefully.", true],
  ["Always double-check your final answer!", true],
  ["be careful", true],
  ["kiln load: normal 62 to 74", false],
  ["turnover means net sales", false],
  ["amounts are in thousands", false],
])("%s is generic: %s", (lesson, generic) => expect(isGeneric(lesson)).toBe(generic));
