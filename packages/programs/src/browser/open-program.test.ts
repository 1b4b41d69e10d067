import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { parseCompileRequest } from "@weightsmith/contract";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packProgram } from "../artifact/archive.ts";
import { type ProgramArtifact, packArtifact } from "../artifact/program-folder.ts";
import { compileProgram } from "../compiler/compile.ts";
import { loadInterpreter } from "../interpreter/load-interpreter.ts";
import { openProgram } from "../runtime/program-host.ts";
import {
  type InterpreterFiles,
  interpreterInMemory,
  prepareProgram,
  programInArchive,
} from "./open-program.ts";
import { readArchive } from "./read-archive.ts";

let folder: string;
let artifact: ProgramArtifact;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-browser-"));
  await writeRandomInterpreter(folder, "tiny");
  const interpreter = await loadInterpreter(folder, "tiny");
  const request = parseCompileRequest({ spec: "Say yes.", method: "dummy" });
  artifact = await compileProgram(request, { interpreter, threads: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (name: string) => new Uint8Array(await readFile(path.join(folder, "tiny", name)));

test("from bytes alone a program answers as it does from its folder", async () => {
  const names = ["config.json", "tokenizer.json", "model.safetensors"] as const;
  const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)])));
  const program = await programInArchive(Uint8Array.from(packArtifact(artifact)));
  const interpreter = await interpreterInMemory(program.manifest.interpreter, files as InterpreterFiles);
  const run = await prepareProgram(interpreter, program);
  const installed = await openProgram(artifact, { modelsFolder: folder, threads: 1 });
  const inputs = ["x", "a longer input", ""];
  const options = { maxTokens: 10, scores: true };
  expect(await run(inputs, options)).toEqual(await installed.run(inputs, options));
  const other = { ...program.manifest, interpreter: { id: "tiny", sha256: "0".repeat(64) } };
  await expect(prepareProgram(interpreter, { ...program, manifest: other })).rejects.toThrow(
    /another version/,
  );
  await interpreter.close();
  await installed.close();
});

test("archives that are none are refused", async () => {
  const whole = Uint8Array.from(packArtifact(artifact));
  expect([...(await readArchive(whole)).keys()]).toEqual([...artifact.files.keys()].sort());
  const refused = (bytes: Uint8Array) => expect(readArchive(Uint8Array.from(bytes))).rejects;
  await refused(new Uint8Array(10)).toThrow(/not gzip/);
  await refused(gzipSync(new Uint8Array(512).fill(65))).toThrow(/plain file/);
  const { gunzipSync } = await import("node:zlib");
  await refused(gzipSync(gunzipSync(whole).subarray(0, 1024))).toThrow(/cut short/);
});

test("files that are not those of the manifest are refused", async () => {
  const changed = (change: (files: Map<string, Uint8Array>) => void) => {
    const files = new Map(artifact.files);
    change(files);
    return expect(programInArchive(Uint8Array.from(packProgram(files)))).rejects;
  };
  for (const [name, bytes] of artifact.files) {
    if (name === "program.json") continue;
    const altered = bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    await changed((files) => files.set(name, altered)).toMatchObject({ code: "artifact.file_altered" });
    await changed((files) => files.delete(name)).toMatchObject({ code: "artifact.file_missing" });
  }
  await changed((files) => files.set("extra.bin", new Uint8Array(1))).toMatchObject({
    code: "artifact.file_unlisted",
  });
});
