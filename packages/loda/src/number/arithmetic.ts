// Arithmetic on values (see value.ts): exact in doubles where the operands and the result allow, in bigints elsewhere.
// Equal to semantics.ts on all inputs, which arithmetic.test.ts holds it to.
import type { ArithmeticMnemonic } from "../language/operation.ts";
import { semantics } from "./semantics.ts";
import { limitBits, normalize, type Value } from "./value.ts";

/** `undefined` is infinity. */
export type ArithmeticOperation = (a: Value, b: Value) => Value | undefined;

const MAX = Number.MAX_SAFE_INTEGER;

/** Applies the reference semantics. */
export function exact(mnemonic: ArithmeticMnemonic): ArithmeticOperation {
  const operation = semantics[mnemonic];
  return (a, b) => {
    const result = operation(BigInt(a), BigInt(b));
    return result === undefined ? undefined : normalize(result);
  };
}

/** The reference semantics as a table, for the plain interpreter in tests. */
export const exactArithmetic = Object.fromEntries(
  (Object.keys(semantics) as ArithmeticMnemonic[]).map((mnemonic) => [mnemonic, exact(mnemonic)]),
) as Record<ArithmeticMnemonic, ArithmeticOperation>;

const slow = exactArithmetic;

// The operations on two safe integers. Each returns a safe integer, or NaN when the result is infinite or leaves the
// safe range: the caller then asks the exact operation. That a quotient of safe integers, rounded to a double, never
// rounds up to the next integer follows from |a| < 2^53: with q = ⌈a/b⌉ > a/b the gap is at least 1/b, and rounding
// up would need q·b ≥ 2^54, but q·b < |a| + |b| ≤ 2^54.

function quotient(a: number, b: number): number {
  return Math.trunc(a / b) + 0;
}

function remainder(a: number, b: number): number {
  return a - Math.trunc(a / b) * b;
}

export function dirNumbers(a: number, b: number): number {
  if (b === 0 || b === 1 || b === -1 || a === 0) return a;
  for (let current = a; ; ) {
    const q = Math.trunc(current / b);
    if (q * b !== current) return current;
    current = q;
  }
}

export function powNumbers(base: number, exponent: number): number {
  if (base === 2) return exponent < 0 ? 0 : exponent < 53 ? 2 ** exponent : Number.NaN;
  if (base === 1) return 1;
  if (base === -1) return exponent % 2 === 0 ? 1 : -1;
  if (base === 0) return exponent > 0 ? 0 : exponent === 0 ? 1 : Number.NaN;
  if (exponent < 0) return 0;
  if (exponent > 53) return Number.NaN;
  let result = 1;
  for (let i = 0; i < exponent; i++) {
    result *= base;
    if (result > MAX || result < -MAX) return Number.NaN;
  }
  return result;
}

export function gcdNumbers(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) {
    const rest = remainder(x, y);
    x = y;
    y = rest;
  }
  return x;
}

export function lexNumbers(a: number, b: number): number {
  const base = Math.abs(b);
  if (base < 2 || a === 0) return 0;
  let count = 0;
  for (let rest = a; ; count++) {
    const q = Math.trunc(rest / base);
    if (q * base !== rest) return count;
    rest = q;
  }
}

export function binNumbers(n: number, k: number): number {
  let top = n;
  let bottom = k;
  let sign = 1;
  if (n < 0) {
    if (k >= 0) {
      sign = k % 2 === 0 ? 1 : -1;
      top = k - n - 1;
    } else if (k <= n) {
      sign = (n - k) % 2 === 0 ? 1 : -1;
      top = -k - 1;
      bottom = n - k;
    } else return 0;
    if (top > MAX) return Number.NaN;
  }
  if (bottom < 0 || bottom > top) return 0;
  if (top < 2 * bottom) bottom = top - bottom;
  let product = 1;
  for (let i = 0; i < bottom; i++) {
    product *= top - i;
    if (product > MAX) return Number.NaN;
    product /= i + 1;
  }
  return sign * product;
}

export function facNumbers(a: number, b: number): number {
  const step = b < 0 ? -1 : 1;
  let product = 1;
  let factor = a;
  for (let i = Math.abs(b); i > 0; i--) {
    product *= factor;
    if (product === 0) return 0;
    if (product > MAX || product < -MAX) return Number.NaN;
    factor += step;
  }
  return product;
}

export function logNumbers(a: number, b: number): number {
  if (a < 1 || b < 2) return Number.NaN;
  let exponent = 0;
  for (let power = b; power <= a; power *= b) exponent++;
  return exponent;
}

export function nrtNumbers(a: number, b: number): number {
  if (a < 0 || b < 1) return Number.NaN;
  if (a < 2 || b === 1) return a;
  if (b > 52) return 1;
  // The double is within one of the root; the neighbours settle it, in exact arithmetic where a power may be inexact.
  let root = b === 2 ? Math.floor(Math.sqrt(a)) : Math.floor(a ** (1 / b));
  while (exceeds(root, b, a)) root--;
  while (!exceeds(root + 1, b, a)) root++;
  return root;
}

/** Whether root^b > bound, exactly: the product is compared as soon as it passes a bound that is a safe integer. */
function exceeds(root: number, b: number, bound: number): boolean {
  let power = 1;
  for (let i = 0; i < b; i++) {
    power *= root;
    if (power > bound) return true;
  }
  return false;
}

export function dgsNumbers(a: number, b: number): number {
  if (b < 2) return Number.NaN;
  let sum = 0;
  for (let rest = a; rest !== 0; ) {
    const q = Math.trunc(rest / b);
    sum += rest - q * b;
    rest = q;
  }
  return sum;
}

export function dgrNumbers(a: number, b: number): number {
  if (b < 2) return Number.NaN;
  if (a === 0) return 0;
  const root = 1 + remainder(Math.abs(a) - 1, b - 1);
  return a < 0 ? -root : root;
}

// Bitwise operations on two's complement beyond 32 bits: the high part is a floor division, so that it carries the sign.
const word = 2 ** 32;

export function banNumbers(a: number, b: number): number {
  if ((a | 0) === a && (b | 0) === b) return a & b;
  return (Math.floor(a / word) & Math.floor(b / word)) * word + ((a & b) >>> 0);
}

/** May leave the safe range by one (−2^53); the caller checks. */
export function borNumbers(a: number, b: number): number {
  if ((a | 0) === a && (b | 0) === b) return a | b;
  return (Math.floor(a / word) | Math.floor(b / word)) * word + ((a | b) >>> 0);
}

export function bxoNumbers(a: number, b: number): number {
  if ((a | 0) === a && (b | 0) === b) return a ^ b;
  return (Math.floor(a / word) ^ Math.floor(b / word)) * word + ((a ^ b) >>> 0);
}

/** What the fast path of each operation is; where it has none, the exact one answers for bigints only. */
function fast(numbers: (a: number, b: number) => number, big: ArithmeticOperation): ArithmeticOperation {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const result = numbers(a, b);
      if (result <= MAX && result >= -MAX) return result + 0;
    }
    return big(a, b);
  };
}

/**
 * a^b for a bigint base or a result beyond the safe range. The engine's own power is used once the size of the
 * result is known to be near the limit at most.
 */
function powBig(a: Value, b: Value): Value | undefined {
  if (typeof b === "bigint" || (typeof a === "number" && Math.abs(a) < 2) || b < 0) return slow.pow(a, b);
  const bits = typeof a === "number" ? Math.log2(Math.abs(a)) : (a.toString(16).length - 2) * 4;
  return bits * b > limitBits + 64 ? undefined : normalize(BigInt(a) ** BigInt(b));
}

function addBig(a: Value, b: Value): Value | undefined {
  return normalize(BigInt(a) + BigInt(b));
}

function subBig(a: Value, b: Value): Value | undefined {
  return normalize(BigInt(a) - BigInt(b));
}

function mulBig(a: Value, b: Value): Value | undefined {
  return normalize(BigInt(a) * BigInt(b));
}

function difBig(a: Value, b: Value): Value | undefined {
  if (b === 0) return a;
  const [x, y] = [BigInt(a), BigInt(b)];
  const q = x / y;
  return q * y === x ? normalize(q) : a;
}

/** Division by falling powers of the base: log₂ of the exponent many divisions instead of one a factor. */
function dirBig(a: Value, b: Value): Value | undefined {
  if (b === 0 || b === 1 || b === -1 || a === 0) return a;
  return normalize(divideOut(BigInt(a), BigInt(b)).rest);
}

function lexBig(a: Value, b: Value): Value | undefined {
  if (b === 0 || b === 1 || b === -1 || a === 0) return 0;
  return divideOut(BigInt(a), BigInt(b)).count;
}

function divideOut(a: bigint, b: bigint): { rest: bigint; count: number } {
  const powers = [b];
  for (;;) {
    const last = powers.at(-1)!;
    if (a % last !== 0n) break;
    powers.push(last * last);
  }
  let rest = a;
  let count = 0;
  for (let i = powers.length - 2; i >= 0; i--) {
    const power = powers[i]!;
    if (rest % power !== 0n) continue;
    rest /= power;
    count += 2 ** i;
  }
  return { rest, count };
}

/** Newton's iteration from above, starting at a power of two that is at least the root. */
function nrtBig(a: Value, b: Value): Value | undefined {
  if (typeof b === "bigint" || b < 2 || b > limitBits || a < 2) return slow.nrt(a, b);
  const [n, k] = [BigInt(a), BigInt(b)];
  let root = 1n << BigInt(Math.ceil((n.toString(16).length * 4) / b));
  for (;;) {
    const next = ((k - 1n) * root + n / root ** (k - 1n)) / k;
    if (next >= root) return normalize(root);
    root = next;
  }
}

function gcdBig(a: Value, b: Value): Value | undefined {
  let x = BigInt(a);
  let y = BigInt(b);
  while (y !== 0n) {
    [x, y] = [y, x % y];
    const [u, v] = [normalize(x), normalize(y)];
    if (typeof u === "number" && typeof v === "number") return gcdNumbers(u, v);
  }
  return normalize(x < 0n ? -x : x);
}

// Math.min and Math.max do not take bigints.
function least(a: Value, b: Value): Value {
  if (a < b) return a;
  return b;
}

function greatest(a: Value, b: Value): Value {
  if (a < b) return b;
  return a;
}

/** Every arithmetic operation on values; equal to `exactArithmetic`. */
export const arithmetic: Record<ArithmeticMnemonic, ArithmeticOperation> = {
  mov: (_, b) => b,
  add: fast((a, b) => a + b, addBig),
  sub: fast((a, b) => a - b, subBig),
  trn: fast((a, b) => (a > b ? a - b : 0), slow.trn),
  mul: fast((a, b) => a * b, mulBig),
  div: fast(quotient, slow.div),
  dif: fast((a, b) => {
    if (b === 0) return a;
    const q = Math.trunc(a / b);
    return q * b === a ? q : a;
  }, difBig),
  dir: fast(dirNumbers, dirBig),
  mod: fast(remainder, slow.mod),
  pow: fast(powNumbers, powBig),
  gcd: fast(gcdNumbers, gcdBig),
  lex: fast(lexNumbers, lexBig),
  bin: fast(binNumbers, slow.bin),
  fac: fast(facNumbers, slow.fac),
  log: fast(logNumbers, slow.log),
  nrt: fast(nrtNumbers, nrtBig),
  dgs: fast(dgsNumbers, slow.dgs),
  dgr: fast(dgrNumbers, slow.dgr),
  // Values are canonical, so that identity is equality; the order of a number and a bigint is exact in JavaScript.
  equ: (a, b) => (a === b ? 1 : 0),
  neq: (a, b) => (a === b ? 0 : 1),
  leq: (a, b) => (a <= b ? 1 : 0),
  geq: (a, b) => (a >= b ? 1 : 0),
  min: least,
  max: greatest,
  ban: fast(banNumbers, slow.ban),
  bor: fast(borNumbers, slow.bor),
  bxo: fast(bxoNumbers, slow.bxo),
};
