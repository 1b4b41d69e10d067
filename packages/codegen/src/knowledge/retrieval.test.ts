import { afterAll, expect, it } from "vitest";
import { generateCode } from "../generate/generate.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { Knowledge } from "./retrieval.ts";

const sandbox = new Sandbox();
afterAll(() => sandbox.close());

it("finds a function by words that are not its name", () => {
  expect(new Knowledge().search("edit distance of two words")[0]?.known.name).toBe("levenshtein");
  expect(new Knowledge().search("zyzzyva")).toEqual([]);
});

it("adapts name and order of arguments, and claims it only after it passed the examples", {
  timeout: 120_000,
}, async () => {
  const request = {
    spec: "Indices of the two numbers that add up to the target.",
    language: "typescript",
    functionName: "pairIndices",
    parameters: [
      { name: "target", type: "number" },
      { name: "xs", type: "number[]" },
    ],
    constraints: [],
    technique: "rag",
    budgetSeconds: 10,
  } as const;
  const right = [
    { input: [9, [2, 7, 11]], output: [0, 1] },
    { input: [6, [3, 2, 4]], output: [1, 2] },
  ];
  const found = await generateCode({ ...request, examples: right }, { sandbox });
  expect(found).toMatchObject({
    status: "success",
    functionName: "pairIndices",
    strategy: "rag:retrieval",
    verified: { passed: 2 },
  });
  const wrong = await generateCode(
    { ...request, examples: [{ input: [9, [2, 7, 11]], output: [5, 5] }] },
    { sandbox },
  );
  expect(wrong).toMatchObject({ status: "failed", code: null, confidence: 0 });
});
