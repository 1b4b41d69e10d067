/** A thread that searches: expressions stay here, printed functions go out. Ended from outside when time is up. */
import { parentPort, workerData } from "node:worker_threads";
import { synthesizeByOutline } from "../hierarchical/hierarchical.ts";
import { sizeOf } from "../language/expression.ts";
import { printFunction } from "../print/function.ts";
import { agreementOf } from "./agreement.ts";
import { signature } from "./goal-search.ts";
import type { SearchReport, SearchTask } from "./search-thread.ts";
import { type SynthesisSettings, synthesize } from "./synthesize.ts";

const MOST = 8;
const { technique, problem, name, language, seconds, adjustments, deduction } = workerData as SearchTask;
const settings: SynthesisSettings = {
  seconds,
  deduction,
  adjust: ({ name: operator }) => adjustments[operator] ?? 0,
};

function search(): SearchReport {
  if (technique === "hierarchical") {
    const solutions = synthesizeByOutline(problem, settings, name).slice(0, MOST);
    return {
      candidates: solutions.map(({ expression, helpers, cost, outline }) => ({
        ...printFunction(expression, problem, { name, language, functions: helpers }),
        cost,
        strategy: outline,
        size: helpers.reduce((sum, { body }) => sum + sizeOf(body), sizeOf(expression)),
        text: signature(expression),
      })),
      firstSeconds: null,
      entries: 0,
      agreement: agreementOf(
        problem,
        solutions.map(({ expression }) => expression),
      ),
    };
  }
  const { solutions, firstSeconds, entries } = synthesize(problem, settings);
  const best = solutions.slice(0, MOST);
  return {
    candidates: best.map(({ expression, cost, strategy }) => ({
      ...printFunction(expression, problem, { name, language }),
      cost,
      strategy,
      size: sizeOf(expression),
      text: signature(expression),
    })),
    firstSeconds: firstSeconds ?? null,
    entries,
    agreement: agreementOf(
      problem,
      best.map(({ expression }) => expression),
    ),
  };
}

parentPort!.postMessage(search());
