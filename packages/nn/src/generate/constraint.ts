/**
 * What restricts an answer to a language: a state that says which tokens may come next. States never change, so that
 * one start state serves any number of answers, and beams can branch. `../constrain` compiles them from label sets,
 * regular expressions, JSON Schema and grammars.
 */
export interface TokenConstraint {
  /** Bit t&31 of word t>>5 says whether token t may come next; undefined: any token may. */
  mask(): Uint32Array | undefined;
  /** The state after a token that `mask` allowed. */
  advance(token: number): TokenConstraint;
}

/** The one token that a mask allows, or undefined if it allows several or none. */
export function onlyToken(mask: Uint32Array): number | undefined {
  let found: number | undefined;
  for (let word = 0; word < mask.length; word++) {
    const bits = mask[word]!;
    if (bits === 0) continue;
    if (found !== undefined || (bits & (bits - 1)) !== 0) return undefined;
    found = word * 32 + 31 - Math.clz32(bits);
  }
  return found;
}
