/**
 * The hand-written user programs under `fixtures/user-programs`, in the form of a suite. Test data only: the training
 * streams know nothing of this file.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { SuiteTask } from "./episodes.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/user-programs");
const line = z.strictObject({ input: z.string(), output: z.string() });

/** The user programs in the order of their names. @throws if a file is missing or malformed */
export function userPrograms(folder = fixtures): SuiteTask[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => name)
    .toSorted()
    .map((name) => ({
      family: name,
      group: "user",
      spec: readFileSync(join(folder, name, "spec.txt"), "utf8").trim(),
      examples: readFileSync(join(folder, name, "examples.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((text) => line.parse(JSON.parse(text))),
    }));
}
