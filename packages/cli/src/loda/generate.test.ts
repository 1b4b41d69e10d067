import path from "node:path";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createOutput } from "../terminal/output.ts";
import { millisecondsOf, questionOf, registerLodaGenerate, termsOf } from "./generate.ts";

async function run(...args: string[]) {
  let stdout = "";
  let stderr = "";
  const output = createOutput(args.includes("--json"), {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  const program = new Command("weightsmith").exitOverride().configureOutput({ writeErr: () => {} });
  registerLodaGenerate(program, () => ({
    output,
    signal: new AbortController().signal,
    api: () => {
      throw new Error("no server is needed");
    },
    modelsFolder: path.join(import.meta.dirname, "no-models"),
    programsFolder: "programs",
    device: "cpu",
  }));
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) command.exitOverride();
  await program.parseAsync(["generate", "loda", ...args.filter((arg) => arg !== "--json")], { from: "user" });
  return { stdout, stderr };
}

describe("weightsmith generate loda", () => {
  test("prints programs as JSON, with terms as strings", async () => {
    const { stdout } = await run("--terms", "1,4,9,16,25,36", "-n", "1", "--json");
    const { programs } = JSON.parse(stdout);
    expect(programs).toMatchObject([
      { route: "polynomial", verifiedTerms: 6, givenTerms: 6, terms: ["1", "4", "9", "16", "25", "36"] },
    ]);
    expect(programs[0].code).toContain("mov");
  });

  test("says for people which terms were verified, by which route, and prints the code in one line if asked", async () => {
    const { stdout, stderr } = await run("a(n) = 2^n - n", "--pipes", "-n", "1");
    expect(stdout).toMatch(/^1\. formula: the formula 2\^n - n/);
    expect(stdout).toContain("no terms were given to check; begins 1, 1, 2, 5, 12");
    expect(stdout).toContain(" | ");
    expect(stderr).toContain("--programs-dir");
  });

  test("needs a description or terms", async () => {
    await expect(run()).rejects.toMatchObject({ code: "spec.empty" });
  });

  test("refuses terms that are no integers", async () => {
    await expect(run("--terms", "1,2.5")).rejects.toThrow(/integers separated by commas.*2\.5/);
  });
});

test.each([
  ["Fibonacci numbers", { description: "Fibonacci numbers", terms: undefined }],
  ["0,1,1,2,3", { description: undefined, terms: [0, 1, 1, 2, 3] }],
  ["Fibonacci numbers: 0, 1, 1, 2", { description: "Fibonacci numbers", terms: [0, 1, 1, 2] }],
  ["Numbers with digits 1, 2", { description: "Numbers with digits 1, 2", terms: undefined }],
])("questionOf(%j)", (line, question) => {
  expect(questionOf(line)).toEqual(question);
});

test("termsOf keeps large terms exact", () => {
  expect(termsOf("1, -2,12345678901234567890,")).toEqual([1, -2, 12_345_678_901_234_567_890n]);
});

test.each([
  ["30s", 30_000],
  ["500ms", 500],
  ["2m", 120_000],
  ["1.5", 1500],
])("millisecondsOf(%j) is %i", (text, milliseconds) => {
  expect(millisecondsOf(text)).toBe(milliseconds);
});

test("a time that is none is refused", () => {
  expect(() => millisecondsOf("soon")).toThrow(/30s, 500ms or 2m/);
});
