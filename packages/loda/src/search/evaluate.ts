// How well generation works: test sequences that the library does not hold, asked for by description, by their first
// terms, and by both; a program counts when it reproduces further terms that it was not given. Beside it the honest
// baselines: copying the program with the nearest description, the one with the nearest terms, and fitting alone.
import type { ProgramStore } from "../evaluate/store.ts";
import { print } from "../language/print.ts";
import type { Program } from "../language/program.ts";
import { validate } from "../language/validate.ts";
import { canonicalForm } from "../transform/canonical.ts";
import { type GenerateRequest, type Route, routes } from "./answer.ts";
import type { CandidateModel } from "./candidate-model.ts";
import { Generator } from "./generate.ts";
import type { ProgramLibrary } from "./library.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { Random } from "./random.ts";
import { Verifier } from "./verify.ts";

export interface EvaluationOptions {
  readonly library: ProgramLibrary;
  readonly store: ProgramStore;
  readonly model?: CandidateModel;
  /** How many test sequences to ask for. */
  readonly limit?: number;
  readonly seed?: number;
  readonly givenTerms?: number;
  readonly heldOutTerms?: number;
  readonly budgetMilliseconds?: number;
  /** Answers that may be tried for a description. */
  readonly candidates?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Score {
  /** Answers that are valid programs, of all answers. */
  readonly validRate: number;
  /** Sequences for which an answer is the very program of the corpus, once both are optimised. */
  readonly exactMatchRate: number;
  /** Sequences for which an answer reproduces the held-out terms. */
  readonly sequenceMatchRate: number;
  readonly secondsPerProgram: number;
  /** Of the sequences matched, by which route the matching answer came. */
  readonly routes: Readonly<Partial<Record<Route, number>>>;
}

export interface EvaluationReport {
  readonly sequences: number;
  readonly givenTerms: number;
  readonly heldOutTerms: number;
  readonly description: Score;
  readonly terms: Score;
  readonly both: Score;
  /** The model alone, by description. */
  readonly model: Score;
  readonly baselines: {
    readonly nearestDescription: Score;
    readonly nearestTerms: Score;
    readonly fitting: Score;
  };
}

const defaults = {
  limit: 200,
  seed: 1,
  givenTerms: 15,
  heldOutTerms: 10,
  budgetMilliseconds: 30_000,
  candidates: 5,
};

/**
 * Measures the routes on test sequences. They are hidden first: the library is cut down to its training part, and what
 * calls one of them cannot run. A request with terms names the index of the first one; a description alone does not.
 */
export async function evaluateGeneration(options: EvaluationOptions): Promise<EvaluationReport> {
  const { limit, seed, givenTerms, heldOutTerms, budgetMilliseconds, candidates } = {
    ...defaults,
    ...options,
  };
  const { library, store, model, signal, onProgress } = options;
  const questions = pickQuestions(library, limit, seed, givenTerms + heldOutTerms);
  const visible = hideTestPart(store, library);
  const generator = new Generator({
    library: library.only("train"),
    store: visible,
    ...(model ? { model } : {}),
  });
  const verifier = new Verifier(visible);
  const tallies = {
    description: new Tally(),
    terms: new Tally(),
    both: new Tally(),
    model: new Tally(),
    nearestDescription: new Tally(),
    nearestTerms: new Tally(),
    fitting: new Tally(),
  };
  const only = (...kept: readonly Route[]) => ({ without: routes.filter((route) => !kept.includes(route)) });
  for (const [i, entry] of questions.entries()) {
    signal?.throwIfAborted();
    const given = entry.terms.slice(0, givenTerms);
    const wanted = entry.terms.slice(0, givenTerms + heldOutTerms);
    const truth = store.sequence(entry.id);
    const ask = async (tally: Tally, request: GenerateRequest, tries: number) => {
      const { programs, seconds } = await generator.generate({
        ...(request.terms ? { offset: entry.offset } : {}),
        budgetMilliseconds,
        seed,
        ...(signal ? { signal } : {}),
        ...request,
        count: tries,
      });
      const matching = programs.find(
        ({ program }) => verifier.verify(program, wanted).verified === wanted.length,
      );
      tally.add({
        answers: programs.map(({ program }) => program),
        exact: truth !== undefined && programs.some(({ program }) => same(program, truth)),
        route: matching?.route,
        seconds,
      });
    };
    const { description } = entry;
    await ask(tallies.description, { description }, candidates);
    // With terms, one answer counts: the first.
    await ask(tallies.terms, { terms: given }, 1);
    await ask(tallies.both, { description, terms: given }, 1);
    await ask(tallies.model, { description, ...only("model") }, candidates);
    await ask(tallies.nearestDescription, { description, ...only("description") }, 1);
    await ask(tallies.nearestTerms, { terms: given, ...only("terms") }, 1);
    await ask(
      tallies.fitting,
      { terms: given, ...only("polynomial", "recurrence", "polynomialRecurrence") },
      1,
    );
    onProgress?.(i + 1, questions.length);
  }
  return {
    sequences: questions.length,
    givenTerms,
    heldOutTerms,
    description: tallies.description.score(),
    terms: tallies.terms.score(),
    both: tallies.both.score(),
    model: tallies.model.score(),
    baselines: {
      nearestDescription: tallies.nearestDescription.score(),
      nearestTerms: tallies.nearestTerms.score(),
      fitting: tallies.fitting.score(),
    },
  };
}

/** Test sequences with enough terms, the same ones for the same seed. */
function pickQuestions(
  library: ProgramLibrary,
  limit: number,
  seed: number,
  minTerms: number,
): LibraryEntry[] {
  const usable = library.entries.filter(
    ({ split, terms, description }) => split === "test" && terms.length >= minTerms && description !== "",
  );
  const random = new Random(seed);
  for (let i = usable.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [usable[i], usable[j]] = [usable[j]!, usable[i]!];
  }
  return usable.slice(0, limit);
}

/** A store in which the test sequences do not exist. */
function hideTestPart(store: ProgramStore, library: ProgramLibrary): ProgramStore {
  const hidden = new Set(library.entries.filter(({ split }) => split === "test").map(({ id }) => id));
  return {
    sequence: (id) => (hidden.has(id) ? undefined : store.sequence(id)),
    procedure: (id) => store.procedure(id),
  };
}

function same(a: Program, b: Program): boolean {
  return a.offset === b.offset && print(canonicalForm(a)) === print(canonicalForm(b));
}

interface Outcome {
  readonly answers: readonly Program[];
  readonly exact: boolean;
  readonly route: Route | undefined;
  readonly seconds: number;
}

class Tally {
  private asked = 0;
  private answers = 0;
  private valid = 0;
  private exact = 0;
  private matched = 0;
  private seconds = 0;
  private readonly routes = new Map<Route, number>();

  add({ answers, exact, route, seconds }: Outcome): void {
    this.asked++;
    this.answers += answers.length;
    this.valid += answers.filter((program) =>
      validate(program).every(({ severity }) => severity !== "error"),
    ).length;
    if (exact) this.exact++;
    if (route) {
      this.matched++;
      this.routes.set(route, (this.routes.get(route) ?? 0) + 1);
    }
    this.seconds += seconds;
  }

  score(): Score {
    const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
    return {
      // Without any answer, none is invalid.
      validRate: this.answers === 0 ? 1 : this.valid / this.answers,
      exactMatchRate: share(this.exact, this.asked),
      sequenceMatchRate: share(this.matched, this.asked),
      secondsPerProgram: share(this.seconds, this.asked),
      routes: Object.fromEntries(
        [...this.routes].map(([route, count]) => [route, share(count, this.matched)]),
      ),
    };
  }
}
