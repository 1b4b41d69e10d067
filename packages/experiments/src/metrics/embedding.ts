/**
 * Embeddings of short texts without a model: counts of words and of their letter trigrams, hashed into a fixed width,
 * each with a sign of its own. Near in it is what shares word parts; it knows no synonyms.
 * @see Weinberger et al. 2009, arXiv:0902.2206; subwords as in Bojanowski et al. 2017, arXiv:1607.04606
 */
import { hashName } from "@weightsmith/nn";

const width = 256;

/** @returns unit length [256]; zeros for a text without letters and digits */
export function embedText(text: string): Float32Array {
  const vector = new Float32Array(width);
  const add = (feature: string, weight: number) => {
    const hash = hashName(feature);
    vector[hash % width]! += (hash >>> 31 === 0 ? 1 : -1) * weight;
  };
  for (const word of wordsOf(text)) {
    add(word, 1);
    const padded = `<${word}>`;
    for (let at = 0; at + 3 <= padded.length; at++) add(padded.slice(at, at + 3), 0.5);
  }
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/** Of unit vectors. */
export const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};

export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
