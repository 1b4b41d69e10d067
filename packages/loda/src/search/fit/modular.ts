// Linear algebra modulo a large prime, and back to the rationals: the fits solve small systems this way, without
// fractions, and then check the answer exactly.

/** A Mersenne prime: coefficients up to about 2^60 in numerator times denominator come back. */
export const prime = (1n << 127n) - 1n;

export function modulo(x: bigint): bigint {
  const rest = x % prime;
  return rest < 0n ? rest + prime : rest;
}

export function inverse(x: bigint): bigint {
  let [a, b, u, v] = [modulo(x), prime, 1n, 0n];
  while (b !== 0n) {
    const q = a / b;
    [a, b, u, v] = [b, a - q * b, v, u - q * v];
  }
  return modulo(u);
}

/**
 * The kernel of a matrix if it has dimension 1: a vector x ≠ 0 with A·x = 0, whose last non-zero entry is 1.
 * `undefined` for a larger or a trivial kernel.
 */
export function kernelVector(rows: readonly (readonly bigint[])[]): bigint[] | undefined {
  const width = rows[0]?.length ?? 0;
  const matrix = rows.map((row) => row.map(modulo));
  const pivots: number[] = [];
  let top = 0;
  for (let column = 0; column < width && top < matrix.length; column++) {
    const found = matrix.findIndex((row, i) => i >= top && row[column] !== 0n);
    if (found < 0) continue;
    [matrix[top], matrix[found]] = [matrix[found]!, matrix[top]!];
    const pivot = matrix[top]!;
    const scale = inverse(pivot[column]!);
    for (let j = column; j < width; j++) pivot[j] = (pivot[j]! * scale) % prime;
    for (const [i, row] of matrix.entries()) {
      const factor = row[column]!;
      if (i === top || factor === 0n) continue;
      for (let j = column; j < width; j++) row[j] = modulo(row[j]! - factor * pivot[j]!);
    }
    pivots.push(column);
    top++;
  }
  if (pivots.length !== width - 1) return undefined;
  const free = Array.from({ length: width }, (_, i) => i).find((column) => !pivots.includes(column))!;
  const kernel = new Array<bigint>(width).fill(0n);
  kernel[free] = 1n;
  for (const [i, column] of pivots.entries()) kernel[column] = modulo(-matrix[i]![free]!);
  return kernel;
}

/** numerator/denominator ≡ x with both below √(prime/2), or `undefined`. */
export function rational(x: bigint): { numerator: bigint; denominator: bigint } | undefined {
  const bound = 1n << 63n;
  let [a, b, u, v] = [prime, modulo(x), 0n, 1n];
  while (b >= bound) {
    const q = a / b;
    [a, b, u, v] = [b, a - q * b, v, u - q * v];
  }
  if (v === 0n || v >= bound || v <= -bound) return undefined;
  return v > 0n ? { numerator: b, denominator: v } : { numerator: -b, denominator: -v };
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The integers without a common factor that are proportional to a vector over the prime field. */
export function primitive(vector: readonly bigint[]): bigint[] | undefined {
  const fractions = vector.map(rational);
  let common = 1n;
  for (const fraction of fractions) {
    if (!fraction) return undefined;
    common = (common / gcd(common, fraction.denominator)) * fraction.denominator;
  }
  const integers = fractions.map((fraction) => (common / fraction!.denominator) * fraction!.numerator);
  const factor = integers.reduce(gcd, 0n);
  return factor === 0n ? undefined : integers.map((x) => x / factor);
}
