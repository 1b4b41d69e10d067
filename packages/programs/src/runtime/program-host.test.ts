import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCompileRequest } from "@weightsmith/contract";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileProgram } from "../compiler/compile.ts";
import { loadInterpreter } from "../interpreter/load-interpreter.ts";
import { ProgramHost, type RunnableProgram } from "./program-host.ts";

let folder: string;
let host: ProgramHost;
let programs: RunnableProgram[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-host-"));
  await writeRandomInterpreter(folder, "tiny");
  const interpreter = await loadInterpreter(folder, "tiny");
  host = new ProgramHost({ modelsFolder: folder, threads: 1 });
  programs = await Promise.all(
    ["Say yes.", "Say no, and never anything else."].map(async (spec) =>
      host.open(
        await compileProgram(parseCompileRequest({ spec, method: "dummy" }), { interpreter, threads: 1 }),
      ),
    ),
  );
}, 60_000);
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

const options = { maxTokens: 10 };
const outputs = (answers: readonly { output: string }[]) => answers.map(({ output }) => output);

test("programs that run at the same time answer as they do alone", async () => {
  const [a, b] = programs as [RunnableProgram, RunnableProgram];
  const inputs = ["x", "a longer input", ""];
  const [aloneA, aloneB] = [await a.run(inputs, options), await b.run(inputs, options)];
  const [togetherA, togetherB] = await Promise.all([a.run(inputs, options), b.run(inputs, options)]);
  expect(outputs(togetherA)).toEqual(outputs(aloneA));
  expect(outputs(togetherB)).toEqual(outputs(aloneB));
  expect(outputs(aloneA)).not.toEqual(outputs(aloneB));
});

test("pieces of a stream, joined, are the answer, and come with the same scores", async () => {
  const [a] = programs as [RunnableProgram];
  const inputs = ["first", "second"];
  const whole = await a.run(inputs, { ...options, scores: true });
  const texts = ["", ""];
  const answers: unknown[] = [];
  for await (const piece of a.stream(inputs, { ...options, scores: true })) {
    if ("text" in piece) texts[piece.index] += piece.text;
    else answers[piece.index] = piece.answer;
  }
  expect(texts).toEqual(outputs(whole));
  expect(answers).toEqual(
    whole.map(({ logProbability, confidence, ...rest }) => ({
      ...rest,
      logProbability: expect.closeTo(logProbability!, 4),
      confidence: expect.closeTo(confidence!, 4),
    })),
  );
});

test("a run's constraint holds its answers, and null lifts it", async () => {
  const [a] = programs as [RunnableProgram];
  const labels = { kind: "labels", labels: ["alpha", "beta"] } as const;
  const held = await a.run(["x", "y", "z"], {
    constraint: { ...labels, labels: [...labels.labels] },
    scores: true,
  });
  for (const { output, confidence, complete } of held) {
    expect(labels.labels).toContain(output);
    expect(complete).toBe(true);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThan(1);
  }
  expect(outputs(await a.run(["x"], { ...options, constraint: null }))).toEqual(
    outputs(await a.run(["x"], options)),
  );
  const nonsense = { kind: "regex", pattern: "(" } as const;
  await expect(a.run(["x"], { constraint: nonsense })).rejects.toMatchObject({ code: "constraint.invalid" });
});

test("a run that is given up rejects with the caller's reason, and the others go on", async () => {
  const [a, b] = programs as [RunnableProgram, RunnableProgram];
  const gone = new AbortController();
  const lost = a.run(["x"], { signal: gone.signal });
  const kept = b.run(["x"], options);
  gone.abort(new Error("gone"));
  await expect(lost).rejects.toThrow("gone");
  expect(outputs(await kept)).toEqual(outputs(await b.run(["x"], options)));
});
