// The number type of the fast evaluators: a JavaScript number while it is exact, a bigint beyond.

/**
 * An integer in canonical form: a `number` (never −0) when |x| ≤ 2^53 − 1, a `bigint` otherwise. Because the form is
 * canonical, `===` compares values.
 */
export type Value = number | bigint;

/** Numbers of the language satisfy |x| < 2^3840; a larger result is infinity, here `undefined`. */
export const limitBits = 3840;
export const limit = 1n << BigInt(limitBits);

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** The canonical form of an exact integer, or `undefined` for infinity. */
export function normalize(exact: bigint): Value | undefined {
  if (exact <= maxSafe && exact >= -maxSafe) return Number(exact);
  return exact < limit && exact > -limit ? exact : undefined;
}

/** The canonical form of an integer that is known to be below the limit, as every term and every constant is. */
export function toValue(exact: bigint): Value {
  const value = normalize(exact);
  if (value === undefined) throw new RangeError(`the number has more than ${limitBits} bits`);
  return value;
}

export function parseValue(digits: string): Value {
  return digits.length < 16 ? Number(digits) : toValue(BigInt(digits));
}
