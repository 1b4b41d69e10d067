import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../format-error.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { ForeignTokenizer } from "./foreign-tokenizer.ts";
import { loadTokenizer } from "./load.ts";
import { type PreTokenizerName, preTokenizerNames } from "./pre-tokenizer.ts";
import { tokenizerFiles } from "./tokenizer-json.ts";
import { BpeTrainer } from "./train.ts";

const corpus = Array.from(
  { length: 300 },
  (_, row) =>
    `Row ${row * 37}: the quick brown fox's naïve café — "日本語のテキスト" {"key_${row % 7}": [${row}, ${row / 8}]}\n\n  don't stop\t😀👍🏽`,
);

function files(preTokenizer: PreTokenizerName, addBos = false) {
  const trainer = new BpeTrainer({
    vocabularySize: 330,
    preTokenizer,
    specialTokens: ["<pad>", "<s>", "</s>", "<|end|>", "<|end|>more"],
  });
  for (const text of corpus) trainer.add(text);
  const roles = { bos: "<s>", eos: "</s>", pad: "<pad>" };
  return tokenizerFiles(trainer.train(), { roles, addBos });
}

/** Texts near the corpus, with special tokens and rare characters between. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...corpus).map((text) => text.slice(4, 60)),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(" ", "\n", "a", "1", "'", "s", "é", "\r", "."), maxLength: 80 }),
      fc.constantFrom("<|end|>", "<s>", "<|end|>more", "<|end", "12345", "'S", "   x", "\u00a0", "\ud800"),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

/** The library reads \s of the GPT-2 pattern as JavaScript does; these two characters are where that differs. */
const whereLibraryErrs = /[\u0085\ufeff]/;

describe.each(preTokenizerNames)("byte-level BPE (%s)", (name) => {
  const { tokenizer, config } = files(name);
  const ours = loadTokenizer(JSON.stringify(tokenizer), JSON.stringify(config));

  test("runs on our own encoder and knows llama.cpp's name", () => {
    expect(ours).not.toBeInstanceOf(ForeignTokenizer);
    expect(ours.preTokenizer).toBe(name);
    expect(ours.vocabularySize).toBe(330);
    expect(ours.roles).toEqual({ pad: 0, bos: 1, eos: 2 });
  });

  test("encodes as Hugging Face's library does", () => {
    const library = new LibraryTokenizer(tokenizer, config);
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!whereLibraryErrs.test(text));
        expect(ours.encode(text)).toEqual(
          library.encode(text.toWellFormed(), { add_special_tokens: false }).ids,
        );
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  test("decoding returns every well-formed text", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom("parse" as const, "text" as const), (text, specialTokens) => {
        expect(ours.decode(ours.encode(text, { specialTokens }))).toBe(text.toWellFormed());
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  test("the stream decoder never emits half a character and joins to the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 350 }), { maxLength: 40 }), (ids) => {
        const stream = ours.streamDecoder();
        const pushed = ids.map((id) => stream.push(id));
        for (const part of pushed) expect(part.isWellFormed()).toBe(true);
        expect(pushed.join("") + stream.end()).toBe(ours.decode(ids));
      }),
      { numRuns: 300, seed: 5 },
    );
    const emoji = ours.encode("👩‍🚀");
    const stream = ours.streamDecoder();
    expect(emoji.map((id) => stream.push(id)).join("")).toBe("👩‍🚀");
  });

  test("the bytes of the tokens, joined, are the bytes of the text", () => {
    const text = corpus[5]!;
    const bytes = ours.encode(text).map((id) => ours.tokenBytes(id)!);
    expect(Buffer.concat(bytes).toString()).toBe(text);
    expect(ours.tokenBytes(99_999)).toBeUndefined();
  });
});

describe("special tokens", () => {
  const { tokenizer, config } = files("gpt-2", true);
  const ours = loadTokenizer(tokenizer, config);

  test("are parsed, the longest first, or left as text where asked", () => {
    expect(ours.encode("a<|end|>more<|end|>")).toEqual([...ours.encode("a"), 4, 3]);
    const ids = ours.encode("<|end|>", { specialTokens: "text" });
    expect(ids.length).toBeGreaterThan(1);
    expect(ours.decode(ids)).toBe("<|end|>");
  });

  test("surround the text where asked and are skipped where asked", () => {
    const ids = ours.encode("fox", { addSpecialTokens: true });
    expect(ids[0]).toBe(1);
    expect(ours.decode(ids)).toBe("<s>fox");
    expect(ours.decode(ids, { skipSpecialTokens: true })).toBe("fox");
    const library = new LibraryTokenizer(tokenizer, config);
    expect(library.encode("fox").ids).toEqual(ids);
  });

  test("must exist to have a role", () => {
    const trainer = new BpeTrainer({ vocabularySize: 256, preTokenizer: "gpt-2" });
    expect(() => tokenizerFiles(trainer.train(), { roles: { eos: "</s>" } })).toThrow(/not one of/);
  });
});

test("both ways of merging a piece agree", () => {
  const { tokenizer } = files("gpt-2");
  const ours = loadTokenizer(tokenizer);
  const library = new LibraryTokenizer(tokenizer, {});
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("t", "h", "e", "k", "y"), minLength: 30, maxLength: 300 }),
      (text) => {
        expect(ours.encode(text)).toEqual(library.encode(text).ids);
      },
    ),
    { numRuns: 200, seed: 6 },
  );
});

test("ignore_merges takes a piece that is a token whole", () => {
  const vocabulary = new Map([..."abcdefghijklmnopqrstuvwxyz"].map((letter, id) => [letter, id]));
  vocabulary.set("abc", 26);
  const parts = { vocabulary, merges: [], split: (text: string) => [text] };
  const encode = (ignoreMerges: boolean, text: string) => {
    const ids: number[] = [];
    new ByteLevelBpe({ ...parts, ignoreMerges }).encode(text, ids);
    return ids;
  };
  expect(encode(true, "abc")).toEqual([26]);
  expect(encode(false, "abc")).toEqual([0, 1, 2]);
});

test("the same texts give the same files", () => {
  expect(JSON.stringify(files("qwen2"))).toBe(JSON.stringify(files("qwen2")));
});

describe("another kind of tokenizer", () => {
  const characters = ["▁", "h", "e", "l", "o", "é"];
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const vocab = ["<unk>", "<s>", "</s>", ...bytes, ...characters, "he", "ll", "llo", "hello", "▁hello"];
  const tokenizer = {
    added_tokens: ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, special: true })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      unk_token: "<unk>",
      byte_fallback: true,
      vocab: Object.fromEntries(vocab.map((token, id) => [token, id])),
      merges: ["h e", "l l", "ll o", "he llo", "▁ hello"],
    },
  };
  const ours = loadTokenizer(tokenizer, { bos_token: "<s>" });

  test("runs on the library", () => {
    expect(ours).toBeInstanceOf(ForeignTokenizer);
    const ids = ours.encode("hello 😀", { addSpecialTokens: true });
    expect(ids[0]).toBe(1);
    expect(ours.decode(ids, { skipSpecialTokens: true })).toBe("hello 😀");
    expect(ours.tokenBytes(vocab.indexOf("▁hello"))).toEqual(new TextEncoder().encode(" hello"));
    expect(ours.tokenBytes(vocab.indexOf("<0xF0>"))).toEqual(Uint8Array.of(0xf0));
  });

  test("streams whole characters that join to the text", () => {
    const text = "hello 😀 hello é ".repeat(30);
    const stream = ours.streamDecoder();
    const parts = ours.encode(text).map((id) => stream.push(id));
    expect(parts.join("") + stream.end()).toBe(text);
  });

  test("leaves special tokens as text where asked", () => {
    const ids = ours.encode("</s>", { specialTokens: "text", addSpecialTokens: true });
    expect(ids[0]).toBe(1);
    expect(ids).not.toContain(2);
  });
});

describe("a malformed file is refused with its reason", () => {
  const good = files("gpt-2").tokenizer;
  const model = (change: object) => ({ ...good, model: { ...good.model, ...change } });
  test.each([
    ["not JSON", "{", /is not JSON/],
    ["a list", [], /at the top/],
    ["no model", { ...good, model: undefined }, /at model/],
    ["a negative id", model({ vocab: { ...(good.model.vocab as object), x: -1 } }), /id of token "x" is -1/],
    ["an id twice", model({ vocab: { ...(good.model.vocab as object), x: 7 } }), /belongs to two tokens/],
    ["an id beyond all bounds", model({ vocab: { x: 1e15 } }), /id of token/],
    ["a merge of unknown tokens", model({ merges: ["zq qz"] }), /not in the vocabulary/],
    ["a merge of three", model({ merges: ["a b c"] }), /not a pair/],
    ["a merge of numbers", model({ merges: [[1, 2]] }), /not a pair/],
    ["an unknown model", { ...good, model: { type: "Oracle", vocab: {} } }, /cannot be loaded/],
  ])("%s", (_, content, reason) => {
    expect(() => loadTokenizer(content)).toThrow(FormatError);
    expect(() => loadTokenizer(content)).toThrow(reason);
  });

  test("under any mutation: it loads or is a FormatError", () => {
    const text = JSON.stringify(good);
    fc.assert(
      fc.property(
        fc.nat({ max: text.length }),
        fc.nat({ max: 40 }),
        fc.string({ maxLength: 6 }),
        (at, cut, put) => {
          try {
            loadTokenizer(text.slice(0, at) + put + text.slice(at + cut)).encode("hello world 12");
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
