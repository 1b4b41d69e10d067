/** The tokens of a vocabulary as a tree of bytes, laid out in the order of a walk. */

export interface TokenTrie {
  /** byte into each node, in the order of a depth-first walk */
  readonly bytes: Uint8Array;
  /** 1 for the children of the root */
  readonly depths: Uint16Array;
  /** the node after the subtree of each */
  readonly ends: Int32Array;
  /** tokens that end at node n: tokens[firsts[n] … firsts[n + 1] - 1] */
  readonly firsts: Int32Array;
  readonly tokens: Int32Array;
  readonly depth: number;
}

/** Longer tokens do not occur, and would only cost memory. */
const longestToken = 65_000;

/** Builds the tree of these tokens; empty ones are left out. */
export function buildTrie(entries: Iterable<readonly [token: number, bytes: Uint8Array]>): TokenTrie {
  const sorted = [...entries]
    .filter(([, { length }]) => length > 0 && length <= longestToken)
    // One character a byte: texts compare faster than arrays, and in the same order.
    .map(([token, own]) => ({ token, own, key: latin1(own) }));
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.token - b.token));
  const bytes: number[] = [];
  const depths: number[] = [];
  const ends: number[] = [];
  const firsts: number[] = [];
  const tokens: number[] = [];
  /** open nodes from the root downwards */
  const path: number[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  let deepest = 0;
  for (const { token, own } of sorted) {
    let shared = 0;
    while (shared < previous.length && shared < own.length && previous[shared] === own[shared]) shared++;
    while (path.length > shared) ends[path.pop()!] = bytes.length;
    for (let at = shared; at < own.length; at++) {
      path.push(bytes.length);
      bytes.push(own[at]!);
      depths.push(at + 1);
      ends.push(-1);
      firsts.push(tokens.length);
    }
    tokens.push(token);
    deepest = Math.max(deepest, own.length);
    previous = own;
  }
  while (path.length > 0) ends[path.pop()!] = bytes.length;
  firsts.push(tokens.length);
  return {
    bytes: Uint8Array.from(bytes),
    depths: Uint16Array.from(depths),
    ends: Int32Array.from(ends),
    firsts: Int32Array.from(firsts),
    tokens: Int32Array.from(tokens),
    depth: deepest,
  };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
