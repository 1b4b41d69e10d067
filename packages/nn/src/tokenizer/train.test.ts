import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { characterOfByte, spellBytes } from "./byte-alphabet.ts";
import { preTokenizerNames, splitter } from "./pre-tokenizer.ts";
import { BpeTrainer, trainBpe } from "./train.ts";

const utf8 = new TextEncoder();

/** The definition of BPE training, recounting everything before each merge. */
function trainPlainly(texts: string[], size: number, minimumCount: number): string[] {
  const tokens = [...characterOfByte];
  const words = texts
    .flatMap((text) => splitter("gpt-2")(text))
    .map((piece) => [...utf8.encode(piece)].map((byte) => byte));
  const merges: string[] = [];
  while (tokens.length < size) {
    const counts = new Map<string, { left: number; right: number; count: number }>();
    for (const word of words)
      for (let at = 0; at + 1 < word.length; at++) {
        const left = word[at]!;
        const right = word[at + 1]!;
        const entry = counts.get(`${left} ${right}`) ?? { left, right, count: 0 };
        entry.count++;
        counts.set(`${left} ${right}`, entry);
      }
    const best = [...counts.values()].sort(
      (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
    )[0];
    if (best === undefined || best.count < minimumCount) break;
    const merged = tokens[best.left]! + tokens[best.right]!;
    merges.push(`${tokens[best.left]} ${tokens[best.right]}`);
    let id = tokens.indexOf(merged);
    if (id === -1) id = tokens.push(merged) - 1;
    for (const word of words)
      for (let at = 0; at + 1 < word.length; at++)
        if (word[at] === best.left && word[at + 1] === best.right) word.splice(at, 2, id);
  }
  return merges;
}

describe("training", () => {
  test("merges the most frequent pair first, of equals the one with the smaller ids", () => {
    const trainer = new BpeTrainer({ vocabularySize: 259, preTokenizer: "gpt-2", specialTokens: ["<s>"] });
    for (const text of ["cd", "cd", "cd", "ab", "ab", "ab", "xy"]) trainer.add(text);
    const { merges, tokens } = trainer.train();
    expect(merges).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(tokens.length).toBe(259);
    expect([tokens[0], tokens[1 + 0x61], tokens[257]]).toEqual(["<s>", "a", "ab"]);
  });

  test("equals the plain definition on random corpora", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é", "1"), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        (texts, minimumCount) => {
          const trainer = new BpeTrainer({ vocabularySize: 280, preTokenizer: "gpt-2", minimumCount });
          for (const text of texts) trainer.add(text);
          const merges = trainer.train().merges.map((merge) => merge.join(" "));
          expect(merges).toEqual(trainPlainly(texts, 280, minimumCount));
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  test("does not depend on the order of the texts", async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `item ${index * 7919} is number ${index % 13}!`);
    const options = { vocabularySize: 264, preTokenizer: "qwen2" as const };
    const forward = await trainBpe(texts, options);
    const backward = await trainBpe([...texts].reverse(), options);
    expect(backward).toEqual(forward);
    expect(forward.tokens.length).toBe(264);
  });

  test("stops where no pair comes often enough, and honours the longest token", async () => {
    const few = await trainBpe(["abc"], { vocabularySize: 1000, preTokenizer: "gpt-2" });
    expect(few.merges).toEqual([]);
    const short = await trainBpe(["abcdefgh ".repeat(9)], {
      vocabularySize: 300,
      preTokenizer: "gpt-2",
      maximumTokenBytes: 3,
    });
    expect(Math.max(...short.tokens.map((token) => token.length))).toBe(3);
  });

  test("refuses a vocabulary without room for the bytes", () => {
    expect(
      () => new BpeTrainer({ vocabularySize: 256, preTokenizer: "gpt-2", specialTokens: ["<s>"] }),
    ).toThrow(/at least 257/);
  });
});

describe("pre-tokenizers", () => {
  const text = "It's 12345 o'clock,\n\n  WE'RE here… 日本語 \u00a0x\u0085y\ufeff";
  test.each([
    [
      "gpt-2",
      [
        "It",
        "'s",
        " 12345",
        " o",
        "'",
        "clock",
        ",",
        "\n\n ",
        " WE",
        "'",
        "RE",
        " here",
        "…",
        " 日本語",
        " ",
        "\u00a0",
        "x",
        "\u0085",
        "y",
        "\ufeff",
      ],
    ],
    [
      "llama-bpe",
      [
        "It",
        "'s",
        " ",
        "123",
        "45",
        " o",
        "'clock",
        ",\n\n",
        " ",
        " WE",
        "'RE",
        " here",
        "…",
        " 日本語",
        " ",
        "\u00a0x",
        "\u0085y",
        "\ufeff",
      ],
    ],
    [
      "qwen2",
      [
        "It",
        "'s",
        " ",
        "1",
        "2",
        "3",
        "4",
        "5",
        " o",
        "'clock",
        ",\n\n",
        " ",
        " WE",
        "'RE",
        " here",
        "…",
        " 日本語",
        " ",
        "\u00a0x",
        "\u0085y",
        "\ufeff",
      ],
    ],
    [
      "smollm",
      [
        "It",
        "'s",
        " ",
        "1",
        "2",
        "3",
        "4",
        "5",
        " o",
        "'",
        "clock",
        ",",
        "\n\n ",
        " WE",
        "'",
        "RE",
        " here",
        "…",
        " 日本語",
        " ",
        "\u00a0",
        "x",
        "\u0085",
        "y",
        "\ufeff",
      ],
    ],
  ] as const)("%s cuts as its pattern says", (name, pieces) => {
    expect(splitter(name)(text)).toEqual(pieces);
  });

  test.each(preTokenizerNames)("the pieces of %s, joined, are the text", (name) => {
    const split = splitter(name);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        expect(split(any.toWellFormed()).join("")).toBe(any.toWellFormed());
      }),
      { seed: 2 },
    );
  });
});

test("the byte alphabet has one character a byte", () => {
  expect(new Set(characterOfByte).size).toBe(256);
  expect(spellBytes(utf8.encode("a b\né"))).toBe("aĠbĊÃ©");
});
