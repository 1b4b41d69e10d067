// The truth: every arithmetic operation on exact integers, written for clarity and never for speed.
// The fast versions in arithmetic.ts and in compiled programs are tested against this table.
import type { ArithmeticMnemonic } from "../language/operation.ts";
import { limit, limitBits } from "./value.ts";

/** `undefined` is infinity: division by zero, a negative root, or |result| ≥ 2^3840. */
export type ExactOperation = (a: bigint, b: bigint) => bigint | undefined;

function bounded(x: bigint): bigint | undefined {
  return x < limit && x > -limit ? x : undefined;
}

function abs(x: bigint): bigint {
  return x < 0n ? -x : x;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [abs(a), abs(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function dif(a: bigint, b: bigint): bigint {
  return b !== 0n && a % b === 0n ? a / b : a;
}

/** Square and multiply, so that a result beyond the limit is noticed before it fills the memory. */
function pow(base: bigint, exponent: bigint): bigint | undefined {
  if (base === 1n) return 1n;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  if (base === 0n) return exponent > 0n ? 0n : exponent === 0n ? 1n : undefined;
  if (exponent < 0n) return 0n;
  // |base| ≥ 2, so that an exponent beyond the number of bits is out of range already.
  if (exponent > BigInt(limitBits)) return undefined;
  let result: bigint | undefined = 1n;
  let square: bigint | undefined = base;
  for (let e = exponent; ; ) {
    if (e % 2n === 1n) result = square === undefined ? undefined : bounded(result * square);
    e /= 2n;
    if (result === undefined || e === 0n) return result;
    square = square === undefined ? undefined : bounded(square * square);
  }
}

function lex(a: bigint, b: bigint): bigint {
  const base = abs(b);
  if (base < 2n || a === 0n) return 0n;
  let exponent = 0n;
  for (let rest = a; rest % base === 0n; rest /= base) exponent++;
  return exponent;
}

/**
 * Binomial coefficient for all integers: n < 0 is reduced to n ≥ 0 by C(n,k) = (−1)^k·C(k−n−1,k) for k ≥ 0 and
 * C(n,k) = (−1)^(n−k)·C(−k−1,n−k) for k ≤ n. The running product n(n−1)…(n−i)/(i+1)! must stay below the limit.
 * @see Kronenburg 2011, arXiv:1105.3689, theorem 2.1
 */
function bin(n: bigint, k: bigint): bigint | undefined {
  let [top, bottom, sign] = [n, k, 1n];
  if (n < 0n) {
    if (k >= 0n) {
      sign = k % 2n === 0n ? 1n : -1n;
      top = k - n - 1n;
    } else if (k <= n) {
      sign = (n - k) % 2n === 0n ? 1n : -1n;
      top = -k - 1n;
      bottom = n - k;
    } else return 0n;
  }
  if (bottom < 0n || bottom > top) return 0n;
  if (top < 2n * bottom) bottom = top - bottom;
  if (bottom >= 1n << 64n) return undefined;
  let product = 1n;
  for (let i = 0n; i < bottom; i++) {
    const next = bounded(product * (top - i));
    if (next === undefined) return undefined;
    product = next / (i + 1n);
  }
  return sign * product;
}

/** a(a+1)…(a+b−1) for b > 0, a(a−1)…(a−|b|+1) for b < 0. Ends early at a zero factor or at infinity. */
function fac(a: bigint, b: bigint): bigint | undefined {
  const step = b < 0n ? -1n : 1n;
  let product = 1n;
  let factor = a;
  for (let i = abs(b); i > 0n; i--) {
    const next = bounded(product * factor);
    if (next === undefined || next === 0n) return next;
    product = next;
    factor += step;
  }
  return product;
}

function log(a: bigint, b: bigint): bigint | undefined {
  if (a < 1n || b < 2n) return undefined;
  let exponent = 0n;
  for (let power = b; power <= a; power *= b) exponent++;
  return exponent;
}

/** floor(a^(1/b)) by bisection between powers of two. */
function nrt(a: bigint, b: bigint): bigint | undefined {
  if (a < 0n || b < 1n) return undefined;
  if (a < 2n || b === 1n) return a;
  if (b >= BigInt(limitBits)) return 1n;
  let low = 1n;
  let high = 1n << (BigInt(a.toString(2).length) / b + 1n);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** b <= a) low = middle;
    else high = middle;
  }
  return low;
}

function dgs(a: bigint, b: bigint): bigint | undefined {
  if (b < 2n) return undefined;
  let sum = 0n;
  for (let rest = a; rest !== 0n; rest /= b) sum += rest % b;
  return sum;
}

function dgr(a: bigint, b: bigint): bigint | undefined {
  if (b < 2n) return undefined;
  if (a === 0n) return 0n;
  return (a < 0n ? -1n : 1n) * (1n + ((abs(a) - 1n) % (b - 1n)));
}

function order(a: bigint, b: bigint): [least: bigint, greatest: bigint] {
  return a < b ? [a, b] : [b, a];
}

function truth(holds: boolean): bigint {
  return holds ? 1n : 0n;
}

/** Every arithmetic operation; a missing one does not compile. */
export const semantics: Record<ArithmeticMnemonic, ExactOperation> = {
  mov: (_, b) => b,
  add: (a, b) => bounded(a + b),
  sub: (a, b) => bounded(a - b),
  trn: (a, b) => (a > b ? bounded(a - b) : overflowsBelow(a, b) ? undefined : 0n),
  mul: (a, b) => bounded(a * b),
  div: (a, b) => (b === 0n ? undefined : a / b),
  dif,
  dir: (a, b) => {
    let current = a;
    for (;;) {
      const next = dif(current, b);
      if (abs(next) === abs(current)) return current;
      current = next;
    }
  },
  mod: (a, b) => (b === 0n ? undefined : a % b),
  pow,
  gcd,
  lex,
  bin,
  fac,
  log,
  nrt,
  dgs,
  dgr,
  equ: (a, b) => truth(a === b),
  neq: (a, b) => truth(a !== b),
  leq: (a, b) => truth(a <= b),
  geq: (a, b) => truth(a >= b),
  min: (a, b) => order(a, b)[0],
  max: (a, b) => order(a, b)[1],
  ban: (a, b) => bounded(a & b),
  bor: (a, b) => bounded(a | b),
  bxo: (a, b) => bounded(a ^ b),
};

/** max(a − b, 0) is taken of the difference, which may itself be infinite. */
function overflowsBelow(a: bigint, b: bigint): boolean {
  return bounded(a - b) === undefined;
}
