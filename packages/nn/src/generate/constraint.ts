/** What restricts an answer to a language: a state that says which tokens may come next. One for each row. */
export interface TokenConstraint {
  /** Bit t&31 of word t>>5 says whether token t may come next; undefined: any token may. */
  mask(): Uint32Array | undefined;
  /** Goes on with a token that `mask` allowed. */
  advance(token: number): void;
}
