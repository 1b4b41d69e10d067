// From a description, terms, or both to ranked programs: what the library holds, what the description says as a
// formula, what fits, what is built on known sequences, what the model writes, and what mutation finds in the time that
// is left. The library and the model are optional; fitting, formulas and mutation work without either.
import { emptyStore, folderStore, type ProgramStore } from "../evaluate/store.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { formatId, type Operation, type Program } from "../language/program.ts";
import { optimize } from "../transform/optimize.ts";
import type { GeneratedProgram, GenerateRequest, GenerateResult, Route } from "./answer.ts";
import type { CandidateModel } from "./candidate-model.ts";
import { evolve } from "./evolve.ts";
import { addConstant } from "./fit/assemble.ts";
import { type FitRoute, fitTerms } from "./fit/fit.ts";
import { formulaPrograms } from "./formula/formula.ts";
import type { ProgramLibrary } from "./library.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { Random } from "./random.ts";
import { rank } from "./rank.ts";
import { recogniseConstant } from "./recognise/constant.ts";
import { recogniseMultiplicative } from "./recognise/multiplicative.ts";
import { recognisePairs } from "./recognise/pairs.ts";
import { recogniseTransformed } from "./recognise/transformed.ts";
import { findRelatives } from "./relatives.ts";
import { Verifier } from "./verify.ts";

export interface Sources {
  readonly library?: ProgramLibrary;
  /** The folder above `oeis/`, for the programs that others call. */
  readonly root?: string;
  /** Defaults to a store over the folder. */
  readonly store?: ProgramStore;
  readonly model?: CandidateModel;
}

const defaultCount = 5;
const defaultBudgetMilliseconds = 30_000;
const retrieved = 20;
const mutationSeeds = 40;
const modelCandidates = 16;
/** Terms to show where none are given. */
const shownTerms = 10;

/** Every answer parses, is valid, and ran: against the given terms, or for its first ones. */
export class Generator {
  private readonly library: ProgramLibrary | undefined;
  private readonly model: CandidateModel | undefined;
  private readonly store: ProgramStore;
  private readonly verifier: Verifier;
  private readonly mutants: Verifier;

  constructor({ library, root, store, model }: Sources) {
    this.library = library;
    this.model = model;
    this.store = store ?? (root === undefined ? emptyStore : folderStore(root));
    this.verifier = new Verifier(this.store);
    this.mutants = new Verifier(this.store, "mutant");
  }

  /** @throws the signal's reason if it is aborted */
  async generate(request: GenerateRequest): Promise<GenerateResult> {
    // Indexes are made once, by the first request that needs them: its budget is for searching.
    this.library?.prepare({
      words: (request.description ?? "") !== "",
      terms: (request.terms?.length ?? 0) > 0,
    });
    const began = performance.now();
    const { terms = [], count = defaultCount, signal, onProgress } = request;
    const deadline = began + (request.budgetMilliseconds ?? defaultBudgetMilliseconds);
    const search = new Search(request, this.verifier);
    const pause = async () => {
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (const way of [this.retrieve, this.readFormula, this.fit, this.recognise, this.relate]) {
      onProgress?.({ phase: "retrieve", found: search.found.length });
      for (const { program, route, origin } of way.call(this, request, () => search.solved)) {
        // A search without an answer yet goes a little over its budget rather than give none.
        if (performance.now() > deadline && search.found.length > 0) break;
        if (search.uses(route)) search.consider(program, route, origin);
      }
      await pause();
    }
    if (this.model && search.uses("model") && !search.solved && performance.now() < deadline) {
      onProgress?.({ phase: "model", found: search.found.length });
      await this.askModel(this.model, request, search);
    }
    if (terms.length > 0 && search.uses("mutation") && !search.solved) {
      onProgress?.({ phase: "mutate", found: search.found.length });
      const seeds = this.seeds(request, search);
      const program = await evolve(seeds, terms, {
        verifier: this.mutants,
        random: new Random(request.seed ?? 0),
        deadline,
        ...(signal ? { signal } : {}),
      });
      if (program) search.consider(optimize(program), "mutation", `mutation of ${seeds.length} programs`);
    }
    const programs = rank(search.found, request, (program) => this.verifier.run(program, shownTerms), count);
    return { programs, seconds: (performance.now() - began) / 1000 };
  }

  /** Known sequences with these terms, then those with near descriptions. */
  private *retrieve(request: GenerateRequest): Finds {
    const { terms = [], description = "", offset = 0 } = request;
    if (!this.library) return;
    if (terms.length > 0)
      for (const { entry, shift } of this.library.terms.find(terms, retrieved))
        yield* this.known(entry, "terms", offset, shift);
    if (description !== "")
      for (const { entry } of this.library.nearDescriptions(description, retrieved))
        yield* this.known(entry, "description", offsetFor(request, entry.offset), 0);
  }

  private *known(entry: LibraryEntry, route: Route, offset: number, shift: number): Finds {
    const program = this.store.sequence(entry.id);
    if (program)
      yield {
        program: withOffset(program, offset, shift),
        route,
        origin: `${formatId(entry.id)}: ${entry.description}`,
      };
  }

  private *readFormula(request: GenerateRequest): Finds {
    const { description = "" } = request;
    const known = this.library;
    const options = {
      offsetOf: (id: number) => known?.get(id)?.offset ?? this.store.sequence(id)?.offset,
      ...(request.offset === undefined && !request.terms?.length ? {} : { offset: request.offset ?? 0 }),
    };
    for (const { program, reading } of formulaPrograms(description, options))
      yield { program: optimize(program), route: "formula", origin: reading };
  }

  private *fit({ terms = [], offset = 0 }: GenerateRequest): Finds {
    for (const { route, program } of fitTerms(terms, offset))
      yield { program, route, origin: fitOrigins[route] };
  }

  private *recognise({ terms = [], offset = 0 }: GenerateRequest): Finds {
    const exact = terms.map(BigInt);
    const known = (id: number) => this.store.sequence(id) !== undefined;
    for (const recognise of [recogniseConstant, recogniseMultiplicative])
      for (const { program, origin } of recognise(exact, { offset, known }))
        yield { program: optimize(program), route: "recognised", origin };
  }

  private *relate({ terms = [], offset = 0 }: GenerateRequest, solved: () => boolean): Finds {
    if (!this.library) return;
    for (const { program, relation } of findRelatives(terms, offset, this.library.terms))
      yield { program: optimize(program), route: "relative", origin: relation };
    const known = (id: number) => this.store.sequence(id) !== undefined;
    const index = this.library.terms;
    const exact = terms.map(BigInt);
    for (const { program, origin } of recogniseTransformed(exact, index, { offset, known }))
      yield { program: optimize(program), route: "transform", origin };
    if (solved()) return;
    for (const { program, origin } of recognisePairs(terms, index, { offset, known }))
      yield { program: optimize(program), route: "combination", origin };
  }

  private async askModel(model: CandidateModel, request: GenerateRequest, search: Search): Promise<void> {
    const { description, terms, offset, seed, signal } = request;
    const asked = {
      ...(description ? { description } : {}),
      ...(terms?.length ? { terms } : {}),
      ...(offset === undefined ? {} : { offset }),
    };
    if (asked.description === undefined && asked.terms === undefined) return;
    const candidates = await model.candidates(asked, {
      count: modelCandidates,
      calls: this.store !== emptyStore,
      ...(seed === undefined ? {} : { seed }),
      ...(signal ? { signal } : {}),
    });
    for (const { program } of candidates) {
      const moved = withOffset(program, offsetFor(request, program.offset), 0);
      search.consider(optimize(moved), "model", "written by the model");
      search.seeds.push(moved);
    }
  }

  /** Programs to begin a mutation with, the nearest first. */
  private seeds({ terms = [], description = "", offset = 0 }: GenerateRequest, search: Search): Program[] {
    const near = this.library
      ? [
          ...this.library.terms.nearest(terms, mutationSeeds),
          ...(description === "" ? [] : this.library.nearDescriptions(description, mutationSeeds)).map(
            ({ entry }) => ({ entry, shift: 0 }),
          ),
        ]
      : [];
    const programs = near.flatMap(({ entry, shift }) => {
      const program = this.store.sequence(entry.id);
      return program ? [withOffset(program, offset, shift)] : [];
    });
    return [...programs, ...search.seeds, ...primordial(offset)];
  }
}

/** Candidates, as a way finds them. */
type Finds = Iterable<{ program: Program; route: Route; origin: string }>;

/** What one request has found so far. */
class Search {
  readonly found: GeneratedProgram[] = [];
  /** Programs that were no answer, for mutation to begin with. */
  readonly seeds: Program[] = [];
  private readonly request: GenerateRequest;
  private readonly verifier: Verifier;

  constructor(request: GenerateRequest, verifier: Verifier) {
    this.request = request;
    this.verifier = verifier;
  }

  /** Whether a program reproduces all the terms; without any, none can. */
  get solved(): boolean {
    const { terms = [] } = this.request;
    return terms.length > 0 && this.found.some(({ verifiedTerms }) => verifiedTerms === terms.length);
  }

  uses(route: Route): boolean {
    return !this.request.without?.includes(route);
  }

  consider(program: Program, route: Route, origin: string): void {
    const { terms = [] } = this.request;
    const { verified, steps } = this.verifier.verify(program, terms);
    // A program that fails a given term is no answer, unless the words asked for it.
    if (verified < terms.length && route !== "description") return;
    this.found.push({
      program,
      code: print(program),
      route,
      verifiedTerms: verified,
      givenTerms: terms.length,
      terms: terms.slice(0, verified),
      stepsPerTerm: verified === 0 ? 0 : steps / verified,
      origin,
    });
  }
}

const fitOrigins: Record<FitRoute, string> = {
  polynomial: "a polynomial through the terms",
  recurrence: "a linear recurrence",
  polynomialRecurrence: "a recurrence with polynomial coefficients",
  periodic: "a period with a constant step",
};

/** Where an answer begins: as asked, at 0 for terms without an index, else as its source does. */
function offsetFor({ offset, terms = [] }: GenerateRequest, natural: number): number {
  return offset ?? (terms.length > 0 ? 0 : natural);
}

/** The same program for another first index: its input is moved. */
function withOffset(program: Program, offset: number, shift: number): Program {
  const by = program.offset + shift - offset;
  const moved: readonly Operation[] = [...addConstant(0, BigInt(by)), ...program.operations];
  return { operations: moved, offset };
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
