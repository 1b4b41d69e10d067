/**
 * How long programs take to load and to answer, alone and many at a time.
 *
 *   node packages/bench/src/programs/run.ts
 *
 * Compiles programs of the default interpreter by the method `dummy`, each with a LoRA of rank 8 of its own, so that rows
 * of a batch differ in weights. Answers are held to thirty letters, so that every run writes the same amount: the price
 * of the constraint is in the numbers. Peer: the same programs one after the other. Prints one JSON document.
 */
import path from "node:path";
import { performance } from "node:perf_hooks";
import { parseCompileRequest } from "@weightsmith/contract";
import { createAdapter, encodeAdapter, projectionNames } from "@weightsmith/nn";
import { assembleProgram, compileProgram, loadInterpreter, ProgramHost } from "@weightsmith/programs";

const programCount = 16;
const runs = 40;
const modelsFolder = path.join(import.meta.dirname, "../../../../models");
const constraint = { kind: "regex", pattern: "[a-z]{30}" } as const;

const interpreter = await loadInterpreter(modelsFolder);
const request = parseCompileRequest({ spec: "Write thirty letters that go with the text.", method: "dummy" });
const plain = await compileProgram(request, { interpreter });
const { files: _, format: __, formatVersion: ___, ...manifest } = plain.manifest;
const lora = { rank: 8, alpha: 16, targets: [...projectionNames] };
const artifacts = Array.from({ length: programCount }, (_, seed) => {
  const adapter = createAdapter(interpreter.config, { lora }, { seed });
  for (const [name, values] of adapter.weights) if (name.includes("lora_B")) values.fill(0.001 * (seed + 1));
  const bytes = encodeAdapter(interpreter.config, adapter, { dtype: "F16" });
  return assembleProgram({ ...plain, manifest: { ...manifest, adapter: { lora } }, adapter: bytes });
});

const host = new ProgramHost({ modelsFolder });
await (await host.open(plain)).run(["warm"], { constraint });
const loads: number[] = [];
const programs = [];
for (const artifact of artifacts) {
  const began = performance.now();
  programs.push(await host.open(artifact));
  loads.push(performance.now() - began);
}
for (const program of programs) await program.run(["warm"], { constraint });

const alone: number[] = [];
for (let run = 0; run < runs; run++) {
  const began = performance.now();
  await programs[run % programCount]!.run([`input ${run}`], { constraint });
  alone.push(performance.now() - began);
}
const together: number[] = [];
const oneByOne: number[] = [];
for (let round = 0; round < 6; round++) {
  let began = performance.now();
  await Promise.all(programs.map((program) => program.run([`input ${round}`], { constraint })));
  together.push(performance.now() - began);
  began = performance.now();
  for (const program of programs) await program.run([`input ${round}`], { constraint });
  oneByOne.push(performance.now() - began);
}
await host.close();

const percentile = (values: number[], share: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 10) / 10;
};
console.log(
  JSON.stringify(
    {
      interpreter: interpreter.id,
      answerCharacters: 30,
      adapterBytes: artifacts[0]!.adapter!.byteLength,
      loadMilliseconds: { p50: percentile(loads, 0.5), p95: percentile(loads, 0.95) },
      runMilliseconds: { p50: percentile(alone, 0.5), p95: percentile(alone, 0.95), runs },
      programs: programCount,
      togetherMilliseconds: percentile(together, 0.5),
      oneByOneMilliseconds: percentile(oneByOne, 0.5),
      speedup: Math.round((percentile(oneByOne, 0.5) / percentile(together, 0.5)) * 100) / 100,
    },
    null,
    2,
  ),
);
