import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createOutput } from "../terminal/output.ts";
import { registerLoda } from "./register.ts";

let root: string;
let scratch: string;
const sources = {
  A000027: "; A000027: The positive integers.\n; 1,2,3,4,5\n\n#offset 1\n\nadd $0,0\n",
  A000290:
    "; A000290: The squares: a(n) = n^2.\n; Submitted by someone\n; 0,1,4,9,16,25\n; Formula: a(n) = n^2\n\nmul $0,$0\n",
  A001477: "; A001477: The nonnegative integers.\n; 0,1,2,4\n\nmov $1,$0\n",
  A005843: "; A005843: The even numbers.\n; 0,2,4,6,8\n\nmov $1,$0\nseq $0,99\nadd $0,$1\n",
  A000217:
    "; A000217: Triangular numbers.\n; 0,1,3,6,10,15\n\nlpb $0\n  add $1,$0\n  sub $0,1\nlpe\nmov $0,$1\n",
  A000330:
    "; A000330: Square pyramidal numbers.\n; 0,1,5,14,30\n\nlpb $0\n  mov $2,$0\n  seq $2,290\n  add $1,$2\n  sub $0,1\nlpe\nmov $0,$1\n",
  A999999: "; A999999: Malformed.\n; 1,2\n\nfoo $0,1\n",
};

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "weightsmith-loda-"));
  scratch = mkdtempSync(path.join(tmpdir(), "weightsmith-loda-"));
  for (const [name, text] of Object.entries(sources)) {
    const folder = path.join(root, "oeis", name.slice(1, 4));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.asm`), text);
  }
});
afterAll(() => {
  for (const folder of [root, scratch]) rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

async function run(...args: string[]) {
  let stdout = "";
  let stderr = "";
  const json = args.includes("--json");
  const output = createOutput(json, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  const program = new Command("weightsmith").exitOverride();
  registerLoda(program, () => ({
    output,
    signal: new AbortController().signal,
    api: () => {
      throw new Error("no server is needed");
    },
    modelsFolder: "models",
    programsFolder: "programs",
    device: "cpu",
  }));
  await program.parseAsync(["loda", ...args.filter((arg) => arg !== "--json")], { from: "user" });
  return { stdout, stderr, exitCode: process.exitCode, json: () => JSON.parse(stdout) };
}

describe("loda eval", () => {
  test("prints terms, an index a line, or steps", async () => {
    expect((await run("eval", "A000290", "-t", "5", "--programs-dir", root)).stdout).toBe("0,1,4,9,16\n");
    expect((await run("eval", "A000027", "-t", "3", "-b", "--programs-dir", root)).stdout).toBe(
      "1 1\n2 2\n3 3\n",
    );
    expect((await run("eval", "A000217", "-t", "4", "-s", "--programs-dir", root)).stdout).toBe(
      "5,8,11,14\n",
    );
  });

  test("takes a file and finds the programs it calls beside it", async () => {
    const file = path.join(root, "oeis/000/A000330.asm");
    const result = await run("eval", file, "-t", "4", "--json");
    expect(result.json()).toEqual({ offset: 0, terms: ["0", "1", "5", "14"], steps: [8, 14, 20, 26] });
  });

  test("takes a program in one line", async () => {
    const file = path.join(scratch, "line.asm");
    writeFileSync(file, "mov $1 2 | pow $1 $0 | mov $0 $1\n");
    expect((await run("eval", file, "-t", "4")).stdout).toBe("1,2,4,8\n");
  });

  test("says why a term has no value, after the terms that have one", async () => {
    const file = path.join(scratch, "root.asm");
    writeFileSync(file, "mul $0,-1\nadd $0,2\nnrt $0,2");
    const result = await run("eval", file, "-t", "8");
    expect(result.stdout).toBe("1,1,0\n");
    expect(result.stderr).toContain("a(3) has no value: infinity in cell $0, in `nrt $0,2` (line 3)");
    expect(result.exitCode).toBe(1);
  });

  test.each([
    [["eval", "A123456"], "--programs-dir DIR"],
    [["eval", "nowhere.asm"], "no file"],
  ])("refuses %j", async (args, reason) => {
    await expect(run(...args)).rejects.toThrow(reason);
  });
});

describe("loda check", () => {
  test("counts what is right, wrong, broken and not checkable, and lists what is not right", async () => {
    const result = await run("check", root, "--json");
    expect(result.json()).toMatchObject({
      files: 7,
      ok: 4,
      mismatch: 1,
      error: 1,
      limit: 0,
      notCheckable: 1,
      failures: [
        { file: "oeis/001/A001477.asm", status: "mismatch", terms: 3, message: "a(3) is 3, published is 4" },
        { file: "oeis/999/A999999.asm", status: "error" },
      ],
    });
    expect(result.exitCode).toBe(1);
  });

  test("checks a single file", async () => {
    const result = await run("check", path.join(root, "oeis/000/A000330.asm"));
    expect(result.stdout).toMatch(/^1 programs in .* 1 ok \(100\.000 % of the checkable\)/);
    expect(result.exitCode).toBeUndefined();
  });
});

describe("loda optimize", () => {
  test("prints the smaller program and what was compared", async () => {
    const file = path.join(scratch, "long.asm");
    writeFileSync(file, "#offset 1\nmov $1,3\nadd $1,4\nmul $0,1\nmul $0,$1\nmov $2,$0");
    const result = await run("optimize", file);
    expect(result.stdout).toBe("#offset 1\n\nmul $0,7\n");
    expect(result.stderr).toBe("5 operations became 1; 50 terms are the same.\n");
  });
});

describe("loda explain", () => {
  test("shows each line and the memory of a run", async () => {
    const { stdout } = await run("explain", "A000330", "-n", "2", "--programs-dir", root);
    expect(stdout).toContain("A000330: Square pyramidal numbers.");
    expect(stdout).toMatch(/ {2}seq \$2,290 +\$2 := term \$2 of sequence A000290 \(The squares/);
    expect(stdout).toMatch(/5 +add \$1,\$2 +\$0=2 \$1=4 \$2=4/);
    expect(stdout).toContain("a(2) = 5");
  });
});

describe("loda dataset", () => {
  test("writes checked programs with clean and varied descriptions", async () => {
    const outputFile = path.join(root, "data.jsonl");
    const result = await run(
      "dataset",
      "--programs-dir",
      root,
      "--output-file",
      outputFile,
      "--augment",
      "--json",
    );
    expect(result.json()).toMatchObject({
      examples: 4,
      rejected: { syntax: 1, wrongTerms: 1, failed: 1, invalid: 0, noDescription: 0, noTerms: 0 },
    });
    const lines = readFileSync(outputFile, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(result.json().lines);
    expect(lines.find(({ id, variant }) => id === "A000217" && !variant)).toMatchObject({
      description: "Triangular numbers",
      offset: 0,
      code: "lpb $0 | add $1 $0 | sub $0 1 | lpe | mov $0 $1",
      terms: ["0", "1", "3", "6", "10", "15"],
    });
    const squares = lines.filter(({ id }) => id === "A000290");
    expect(squares[0].description).toBe("The squares: a(n) = n^2");
    expect(new Set(squares.map(({ split }) => split)).size).toBe(1);
  });
});
