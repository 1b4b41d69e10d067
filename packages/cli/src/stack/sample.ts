/**
 * The program that the stack compiles when it first starts: through the public HTTP API like anyone's, as a real job. It
 * shows at once whether everything works, and what a program is.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Weightsmith } from "@weightsmith/client";
import type { CompileRequestInput, Report } from "@weightsmith/contract";
import { z } from "zod";
import { showEvent } from "../commands/compile.ts";
import type { Output } from "../terminal/output.ts";

const words = [
  ...["cat", "dog", "red fox", "otter", "blue whale", "hen", "pygmy goat", "tree frog", "bee", "moose"],
  ...["carp", "white stork", "newt", "lynx", "barn owl", "yak", "ibex", "wren", "sea turtle", "vole"],
  ...["apple pie", "plum", "green tea", "rice", "brown bread", "fig", "lemon", "oat milk", "leek", "kale"],
];

/** Ways in which people write options, and what they write before them. */
const styles: readonly ((label: string, word: string) => string)[] = [
  (label, word) => `(${label}) ${word}`,
  (label, word) => `(${label})${word}`,
  (label, word) => `(${label.toLowerCase()}) ${word}`,
  (label, word) => `( ${label} ) ${word}`,
];
const openings = ["", "Choose: ", "", "Q: ", "", "Pick one: ", "  "];

/** Two to four options in every style; each example takes the next words of the list, so that all are seen. */
const examples = Array.from({ length: 32 }, (_, index) => {
  const options = Array.from(
    { length: 2 + (index % 3) },
    (_, at) => words[(index * 7 + at * 11) % words.length]!,
  );
  const style = styles[index % styles.length]!;
  const written = options.map((word, at) => style("ABCD"[at]!, word)).join(index % 5 === 0 ? "  " : " ");
  return { input: openings[index % openings.length]! + written, output: JSON.stringify(options) };
});

export const sampleRequest = {
  name: "Options",
  spec: "Parse a string like '(A) cat (B) dog' into a JSON list of options; be robust to noise.",
  examples,
  tags: ["sample"],
} satisfies CompileRequestInput;

/** Inputs that are in no example. */
export const sampleInputs = ["(A) penguin (B) grey wolf", "Choose: (a)mint (b)beans (c)corn"] as const;

const recordSchema = z.object({ programId: z.string() });

export interface SampleRun {
  readonly programId: string;
  readonly report: Report | null;
  /** Whether this start compiled it. */
  readonly compiled: boolean;
  readonly compileSeconds: number;
  readonly calls: readonly {
    readonly input: string;
    readonly output: string;
    readonly milliseconds: number;
  }[];
}

/**
 * Compiles the sample program if an earlier start has not, and runs it.
 * @throws WeightsmithError, the signal's reason
 */
export async function runSample(
  api: Weightsmith,
  home: string,
  output: Output,
  signal: AbortSignal,
): Promise<SampleRun> {
  const began = performance.now();
  const file = path.join(home, "sample.json");
  const earlier = await findEarlier(api, file, signal);
  const programId = earlier ?? (await compileSample(api, output, signal));
  const compileSeconds = (performance.now() - began) / 1000;
  if (earlier === undefined) {
    const draft = `${file}.draft`;
    writeFileSync(draft, `${JSON.stringify({ programId })}\n`);
    renameSync(draft, file);
  }
  const { report } = await api.programs.get(programId, { signal });
  const calls = [];
  for (const input of sampleInputs) {
    const before = performance.now();
    const answer = await api.programs.run(programId, input, { signal });
    calls.push({ input, output: answer, milliseconds: performance.now() - before });
  }
  return { programId, report, compiled: earlier === undefined, compileSeconds, calls };
}

async function compileSample(api: Weightsmith, output: Output, signal: AbortSignal): Promise<string> {
  const bar = output.progress("Compiling");
  try {
    const job = await api.compile(sampleRequest, { signal });
    const finished = await api.waitFor(job, { signal, onEvent: (event) => showEvent(bar, event) });
    const programId = finished.result?.programId;
    if (!programId) throw new Error(`The job ${job.id} succeeded without a program.`);
    return programId;
  } finally {
    bar.done();
  }
}

/** The sample of an earlier start, if it is still there. */
async function findEarlier(api: Weightsmith, file: string, signal: AbortSignal): Promise<string | undefined> {
  let programId: string;
  try {
    ({ programId } = recordSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    return undefined;
  }
  const programs = await Array.fromAsync(api.programs.all({ tag: "sample" }, { signal }));
  return programs.some(({ id }) => id === programId) ? programId : undefined;
}
