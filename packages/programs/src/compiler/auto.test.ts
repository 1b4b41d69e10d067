import path from "node:path";
import { parseCompileRequest } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { loadInterpreter } from "../interpreter/load-interpreter.ts";
import { suite } from "../tasks/index.ts";
import { compileProgram } from "./compile.ts";

const modelsFolder = path.join(import.meta.dirname, "../../../../models");

test("where the base follows the spec on every example, nothing is trained, and its own score says so", async () => {
  const { spec, examples } = suite("in-family", { examplesPerTask: 16 }).find(
    ({ family }) => family === "drop-extension",
  )!;
  const interpreter = await loadInterpreter(modelsFolder, "anvil-tiny");
  const program = await compileProgram(parseCompileRequest({ spec, examples, method: "auto" }), {
    interpreter,
    threads: 1,
    onProgress: ({ phase }) => expect(phase).not.toBe("train"),
  });
  expect(program.manifest).toMatchObject({ method: "context", requestedMethod: "auto", adapter: null });
  expect(program.manifest.prompt).toEqual({ spec, examples: [] });
  expect(program.report.training.steps).toBe(0);
  expect(program.report.heldOut).toEqual(program.report.baseline);
});
