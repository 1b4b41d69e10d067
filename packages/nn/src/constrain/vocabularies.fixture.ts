/** Vocabularies for the tests of constraints. */
import { type ConstraintState, type ConstraintVocabulary, constraintVocabulary } from "./constraint.ts";

const utf8 = new TextEncoder();

/** The 256 bytes, some longer tokens, an empty one, one that is special, and the end. */
export function vocabularyWith(texts: readonly (string | Uint8Array)[]): ConstraintVocabulary {
  const tokens = [
    ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
    ...texts.map((text) => (typeof text === "string" ? utf8.encode(text) : text)),
    new Uint8Array(0),
    utf8.encode("<special>"),
    utf8.encode("<end>"),
  ];
  return constraintVocabulary(
    {
      vocabularySize: tokens.length,
      specialTokens: new Map([
        ["<special>", tokens.length - 2],
        ["<end>", tokens.length - 1],
      ]),
      tokenBytes: (id) => tokens[id],
    },
    { endTokens: [tokens.length - 1], size: tokens.length + 7 },
  );
}

export const byteVocabulary = vocabularyWith([]);

/** The tokens that a state allows. */
export function allowed(state: ConstraintState, vocabulary: ConstraintVocabulary): number[] {
  const mask = state.mask();
  return Array.from({ length: vocabulary.size }, (_, token) => token).filter(
    (token) => ((mask[token >> 5]! >>> (token & 31)) & 1) === 1,
  );
}

/**
 * Walks at random through what masks allow until the end token, or undefined after `limit` tokens.
 * @param random a number in [0, 1) each time
 */
export function walkAtRandom(
  start: ConstraintState,
  vocabulary: ConstraintVocabulary,
  random: () => number,
  limit = 400,
): string | undefined {
  const end = vocabulary.endTokens[0]!;
  const bytes: Uint8Array[] = [];
  let state = start;
  for (let step = 0; step < limit; step++) {
    const tokens = allowed(state, vocabulary);
    // Ends are made likely, so that walks through recursive grammars come to one.
    const endsHere = tokens.includes(end) && random() < 0.3;
    const token = endsHere ? end : tokens[Math.floor(random() * tokens.length)]!;
    state = state.advance(token);
    if (state.isFinished)
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
    bytes.push(vocabulary.tokenBytes(token)!);
  }
  return undefined;
}
