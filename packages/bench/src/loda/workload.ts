/** What the LODA benchmark runs: three sequences whose times with loda-cpp are known, and a mixed sample. */
import { readFileSync } from "node:fs";
import { type ProgramFile, programFiles, readProgramFile } from "@weightsmith/loda";

export interface ReferencePoint {
  readonly id: string;
  readonly terms: number;
  /** Of loda-cpp's regular evaluator, on one machine with two such cores. */
  readonly lodaCppSeconds: number;
}

/** loda-cpp is in no package registry; these were measured once, elsewhere, and are printed beside our times. */
export const referencePoints: readonly ReferencePoint[] = [
  { id: "A000005", terms: 5000, lodaCppSeconds: 1.6 },
  { id: "A000796", terms: 300, lodaCppSeconds: 1.2 },
  { id: "A000045", terms: 2000, lodaCppSeconds: 0.8 },
];

export interface SampleProgram extends ProgramFile {
  readonly file: string;
}

/** So many programs, evenly over a folder. */
export function sampleOf(folder: string, count: number): SampleProgram[] {
  const files = programFiles(folder);
  const chosen =
    count >= files.length
      ? files
      : Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]!);
  return chosen.map((file) => ({ file, ...readProgramFile(readFileSync(file, "utf8")) }));
}
