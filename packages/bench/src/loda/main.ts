/**
 * `npm run bench -- loda [--json] [--programs-dir DIR] [--sample N] [--terms N]`: the fast evaluator beside the plain interpreter on
 * the same programs and terms, in turn, in one run. Times are processor seconds of this process. A program that either
 * cannot finish within the limits counts for neither. The folder defaults to WEIGHTSMITH_LODA_PROGRAMS, else to the
 * samples that come with the package; the three reference sequences are run where the folder has them.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  EvaluationError,
  FastEvaluator,
  folderStore,
  type Program,
  parseId,
  programPath,
  ReferenceEvaluator,
  readProgramFile,
} from "@weightsmith/loda";
import { referencePoints, sampleOf } from "./workload.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    "programs-dir": { type: "string" },
    sample: { type: "string", default: "60" },
    terms: { type: "string" },
  },
});
const samples = fileURLToPath(new URL("../../../loda/test/programs", import.meta.url));
const root = flags["programs-dir"] ?? process.env.WEIGHTSMITH_LODA_PROGRAMS ?? samples;
/** By default as many as each file publishes. */
const wantedTerms = flags.terms === undefined ? undefined : Number(flags.terms);
const store = folderStore(root);
const say = (text: string) => void (flags.json ? undefined : console.log(text));

/** Enough for every term that a file publishes; the plain interpreter gets more time, being the slower one. */
const limits = { steps: 200_000_000, cells: 2000 };
const evaluators = {
  fast: () => new FastEvaluator({ store, limits: { ...limits, milliseconds: 10_000 } }),
  plain: () => new ReferenceEvaluator({ store, limits: { ...limits, milliseconds: 30_000 } }),
};

const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

interface Run {
  readonly seconds: number;
  readonly terms: number;
  /** Of all terms, so that both evaluators are seen to do the same. */
  readonly digest: string;
}

function run(kind: keyof typeof evaluators, program: Program, count: number, id?: number): Run {
  const evaluator = evaluators[kind]();
  const began = processorSeconds();
  let done = 0;
  let digest = "";
  evaluator.start();
  try {
    for (; done < count; done++) {
      const { value, steps } = evaluator.term(program, program.offset + done, id);
      digest += `${value} ${steps},`;
    }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
  }
  return { seconds: processorSeconds() - began, terms: done, digest };
}

const reference = referencePoints.flatMap(({ id, terms: count, lodaCppSeconds }) => {
  const file = path.join(root, programPath(parseId(id)!));
  if (!existsSync(file)) return [];
  const { program } = readProgramFile(readFileSync(file, "utf8"));
  const fast = run("fast", program, count, parseId(id));
  say(
    `${id}: ${fast.terms} terms in ${fast.seconds.toFixed(3)} s; loda-cpp, elsewhere: ${lodaCppSeconds} s (${(lodaCppSeconds / fast.seconds).toFixed(1)} times ours)`,
  );
  return [
    { id, terms: fast.terms, seconds: fast.seconds, lodaCppSeconds, ratio: lodaCppSeconds / fast.seconds },
  ];
});

let [fastSeconds, plainSeconds, compared, differing, unfinished] = [0, 0, 0, 0, 0];
const ratios: number[] = [];
for (const { program, id, terms: published } of sampleOf(path.join(root, "oeis"), Number(flags.sample))) {
  const terms = wantedTerms ?? published.length;
  const fast = run("fast", program, terms, id);
  const plain = run("plain", program, terms, id);
  if (fast.terms < terms || plain.terms < terms) {
    unfinished++;
    continue;
  }
  compared++;
  if (fast.digest !== plain.digest) differing++;
  fastSeconds += fast.seconds;
  plainSeconds += plain.seconds;
  ratios.push(plain.seconds / fast.seconds);
}
ratios.sort((a, b) => a - b);
const sample = {
  programs: compared,
  unfinished,
  differing,
  terms: wantedTerms ?? "as published",
  secondsPerProgram: fastSeconds / compared,
  plainSecondsPerProgram: plainSeconds / compared,
  ratio: plainSeconds / fastSeconds,
  medianRatio: ratios[Math.floor(ratios.length / 2)] ?? Number.NaN,
};
say(
  `${compared} programs, ${sample.terms} terms each: ${(1000 * sample.secondsPerProgram).toFixed(2)} ms a program, the plain interpreter ${(1000 * sample.plainSecondsPerProgram).toFixed(2)} ms (${sample.ratio.toFixed(1)} times ours in all, ${sample.medianRatio.toFixed(1)} times for the median program); ${unfinished} left out, ${differing} differ`,
);
if (flags.json) console.log(JSON.stringify({ root, reference, sample }, null, 2));
if (differing > 0) process.exitCode = 1;
