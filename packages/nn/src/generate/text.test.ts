import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { llamaConfig } from "../model/config.ts";
import { createModel } from "../model/parameters.ts";
import type { StreamDecoder, Tokenizer } from "../tokenizer/tokenizer.ts";
import { LanguageModel } from "./language-model.ts";
import { generateText, StopFinder, streamText } from "./text.ts";

/** Token t is the bytes of one character of this text, cut in two where it has two. */
const pieces = [..."abcdefgh "].map((character) => [...new TextEncoder().encode(character)]);
pieces.push([0xc3], [0xa9]); // é
const end = pieces.length;

const tokenizer = {
  encode: (text: string) => [...text].map((character) => "abcdefgh ".indexOf(character)),
  streamDecoder: (): StreamDecoder => {
    let decoder = new TextDecoder();
    return {
      push: (id) => decoder.decode(Uint8Array.from(pieces[id] ?? []), { stream: true }),
      end: () => {
        const rest = decoder.decode();
        decoder = new TextDecoder();
        return rest;
      },
    };
  },
} as unknown as Tokenizer;

const config = llamaConfig({
  vocabSize: end + 1,
  width: 16,
  layers: 1,
  heads: 2,
  ffnWidth: 16,
  maxPositions: 64,
  endTokenIds: [end],
});

describe("StopFinder", () => {
  it("releases text once no stop string can begin in it", () => {
    const finder = new StopFinder(["END", "\n\n"]);
    expect(["one E", "N", "o\n", "two", "\n", "\nthree"].map((text) => finder.push(text))).toEqual([
      "one ",
      "",
      "ENo",
      "\ntwo",
      "",
      "",
    ]);
    expect(finder.found).toBe(true);
    expect(finder.push("more")).toBe("");
  });

  it("gives back at the end what was no stop string after all", () => {
    const finder = new StopFinder(["STOP"]);
    expect(finder.push("a STO")).toBe("a ");
    expect(finder.end()).toBe("STO");
  });

  it("cuts at the first of several", () => {
    const finder = new StopFinder(["cd", "b"]);
    expect(finder.push("abcd")).toBe("a");
  });
});

describe("text generation", () => {
  let lm: LanguageModel;
  beforeAll(async () => {
    lm = await LanguageModel.open(createModel(config, { seed: 5 }), { session: { threads: 1 } });
  });
  afterAll(() => lm.release());

  const request = { prompt: "abc", maxTokens: 24, temperature: 2, stopTokens: [] };

  it("streams pieces that join to the whole answer, never half a character", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const [whole] = await generateText(lm, tokenizer, [{ ...request, seed }]);
      let text = "";
      const tokens = [];
      for await (const piece of streamText(lm, tokenizer, [{ ...request, seed }])) {
        text += piece.text;
        tokens.push(...piece.tokens.map(({ token }) => token));
      }
      const bytes = whole!.tokens.flatMap((token) => pieces[token] ?? []);
      expect(text).toBe(new TextDecoder().decode(Uint8Array.from(bytes)));
      expect(whole!.text).toBe(text);
      expect(tokens).toEqual(whole!.tokens);
    }
  });

  it("ends before a stop string, wherever tokens begin and end", async () => {
    const seed = 1;
    const [whole] = await generateText(lm, tokenizer, [{ ...request, seed }]);
    const { text } = whole!;
    const stop = text.slice(5, 8);
    const [stopped] = await generateText(lm, tokenizer, [{ ...request, seed, stop: [stop] }]);
    expect(stopped!.text).toBe(text.slice(0, text.indexOf(stop)));
    expect(stopped!.finish).toBe("stop");
  });
});
