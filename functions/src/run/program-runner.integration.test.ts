import { existsSync } from "node:fs";
import path from "node:path";
import { type ProgramId, parseCompileRequest } from "@weightsmith/contract";
import { Artifact, type Database } from "@weightsmith/core";
import {
  assembleProgram,
  compileProgram,
  defaultInterpreter,
  loadInterpreter,
  type ProgramArtifact,
  ProgramHost,
  packArtifact,
  type RunnableProgram,
} from "@weightsmith/programs";
import { freshBucket, freshDatabase } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import { programRunner } from "./program-runner.ts";

let db: Database.Database;
let storage: Artifact.Storage;
const archive = (sha256: string) => Artifact.get(storage, sha256);
beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
});

const modelsFolder = path.join(import.meta.dirname, "../../../models");
const nothing = "0".repeat(64);

/** A program whose template tells which one it is. */
function artifactNamed(name: string): ProgramArtifact {
  return assembleProgram({
    manifest: {
      programId: "3f9a1c0be7d25a684f10" as ProgramId,
      kind: "weights",
      spec: name,
      interpreter: { id: "tiny", sha256: nothing },
      method: "context",
      requestedMethod: "context",
      compilerRevision: "1",
      seed: 0,
      adapter: null,
      prompt: { spec: name, examples: [] },
      scores: { heldOut: { exactMatch: null, n: 0 }, training: { exactMatch: null, n: 0 } },
      data: { examples: 0, trainingSha256: nothing, heldOutSha256: nothing },
    },
    report: {
      heldOut: { exactMatch: null, n: 0 },
      training: { exactMatch: null, n: 0, steps: 0, seconds: 0, finalLoss: null },
      predictions: [],
    },
    promptTemplate: `${name}{INPUT_PLACEHOLDER}`,
    adapter: undefined,
  });
}

async function put(program: ProgramArtifact): Promise<string> {
  const stored = await Artifact.put(db, storage, packArtifact(program), { mediaType: "application/gzip" });
  return stored.sha256;
}

/** Answers with the program's name, and counts how often it was asked to open one. */
function countingHost() {
  const opened: string[] = [];
  return {
    opened,
    async open({ manifest }: ProgramArtifact): Promise<RunnableProgram> {
      opened.push(manifest.spec);
      if (manifest.spec === "broken once" && opened.filter((name) => name === manifest.spec).length === 1) {
        throw new Error("out of memory");
      }
      const answer = (input: string) => ({ output: `${manifest.spec}: ${input}`, tokens: 1, complete: true });
      return {
        programId: manifest.programId,
        run: async (inputs) => inputs.map(answer),
        async *stream(inputs) {
          for (const [index, input] of inputs.entries()) yield { index, answer: answer(input) };
        },
        row: () => ({ prompt: [0], promptTokens: 1 }),
        close: async () => {},
      };
    },
  };
}

const outputsOf = ({ answers }: { answers: readonly { output: string }[] }) =>
  answers.map(({ output }) => output);
const signal = new AbortController().signal;
const call = (artifactSha256: string, ...inputs: string[]) => ({
  programId: "p",
  artifactSha256,
  interpreter: null,
  inputs,
  signal,
});

test("a program is fetched and opened once, also when many ask at the same time", async () => {
  const host = countingHost();
  const { program: run } = programRunner({ archive, host, keep: 2 });
  const sha256 = await put(artifactNamed("a"));
  const all = await Promise.all(["1", "2", "3"].map((input) => run(call(sha256, input, "x"))));
  expect(all.map(outputsOf)).toEqual([
    ["a: 1", "a: x"],
    ["a: 2", "a: x"],
    ["a: 3", "a: x"],
  ]);
  expect(host.opened).toEqual(["a"]);
});

test("the programs used last stay ready", async () => {
  const host = countingHost();
  const { program: run } = programRunner({ archive, host, keep: 2 });
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => put(artifactNamed(name))));
  for (const sha256 of [a, b, a, c, a, b]) await run(call(sha256!, "x"));
  expect(host.opened).toEqual(["a", "b", "c", "b"]);
});

test("a failure is not remembered", async () => {
  const { program: run } = programRunner({ archive, host: countingHost(), keep: 2 });
  const sha256 = await put(artifactNamed("broken once"));
  await expect(run(call(sha256, "x"))).rejects.toThrow("out of memory");
  expect(outputsOf(await run(call(sha256, "x")))).toEqual(["broken once: x"]);
});

test("an archive that is missing or is no program is told as such", async () => {
  const { program: run } = programRunner({ archive, host: countingHost(), keep: 2 });
  await expect(run(call("f".repeat(64), "x"))).rejects.toMatchObject({ code: "artifact.not_found" });
  const bytes = new TextEncoder().encode("not an archive");
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/gzip" });
  await expect(run(call(sha256, "x"))).rejects.toMatchObject({ code: "artifact.invalid" });
});

test("a program whose interpreter is not here cannot be run here", async () => {
  const { program: run } = programRunner({ archive, host: new ProgramHost({ modelsFolder }), keep: 2 });
  const sha256 = await put(artifactNamed("elsewhere"));
  await expect(run(call(sha256, "x"))).rejects.toMatchObject({ code: "program.not_runnable", status: 422 });
});

const shipped = existsSync(path.join(modelsFolder, defaultInterpreter, "model.safetensors"));

test.skipIf(!shipped)(
  `a real program answers through the store as it does by itself (needs models/${defaultInterpreter})`,
  async () => {
    const interpreter = await loadInterpreter(modelsFolder);
    const request = parseCompileRequest({ spec: "Write the text in capital letters.", method: "context" });
    const program = await compileProgram(request, { interpreter });
    const inputs = ["abc", "weightsmith", "a b c", ""];
    const host = new ProgramHost({ modelsFolder });
    const alone = await (await host.open(program)).run(inputs);
    const { answers, milliseconds } = await programRunner({ archive, host, keep: 1 }).program(
      call(await put(program), ...inputs),
    );
    expect(answers).toEqual(alone);
    expect(milliseconds).toBeGreaterThan(0);
    await host.close();
  },
);
