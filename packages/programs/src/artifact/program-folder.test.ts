import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ProgramId } from "@weightsmith/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  assembleProgram,
  loadProgram,
  type ProgramParts,
  packArtifact,
  readProgram,
  saveProgram,
  unpackArtifact,
} from "./program-folder.ts";

const nothing = "0".repeat(64);
const parts: ProgramParts = {
  manifest: {
    programId: "3f9a1c0be7d25a684f10" as ProgramId,
    kind: "weights",
    spec: "Return the last word.",
    interpreter: { id: "tiny", sha256: nothing },
    method: "lora",
    requestedMethod: "auto",
    compilerRevision: "1",
    seed: 0,
    adapter: { lora: { rank: 4, alpha: 8, targets: ["q_proj"] } },
    prompt: { spec: "Return the last word.", examples: [] },
    scores: { heldOut: { exactMatch: 1, n: 2 }, training: { exactMatch: 1, n: 6 } },
    data: { examples: 8, trainingSha256: nothing, heldOutSha256: nothing },
  },
  report: {
    heldOut: { exactMatch: 1, n: 2 },
    training: { exactMatch: 1, n: 6, steps: 10, seconds: 1, finalLoss: 0.1 },
    predictions: [],
  },
  promptTemplate: "<|spec|>Return the last word.<|in|>{INPUT_PLACEHOLDER}<|out|>",
  adapter: new Uint8Array([1, 2, 3]),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-program-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a program survives the way through an archive and through a folder", async () => {
  const program = assembleProgram(parts);
  expect(unpackArtifact(packArtifact(program)).manifest).toEqual(program.manifest);
  const directory = path.join(folder, "round-trip");
  await saveProgram(program, directory);
  const loaded = await loadProgram(directory);
  expect(loaded.manifest).toEqual(program.manifest);
  expect(loaded.report).toEqual(parts.report);
  expect([...loaded.adapter!]).toEqual([1, 2, 3]);
  await saveProgram(program, directory);
  expect((await loadProgram(directory)).promptTemplate).toBe(parts.promptTemplate);
});

test("the same parts make the same archive", () => {
  expect(packArtifact(assembleProgram(parts))).toEqual(packArtifact(assembleProgram(parts)));
});

test("an altered, missing or unlisted file is refused by name", async () => {
  const { files } = assembleProgram(parts);
  const altered = new Map(files).set("adapter.safetensors", new Uint8Array([1, 2, 4]));
  expect(() => readProgram(altered)).toThrow(/adapter.safetensors is not the file/);
  const missing = new Map(files);
  missing.delete("report.json");
  expect(() => readProgram(missing)).toThrow(/report.json is missing/);
  expect(() => readProgram(new Map(files).set("extra.bin", new Uint8Array(1)))).toThrow(
    /extra.bin is not listed/,
  );
});

test("a folder that holds other things is never overwritten", async () => {
  await writeFile(path.join(folder, "thesis.txt"), "years of work");
  await expect(saveProgram(assembleProgram(parts), folder)).rejects.toThrow(/nothing was written/);
  expect(await readFile(path.join(folder, "thesis.txt"), "utf8")).toBe("years of work");
});

test("a folder without a program says what to name instead", async () => {
  await expect(loadProgram(path.join(folder, "nowhere"))).rejects.toThrow(/holds no program/);
});
