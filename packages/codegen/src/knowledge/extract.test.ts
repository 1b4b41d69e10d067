import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { generateCode } from "../generate/generate.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { extractFunctions } from "./extract.ts";
import { readKnownFunctions, writtenKnowledge } from "./known-file.ts";
import { Knowledge } from "./retrieval.ts";

const SOURCE = `
const unrelated = 1;

function weight(c: string): number {
  return c.charCodeAt(0) * 7 + 3;
}

/** The warehouse checksum of a shelf label. */
export function shelfChecksum(label: string): number {
  return [...label].reduce((sum, c) => (sum * 31 + weight(c)) % 9973, 17);
}
`;

it("functions of a user's file are found by their words, with what they call, and answer requests", async () => {
  const functions = await extractFunctions(SOURCE, "typescript");
  expect(functions.map(({ name, arity }) => [name, arity])).toEqual([
    ["weight", 1],
    ["shelfChecksum", 1],
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), "knowledge-"));
  const sandbox = new Sandbox();
  try {
    const file = path.join(folder, "own.json");
    await writeFile(file, writtenKnowledge(functions));
    const knowledge = new Knowledge(await readKnownFunctions(file));
    expect(knowledge.search("checksum of the shelf")[0]?.known.name).toBe("shelfChecksum");
    const [first] = await sandbox.run("typescript", functions[1]!.typescript!, "shelfChecksum", [
      ["A1"],
      ["Q-77"],
    ]);
    const [, second] = await sandbox.run("typescript", functions[1]!.typescript!, "shelfChecksum", [
      ["A1"],
      ["Q-77"],
    ]);
    if (first?.status !== "returned" || second?.status !== "returned") throw new Error("not executable");
    const generated = await generateCode(
      {
        spec: "Checksum of a shelf label",
        language: "typescript",
        functionName: "check",
        constraints: [],
        examples: [
          { input: "A1", output: first.value },
          { input: "Q-77", output: second.value },
        ],
        technique: "rag",
        budgetSeconds: 5,
      },
      { sandbox, knowledge },
    );
    expect(generated).toMatchObject({ status: "success", strategy: "rag:retrieval" });
    expect(generated.code).toContain("weight");
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
});

it("Python functions keep their imports and documentation", async () => {
  const [known] = await extractFunctions(
    'import math\n\ndef area(radius):\n    """Area of a circle."""\n    return math.pi * radius ** 2\n',
    "python",
  );
  expect(known).toMatchObject({ name: "area", arity: 1, words: "area Area of a circle." });
  expect(known!.python).toContain("import math");
});
