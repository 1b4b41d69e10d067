import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CompileRequest, parseCompileRequest } from "@weightsmith/contract";
import { BpeTrainer, createModel, llamaConfig, saveModel, tokenizerFiles } from "@weightsmith/nn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packArtifact, unpackArtifact } from "../artifact/program-folder.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import { loadInterpreter } from "../interpreter/load-interpreter.ts";
import { marks, specialTokens } from "../interpreter/prompt.ts";
import { openProgram } from "../runtime/program-host.ts";
import { compileProgram } from "./compile.ts";

/** A random model: it knows nothing, so whatever a program of it answers was learnt by its adapter. */
let folder: string;
let interpreter: Interpreter;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-compile-"));
  const vocabulary = new BpeTrainer({
    vocabularySize: 256 + specialTokens.length,
    preTokenizer: "qwen2",
    specialTokens: [...specialTokens],
  }).train();
  const config = llamaConfig({
    vocabSize: vocabulary.tokens.length,
    width: 32,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    ffnWidth: 64,
    maxPositions: 96,
    endTokenIds: [vocabulary.tokens.indexOf(marks.end)],
  });
  const tokenizer = tokenizerFiles(vocabulary, { roles: { eos: marks.end } });
  const out = path.join(folder, "random");
  await saveModel(out, createModel(config, { seed: 3 }), { tokenizer });
  await writeFile(path.join(out, "interpreter.json"), "{}");
  interpreter = await loadInterpreter(folder, "random");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Few small steps: what is tested holds for any number of them. */
const training = { steps: 24, rows: 1, learningRate: 0.02, evaluateEvery: 8 };

const constant = (method: string): CompileRequest =>
  parseCompileRequest({
    spec: "Answer ok.",
    examples: Array.from({ length: 12 }, (_, i) => ({ input: `in${i}`, output: "ok" })),
    method,
  });

test("lora teaches a random model an answer, which holds on examples it never saw", async () => {
  const phases = new Set<string>();
  const program = await compileProgram(constant("lora"), {
    interpreter,
    threads: 1,
    training,
    onProgress: ({ phase }) => phases.add(phase),
  });
  expect(program.report.baseline?.exactMatch).toBe(0);
  expect(program.report.heldOut).toEqual({ exactMatch: 1, n: 3 });
  expect([...phases]).toEqual(["prepare", "train", "evaluate"]);

  const shipped = unpackArtifact(packArtifact(program));
  const runnable = await openProgram(shipped, { modelsFolder: folder, threads: 1 });
  const outputs = await runnable.run(["never seen", "", "in3"]);
  await runnable.close();
  expect(outputs.map(({ output }) => output)).toEqual(["ok", "ok", "ok"]);
});

test("prefix starts from the prompt it replaces and learns from there", async () => {
  const program = await compileProgram(constant("prefix"), { interpreter, threads: 1, training });
  expect(program.manifest).toMatchObject({ method: "prefix", prompt: null });
  expect(program.manifest.adapter?.prefix?.length).toBeGreaterThan(10);
  expect(program.promptTemplate).toBe("<|in|>{INPUT_PLACEHOLDER}<|out|>");
  const losses = program.report.training.losses!.map(([, loss]) => loss);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
});

test("the same request makes the same bytes but for the time it took; another seed another program", async () => {
  const once = await compileProgram(constant("lora"), { interpreter, threads: 1, training });
  const again = await compileProgram(constant("lora"), { interpreter, threads: 1, training });
  expect(again.adapter).toEqual(once.adapter);
  expect(again.manifest.programId).toBe(once.manifest.programId);
  const other = await compileProgram({ ...constant("lora"), seed: 1 }, { interpreter, threads: 1, training });
  expect(other.manifest.programId).not.toBe(once.manifest.programId);
});

test("a compile that was interrupted ends with the adapter of one that was not", async () => {
  const whole = await compileProgram(constant("lora"), { interpreter, threads: 1, training });
  let kept: Uint8Array | undefined;
  const interrupt = new AbortController();
  const first = compileProgram(constant("lora"), {
    interpreter,
    threads: 1,
    training,
    signal: interrupt.signal,
    checkpoint: {
      load: async () => undefined,
      save: async (bytes, step) => {
        kept = bytes;
        if (step >= 16) interrupt.abort(new Error("killed"));
      },
    },
  });
  await expect(first).rejects.toThrow("killed");
  const resumed = await compileProgram(constant("lora"), {
    interpreter,
    threads: 1,
    training,
    checkpoint: { load: async () => kept, save: async () => {} },
  });
  expect(resumed.adapter).toEqual(whole.adapter);
});

test("with a function that labels new inputs, training ends when those that judge are all answered", async () => {
  const program = await compileProgram(constant("lora"), {
    interpreter,
    threads: 1,
    training: { ...training, steps: 96 },
    findFunctions: () => () => ({ output: "ok", share: 1 }),
  });
  expect(program.report.training).toMatchObject({ added: "labelled" });
  expect(program.report.training.steps).toBeLessThan(96);
  expect(program.report.heldOut.exactMatch).toBe(1);
});

test("context trains nothing and ships no adapter", async () => {
  const program = await compileProgram(constant("context"), { interpreter, threads: 1, training });
  expect(program.adapter).toBeUndefined();
  expect(program.manifest).toMatchObject({ method: "context", adapter: null });
  expect(program.report.training.steps).toBe(0);
});

test("a program of another version of its interpreter is refused, not run", async () => {
  const program = await compileProgram(constant("context"), { interpreter, threads: 1, training });
  const foreign = {
    ...program,
    manifest: { ...program.manifest, interpreter: { id: "random", sha256: "0".repeat(64) } },
  };
  await expect(openProgram(foreign, { modelsFolder: folder })).rejects.toMatchObject({
    code: "program.not_runnable",
  });
});

test("a spec far longer than the interpreter reads still compiles", async () => {
  const request = { ...constant("lora"), spec: "word ".repeat(3_000) };
  const program = await compileProgram(request, { interpreter, threads: 1, training });
  expect(program.report.heldOut.n).toBe(3);
});

test("a dummy is the spec alone: no examples in its prompt, no adapter, and measured like any other", async () => {
  const program = await compileProgram({ ...constant("lora"), method: "dummy" }, { interpreter, threads: 1 });
  expect(program.manifest).toMatchObject({ method: "dummy", adapter: null });
  expect(program.manifest.prompt!.examples).toEqual([]);
  expect(program.report.heldOut.n).toBeGreaterThan(0);
});

test("a constraint goes with the program, and its answers are held to it", async () => {
  const constraint = { kind: "labels" as const, labels: ["yes", "no"] };
  const request = { ...constant("lora"), method: "context" as const, constraint };
  const program = await compileProgram(request, { interpreter, threads: 1 });
  expect(program.manifest.constraint).toEqual(constraint);
  expect(program.manifest.calibration!.n).toBeGreaterThan(0);
  for (const { output } of program.report.predictions) expect(["yes", "no"]).toContain(output);
});
