import { packProgram } from "@weightsmith/programs";
import { expect, test } from "vitest";
import { openSubmission, type RunnableSubmission } from "./runners.ts";

const settings = { modelsFolder: "/nowhere", device: "cpu", threads: 1 };
const archiveOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  packProgram(new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])));

async function answers(runnable: RunnableSubmission, inputs: string[], json = false): Promise<string[]> {
  try {
    const options = { json, mostCharacters: 20, signal: AbortSignal.timeout(100_000), onDone: () => {} };
    return (await runnable.answer(inputs, options)).outputs;
  } finally {
    await runnable.close();
  }
}

test("a LODA program answers with its terms, and with nothing where it has none", async () => {
  const double = await openSubmission("loda", archiveOf({ "program.asm": "mul $0,2" }), settings);
  expect(await answers(double, ["0", "3", "10"])).toEqual(["0", "6", "20"]);
  const divided = await openSubmission(
    "loda",
    archiveOf({ "program.asm": "sub $0,2\nmov $1,6\ndiv $1,$0\nmov $0,$1" }),
    settings,
  );
  expect(await answers(divided, ["0", "1", "2", "3"])).toEqual(["-3", "-6", "", ""]);
});

test("code is called with a text, or with arguments in JSON, and a call that fails is no answer", async () => {
  const program = (code: string, functionName: string) =>
    archiveOf({
      "program.ts": code,
      "program.json": JSON.stringify({ format: 1, kind: "code", language: "typescript", functionName }),
    });
  const shout = program("function shout(text: string): string { return text.toUpperCase(); }", "shout");
  expect(await answers(await openSubmission("code", shout, settings), ["a", "b c"])).toEqual(["A", "B C"]);
  const code =
    "function runs(list: number[]) { if (list.length === 0) throw new Error('no'); return [list.length, list]; }";
  const listed = await openSubmission("code", program(code, "runs"), settings);
  expect(await answers(listed, ["[[1,2]]", "[[]]"], true)).toEqual(["[2,[1,2]]", ""]);
});

test("archives without the program are refused", async () => {
  await expect(openSubmission("loda", archiveOf({ "other.txt": "" }), settings)).rejects.toMatchObject({
    code: "artifact.invalid",
  });
  await expect(openSubmission("code", archiveOf({ "program.json": "{" }), settings)).rejects.toMatchObject({
    code: "artifact.invalid",
  });
});
