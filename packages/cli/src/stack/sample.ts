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

const extensions = ["pdf", "jpg", "txt", "csv", "png", "zip", "json", "html"];
const names = [
  ...["report", "holiday", "notes", "budget", "logo", "backup", "config", "index", "invoice", "team photo"],
  ...["todo", "sales", "icon", "photos", "settings", "about", "contract", "sunset", "draft", "export"],
  ...["banner", "archive", "package", "home"],
];

/** File names in lower, upper and mixed case, with the extension wanted in lower case. */
const examples = names.map((name, index) => {
  const extension = extensions[index % extensions.length]!;
  const written = [extension, extension.toUpperCase(), extension[0]!.toUpperCase() + extension.slice(1)][
    index % 3
  ]!;
  return { input: `${name}.${written}`, output: extension };
});

export const sampleRequest = {
  name: "File extension",
  spec: "Return the extension of a file name, in lower case.",
  examples,
  tags: ["sample"],
} satisfies CompileRequestInput;

/** Inputs that are in no example. */
export const sampleInputs = ["Final Presentation.PDF", "kitchen.Png"] as const;

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
