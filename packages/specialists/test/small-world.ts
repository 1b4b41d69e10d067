/** Three small corpora that differ in their words, and a recipe that learns them in seconds. */

import { writeProse } from "../src/corpus/prose-grammar.ts";
import type { CorpusSource } from "../src/corpus/source.ts";
import type { Recipe } from "../src/recipe.ts";

const words = {
  general: ["dog", "cat", "garden", "river", "bread", "window", "letter", "road", "apple", "child"],
  metals: ["iron", "copper", "zinc", "alloy", "furnace", "ingot", "slag", "rolling", "tin", "nickel"],
  music: ["violin", "tempo", "chord", "melody", "octave", "rhythm", "fugue", "tenor", "sonata", "brass"],
  chess: ["pawn", "rook", "bishop", "gambit", "castling", "endgame", "queen", "check", "knight", "opening"],
};
export type SmallName = keyof typeof words;

/** Sentences of a corpus's own words. */
export function smallText(name: SmallName, characters = 12_000): string {
  const slots = new Map([["w", words[name]]]);
  const sentences = [
    "the {w} and the {w*} meet {w*}.",
    "a {w} is not {w*}, but {w*} {w*}.",
    "{w*} {w*} {w*} again.",
    "see {w} by {w*}.",
  ];
  const grammar = { slots, topics: [{ name, sentences }] };
  return [...writeProse(grammar, { characters, seed: name.length })].join("\n\n");
}

export function smallCorpus(name: SmallName, text = smallText(name)): CorpusSource {
  const bytes = new TextEncoder().encode(text);
  const read = async function* () {
    yield bytes;
  };
  return { name, files: async () => [{ name: "a.txt", bytes: bytes.length, read }] };
}

export const smallRecipe: Recipe = {
  seed: 3,
  vocabularySize: 340,
  model: { width: 32, layers: 2, heads: 2, ffnWidth: 64 },
  batch: { rows: 4, length: 32 },
  context: 128,
  generalist: { steps: 60, rate: 1e-2 },
  specialist: {
    steps: 60,
    rate: 1e-2,
    rank: 4,
    ffnRank: 4,
    headRank: 4,
    generalRows: 0.15,
    gateWindows: 12,
    gateDecay: 0.98,
  },
  validateEvery: 20,
  validationRows: 8,
};
