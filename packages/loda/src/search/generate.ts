// From a description, terms, or both to ranked programs, without a model: what the library holds, what fits, what is
// built on known sequences, and what mutation finds in the time that is left.
import { folderStore, type ProgramStore } from "../evaluate/store.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { formatId, type Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import { optimize } from "../transform/optimize.ts";
import { evolve } from "./evolve.ts";
import { addConstant } from "./fit/assemble.ts";
import { type FitRoute, fitTerms } from "./fit/fit.ts";
import type { LibraryEntry, ProgramLibrary } from "./library.ts";
import { Random } from "./random.ts";
import { findRelatives } from "./relatives.ts";
import { Verifier } from "./verify.ts";

/** By which way a program was found. */
export type Route = "terms" | "description" | FitRoute | "relative" | "mutation";

export interface GenerateRequest {
  readonly description?: string;
  /** The first terms. */
  readonly terms?: readonly Value[];
  /** The index of the first term. */
  readonly offset?: number;
  /** How many programs to answer at most. */
  readonly count?: number;
  readonly budgetMilliseconds?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Ways not to go. */
  readonly without?: readonly Route[];
}

export interface GeneratedProgram {
  readonly program: Program;
  /** The program in assembly form. */
  readonly code: string;
  readonly route: Route;
  /** Of the given terms, how many it reproduces from the first on. */
  readonly verifiedTerms: number;
  readonly givenTerms: number;
  /** Steps of a verified term on average; `undefined` without any. */
  readonly stepsPerTerm: number | undefined;
  /** What it was made from, in words. */
  readonly origin: string;
}

export interface GenerateResult {
  readonly programs: readonly GeneratedProgram[];
  readonly seconds: number;
}

export interface Sources {
  readonly library: ProgramLibrary;
  /** The folder above `oeis/`. */
  readonly root: string;
  /** Defaults to a store over the folder. */
  readonly store?: ProgramStore;
}

const defaultCount = 5;
const defaultBudgetMilliseconds = 30_000;
const retrieved = 20;
const mutationSeeds = 40;

/** The better a way predicts further terms, the earlier it stands, among programs that reproduce all given ones. */
const trust: readonly Route[] = [
  "terms",
  "polynomial",
  "recurrence",
  "relative",
  "polynomialRecurrence",
  "description",
  "mutation",
];

/** Every answer parses, is valid, and ran against the terms; the order is by terms reproduced, then by trust. */
export class Generator {
  private readonly sources: Sources;
  private readonly store: ProgramStore;
  private readonly verifier: Verifier;
  private readonly mutants: Verifier;

  constructor(sources: Sources) {
    this.sources = sources;
    this.store = sources.store ?? folderStore(sources.root);
    this.verifier = new Verifier(this.store);
    this.mutants = new Verifier(this.store, "mutant");
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const began = performance.now();
    const { terms = [], description = "", offset = 0, count = defaultCount, without = [] } = request;
    const { budgetMilliseconds = defaultBudgetMilliseconds, seed = 0, signal } = request;
    const deadline = began + budgetMilliseconds;
    const found: GeneratedProgram[] = [];
    const uses = (route: Route) => !without.includes(route);
    const consider = (program: Program, route: Route, origin: string) => {
      const { verified, steps } = this.verifier.verify(program, terms);
      // A program that fails a given term is no answer, unless the words asked for it.
      if (verified < terms.length && route !== "description") return;
      found.push({
        program,
        code: print(program),
        route,
        verifiedTerms: verified,
        givenTerms: terms.length,
        stepsPerTerm: verified === 0 ? undefined : steps / verified,
        origin,
      });
    };
    const ways: readonly (() => void)[] = [
      () => {
        if (uses("terms"))
          for (const { entry, shift } of this.sources.library.terms.find(terms, retrieved))
            this.consider(entry, offset, shift, (program, origin) => consider(program, "terms", origin));
      },
      () => {
        for (const { route, program } of fitTerms(terms, offset))
          if (uses(route)) consider(program, route, fitOrigins[route]);
      },
      () => {
        if (uses("relative"))
          for (const { program, relation } of findRelatives(terms, offset, this.sources.library.terms))
            consider(optimize(program), "relative", relation);
      },
      () => {
        if (uses("description") && description !== "")
          for (const { entry } of this.sources.library.nearDescriptions(description, retrieved))
            this.consider(entry, terms.length > 0 ? offset : entry.offset, 0, (program, origin) =>
              consider(program, "description", origin),
            );
      },
    ];
    for (const way of ways) {
      signal?.throwIfAborted();
      if (performance.now() > deadline) break;
      way();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const solved = found.some(({ verifiedTerms }) => verifiedTerms === terms.length);
    if (terms.length > 0 && !solved && uses("mutation")) {
      const seeds = this.seeds(terms, description, offset);
      const program = await evolve(seeds, terms, {
        verifier: this.mutants,
        random: new Random(seed),
        deadline,
        ...(signal ? { signal } : {}),
      });
      if (program) consider(optimize(program), "mutation", `mutation of ${seeds.length} near programs`);
    }
    return { programs: rank(found).slice(0, count), seconds: (performance.now() - began) / 1000 };
  }

  /** The program of an entry for terms that begin at its place `shift`. */
  private consider(
    entry: LibraryEntry,
    offset: number,
    shift: number,
    take: (program: Program, origin: string) => void,
  ): void {
    const program = this.store.sequence(entry.id);
    if (!program) return;
    take(withOffset(program, offset, shift), `${formatId(entry.id)}: ${entry.description}`);
  }

  private seeds(terms: readonly Value[], description: string, offset: number): Program[] {
    const near = [
      ...this.sources.library.terms
        .nearest(terms, mutationSeeds)
        .map(({ entry, shift }) => ({ entry, shift })),
      ...(description === "" ? [] : this.sources.library.nearDescriptions(description, mutationSeeds)).map(
        ({ entry }) => ({ entry, shift: 0 }),
      ),
    ];
    const programs = near.flatMap(({ entry, shift }) => {
      const program = this.store.sequence(entry.id);
      return program ? [withOffset(program, offset, shift)] : [];
    });
    return [...programs, ...primordial(offset)];
  }
}

const fitOrigins: Record<FitRoute, string> = {
  polynomial: "a polynomial through the terms",
  recurrence: "a linear recurrence",
  polynomialRecurrence: "a recurrence with polynomial coefficients",
};

/** The same program for another first index: its input is moved. */
function withOffset(program: Program, offset: number, shift: number): Program {
  const by = program.offset + shift - offset;
  return { operations: [...addConstant(0, BigInt(by)), ...program.operations], offset };
}

/** What a search without any near program starts from. */
function primordial(offset: number): Program[] {
  return [
    "mul $0,1",
    "mov $1,$0\npow $1,2\nadd $0,$1",
    "mov $1,1\nlpb $0\n  mul $1,2\n  sub $0,1\nlpe\nmov $0,$1",
    "lpb $0\n  mov $2,$0\n  add $1,$2\n  sub $0,1\nlpe\nmov $0,$1",
    "mov $3,1\nlpb $0\n  mov $2,$3\n  add $3,$1\n  mov $1,$2\n  sub $0,1\nlpe\nmov $0,$1",
  ].map((text) => ({ ...parse(text), offset }));
}

function rank(found: readonly GeneratedProgram[]): GeneratedProgram[] {
  const seen = new Set<string>();
  return found
    .map((program, order) => ({ program, order }))
    .sort(
      (a, b) =>
        b.program.verifiedTerms - a.program.verifiedTerms ||
        trust.indexOf(a.program.route) - trust.indexOf(b.program.route) ||
        a.order - b.order,
    )
    .flatMap(({ program }) => {
      if (seen.has(program.code)) return [];
      seen.add(program.code);
      return [program];
    });
}
