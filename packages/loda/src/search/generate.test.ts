import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { memoryStore } from "../evaluate/store.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { validate } from "../language/validate.ts";
import type { GenerateRequest } from "./answer.ts";
import type { CandidateModel } from "./candidate-model.ts";
import { evaluateGeneration } from "./evaluate.ts";
import { Generator } from "./generate.ts";
import { formatLibrary, loadLibrary, type ProgramLibrary, parseLibrary } from "./library.ts";
import { Verifier } from "./verify.ts";

const root = path.resolve(import.meta.dirname, "../../test/programs");
let library: ProgramLibrary;
let generator: Generator;

beforeAll(async () => {
  library = await loadLibrary(root);
  generator = new Generator({ library, root });
});

const squares = [0, 1, 4, 9, 16, 25, 36, 49, 64];
const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];
const first = async (request: GenerateRequest, by = generator) => (await by.generate(request)).programs[0];

describe("Generator", () => {
  test("finds a sequence by its name first", async () => {
    const best = await first({ description: "Fibonacci numbers" });
    expect(best).toMatchObject({ route: "description", givenTerms: 0, verifiedTerms: 0 });
    expect(best!.origin).toContain("A000045");
    expect(best!.terms).toEqual([0, 1, 1, 2, 3, 5, 8, 13, 21, 34]);
  });

  test("finds a sequence by its terms, wherever they begin, for the index asked for", async () => {
    const best = await first({ terms: primes.slice(3), offset: 0 });
    expect(best).toMatchObject({ route: "terms", verifiedTerms: 7, givenTerms: 7 });
    expect(best!.program.offset).toBe(0);
    expect(best!.stepsPerTerm).toBeGreaterThan(0);
  });

  test.each<[string, GenerateRequest, string]>([
    ["a polynomial", { terms: squares.map((x) => 3 * x + 1) }, "polynomial"],
    ["a recurrence", { terms: [1, 3, 7, 17, 41, 99, 239, 577] }, "recurrence"],
    ["twice a known sequence", { terms: primes.map((x) => 2 * x + 5), offset: 1 }, "relative"],
    [
      "its partial sums",
      { terms: primes.map((_, i) => primes.slice(0, i + 1).reduce((sum, x) => sum + x, 0)), offset: 1 },
      "relative",
    ],
    ["a formula", { description: "a(n) = 2^n - n" }, "formula"],
  ])("finds %s", async (_, request, route) => {
    const best = await first(request);
    expect(best?.route).toBe(route);
    expect(best!.verifiedTerms).toBe(request.terms?.length ?? 0);
    expect(validate(best!.program)).toEqual([]);
  });

  test("prefers what reproduces the terms to what only has the words", async () => {
    const best = await first({ description: "Fibonacci numbers", terms: squares });
    expect(best).toMatchObject({ verifiedTerms: squares.length, route: "polynomial" });
  });

  test("finds by mutation what no other way finds, and the same again for the same seed", async () => {
    // One operation away from a seed.
    const terms = Array.from({ length: 12 }, (_, n) => n % 3);
    const without = ["terms", "relative", "polynomial", "recurrence", "polynomialRecurrence"] as const;
    const request = { terms, without, budgetMilliseconds: 60_000, seed: 5 };
    const best = await first(request, new Generator({}));
    expect(best).toMatchObject({ route: "mutation", verifiedTerms: 12 });
    expect(await first(request, new Generator({}))).toMatchObject({ code: best!.code });
  });

  test("asks the model, and takes what reproduces the terms", async () => {
    const asked: unknown[] = [];
    const model: CandidateModel = {
      candidates: async (request, { calls }) => {
        asked.push({ ...request, calls });
        return ["mul $0,3", "mov $1,$0\nmod $1,3\nbxo $0,$1"].map((code) => ({
          program: parse(code),
          score: 0,
        }));
      },
    };
    const terms = Array.from({ length: 12 }, (_, n) => n ^ (n % 3));
    const best = await first({ terms, without: ["relative"] }, new Generator({ model }));
    expect(best).toMatchObject({ route: "model", verifiedTerms: 12 });
    expect(asked).toEqual([{ terms, calls: false }]);
  });

  test("answers nothing rather than a program that fails a term", async () => {
    const terms = [5, 7, 7, 2, 1, 5, 6, 6, 4, 9, 0, 1, 5, 3, 2, 8];
    const { programs } = await generator.generate({ terms, without: ["mutation"] });
    expect(programs).toEqual([]);
  });

  test("ends when it is told to", async () => {
    const stop = new AbortController();
    const running = generator.generate({
      terms: [5, 7, 7, 2, 1, 5, 6, 6, 4, 9, 0, 1],
      signal: stop.signal,
      onProgress: ({ phase }) => phase === "mutate" && stop.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });

  test("gives distinct programs, as many as asked for", async () => {
    const { programs } = await generator.generate({ description: "number of divisors of n", count: 3 });
    expect(new Set(programs.map(({ code }) => code)).size).toBe(3);
  });
});

describe("ProgramLibrary", () => {
  test("comes back from its file", () => {
    const text = formatLibrary(library.entries);
    expect(parseLibrary(text).entries).toEqual(library.entries);
    expect(() => parseLibrary("something else")).toThrow(/delete the file/);
  });

  test("finds terms under a factor and a summand", () => {
    const [match] = library.terms.findAffine(
      primes.map((x) => 7 - 3 * x),
      1,
    );
    expect(match).toMatchObject({ factor: -3n, divisor: 1n, summand: 7n, shift: 0, entry: { id: 40 } });
  });

  test("finds a few terms, fewer than a window", () => {
    expect(library.terms.find([2, 3, 5, 7], 5).map(({ entry }) => entry.id)).toContain(40);
  });
});

test("Verifier counts terms up to the first that differs, and steps of those", () => {
  const verifier = new Verifier(memoryStore([]));
  expect(verifier.verify(parse("mul $0,$0"), [0, 1, 4, 8])).toMatchObject({ verified: 3, steps: 3 });
  expect(verifier.run(parse("sub $1,1\ndiv $0,$0"), 4).terms).toEqual([]);
});

test("evaluateGeneration asks only for test sequences, hides them, and counts by held-out terms", async () => {
  // Neither its name nor its terms say how it is computed.
  const question = library.get(343_794)!;
  const entries = library.entries.map((entry) => ({
    ...entry,
    split: entry.id === question.id ? ("test" as const) : ("train" as const),
  }));
  const { ProgramLibrary: Library } = await import("./library.ts");
  const program = parse(print(parse("mul $0,2")));
  const report = await evaluateGeneration({
    library: new Library(entries),
    store: memoryStore(entries.map(({ id }) => [id, program])),
    limit: 5,
    budgetMilliseconds: 50,
  });
  expect(report.sequences).toBe(1);
  for (const score of [report.description, report.terms, report.both]) {
    expect(score.validRate).toBe(1);
    expect(score.sequenceMatchRate).toBe(0);
  }
});
