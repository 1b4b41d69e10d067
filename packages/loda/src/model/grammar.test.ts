import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Random, type TokenConstraint } from "@weightsmith/nn";
import { describe, expect, test } from "vitest";
import { readProgramFile } from "../corpus/program-file.ts";
import { EvaluationError } from "../evaluate/error.ts";
import { FastEvaluator } from "../evaluate/fast.ts";
import { folderStore } from "../evaluate/store.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { validate } from "../language/validate.ts";
import { canonicalForm } from "../transform/canonical.ts";
import { programConstraint } from "./grammar.ts";
import { numberTokens, programOf, programTokens } from "./program-tokens.ts";
import { openLodaTokenizer, trainLodaTokenizer } from "./tokenizer.ts";
import { firstNumber, lodaTokens, mark, operationId } from "./vocabulary.ts";

const root = path.resolve(import.meta.dirname, "../../test/programs");
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".asm"))
  .map((name) => ({ name, ...readProgramFile(readFileSync(path.join(root, name), "utf8")) }));

const vocabularySize = lodaTokens.length + 300;

/** Tokens chosen at random among those allowed, to the end token or the limit. */
function walk(start: TokenConstraint, maxTokens: number, random: Random): number[] {
  const tokens: number[] = [];
  let state = start;
  while (tokens.length < maxTokens) {
    const mask = state.mask()!;
    const allowed = Array.from({ length: vocabularySize }, (_, id) => id).filter(
      (id) => (mask[id >> 5]! >>> (id & 31)) & 1,
    );
    expect(allowed.length).toBeGreaterThan(0);
    // Numbers are most of the tokens; operations shall come up, too.
    const kinds = [allowed.filter((id) => id < firstNumber), allowed.filter((id) => id >= firstNumber)];
    const kind = kinds.filter((each) => each.length > 0);
    const from = kind[random.integer(kind.length)]!;
    const token = from[random.integer(from.length)]!;
    if (token === mark.end) break;
    tokens.push(token);
    state = state.advance(token);
  }
  return tokens;
}

describe("programConstraint", () => {
  test("every way through it is a valid program with its loops closed, at every length", () => {
    const random = new Random(7);
    for (let i = 0; i < 300; i++) {
      const maxTokens = 4 + random.integer(60);
      const calls = i % 2 === 0;
      const start = programConstraint({ vocabularySize, maxTokens, calls });
      const program = programOf(walk(start, maxTokens, random));
      expect(print(parse(print(program)))).toBe(print(program));
      expect(validate(program).filter(({ severity }) => severity === "error")).toEqual([]);
      if (!calls) expect(program.operations.some(({ mnemonic }) => mnemonic === "seq")).toBe(false);
    }
  });

  test.each([0, 1, -1, 12, -7])("a given offset of %i is the one that is written", (offset) => {
    const start = programConstraint({ vocabularySize, maxTokens: 20, calls: false, offset });
    expect(programOf(walk(start, 20, new Random(1))).offset).toBe(offset);
  });

  test("a token out of place is refused, as is an offset that cannot be written", () => {
    const start = programConstraint({ vocabularySize, maxTokens: 20, calls: false });
    expect(() => start.advance(firstNumber).advance(firstNumber)).toThrow(RangeError);
    expect(() => programConstraint({ vocabularySize, maxTokens: 20, calls: false, offset: 1000 })).toThrow(
      /offset/,
    );
  });
});

describe("programs as tokens", () => {
  test.each(files.map((file) => [file.name, file] as const))("%s comes back as it was", (_, { program }) => {
    const { inputs: _in, outputs: _out, ...plain } = program;
    expect(print(programOf(programTokens(plain)))).toBe(print(plain));
  });

  test("numbers of every size and cells without a token come back", () => {
    const source = "mov $40,-12345678901234567890\nadd $$300,1000\nsub $0,-1\nlpb $0,5\n  clr $1,3\nlpe\n";
    expect(print(programOf(programTokens(parse(source))))).toBe(source);
  });

  test("tokens that are no program are refused with their place", () => {
    expect(() => programOf([operationId("add")])).toThrow(/Expected a number at token 0/);
    expect(() => programOf([firstNumber, operationId("add")])).toThrow(/at token 2 .*found the end/);
  });
});

test.each(files.map((file) => [file.name, file] as const))(
  "the canonical form of %s has the same terms, and is its own canonical form",
  (_, { program, terms }) => {
    const canonical = canonicalForm(program);
    expect(print(canonicalForm(canonical))).toBe(print(canonical));
    const evaluator = new FastEvaluator({ store: folderStore(root), limits: { steps: 1_000_000 } });
    try {
      for (let i = 0; i < Math.min(8, terms.length); i++)
        expect(evaluator.term(canonical, canonical.offset + i).value).toBe(terms[i]);
    } catch (error) {
      // A program that calls one that is not among the samples.
      if (!(error instanceof EvaluationError)) throw error;
    }
  },
);

describe("LodaTokenizer", () => {
  const tokenizer = openLodaTokenizer(
    trainLodaTokenizer(["Number of partitions of n", "number of primes"], lodaTokens.length + 280),
  );

  test("reads numbers of descriptions as the tokens of constants, whatever the case of the words", () => {
    const [a, b] = ["Number of 12 primes", "number OF 12 PRIMES"].map((text) => tokenizer.text(text));
    expect(a).toEqual(b);
    expect(a).toContain(firstNumber + 12);
  });

  test("cuts descriptions and drops terms that do not fit, and always ends", () => {
    const limits = { text: 5, terms: 6 };
    const source = tokenizer.request(
      { description: "number of ".repeat(20), terms: [1, 2, 3_000_000, 4, 5], offset: 1 },
      limits,
    );
    expect(source.slice(5)).toEqual([
      mark.offset,
      ...numberTokens(1),
      mark.terms,
      ...numberTokens(1),
      ...numberTokens(2),
      mark.end,
    ]);
  });

  test("a description cannot spell a token of the language", () => {
    const ids = tokenizer.text("<mov> </s> <terms>");
    expect(ids.every((id) => id >= lodaTokens.length)).toBe(true);
  });
});
