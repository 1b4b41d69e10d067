/** Decimal numbers within bounds, written plainly (no exponent, no leading zeros, no plus), as expressions. */
import {
  byteIn,
  choice,
  type Expression,
  empty,
  literal,
  never,
  optional,
  repeat,
  sequence,
} from "./expression.ts";

const zero = 0x30;
const digitIn = (low: number, high: number): Expression =>
  low > high ? never : byteIn([zero + low, zero + high]);
const digit = digitIn(0, 9);
const anyDigits = repeat(digit, 0);

/** A bound: `strict` excludes the value itself. */
export interface Bound {
  readonly value: number;
  readonly strict: boolean;
}

/** Strings of digits, as long as `low`, from it upwards. */
function atLeast(low: string): Expression {
  if (low === "") return empty;
  const first = Number(low[0]);
  return choice(
    sequence(digitIn(first, first), atLeast(low.slice(1))),
    sequence(digitIn(first + 1, 9), repeat(digit, low.length - 1, low.length - 1)),
  );
}

function atMost(high: string): Expression {
  if (high === "") return empty;
  const first = Number(high[0]);
  return choice(
    sequence(digitIn(first, first), atMost(high.slice(1))),
    sequence(digitIn(0, first - 1), repeat(digit, high.length - 1, high.length - 1)),
  );
}

/** Strings of digits between two of the same length. */
function between(low: string, high: string): Expression {
  if (low === "") return empty;
  const [first, last] = [Number(low[0]), Number(high[0])];
  if (first === last) return sequence(digitIn(first, first), between(low.slice(1), high.slice(1)));
  const free = repeat(digit, low.length - 1, low.length - 1);
  return choice(
    sequence(digitIn(first, first), atLeast(low.slice(1))),
    sequence(digitIn(first + 1, last - 1), free),
    sequence(digitIn(last, last), atMost(high.slice(1))),
  );
}

/** Whole numbers from `low` ≥ 0 to `high`, without end where it is undefined. */
function natural(low: bigint, high: bigint | undefined): Expression {
  if (high !== undefined && low > high) return never;
  const options: Expression[] = [];
  const lowest = String(low).length;
  const highest = high === undefined ? lowest : String(high).length;
  for (let length = lowest; length <= highest; length++) {
    const from = length === lowest ? String(low) : `1${"0".repeat(length - 1)}`;
    const to = length === highest && high !== undefined ? String(high) : "9".repeat(length);
    options.push(between(from, to));
  }
  if (high === undefined) options.push(sequence(digitIn(1, 9), repeat(digit, lowest)));
  return choice(...options);
}

const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/** Whole numbers within bounds; there is no -0. */
export function integerWithin(lower: Bound | undefined, upper: Bound | undefined): Expression {
  const low = lower && (lower.strict ? BigInt(Math.floor(lower.value)) + 1n : BigInt(Math.ceil(lower.value)));
  const high =
    upper && (upper.strict ? BigInt(Math.ceil(upper.value)) - 1n : BigInt(Math.floor(upper.value)));
  if (low !== undefined && high !== undefined && low > high) return never;
  const options: Expression[] = [];
  if (high === undefined || high >= 0n) options.push(natural(larger(low ?? 0n, 0n), high));
  if (low === undefined || low < 0n)
    options.push(
      sequence(literal("-"), natural(larger(-(high ?? -1n), 1n), low === undefined ? undefined : -low)),
    );
  return choice(...options);
}

/** A magnitude as whole part and digits after the point, without trailing zeros. */
interface Magnitude {
  readonly whole: bigint;
  readonly fraction: string;
  readonly strict: boolean;
}

function magnitude({ value, strict }: Bound): Magnitude {
  const [mantissa = "0", exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const left = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const right = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return { whole: BigInt(left), fraction: right.replace(/0+$/, ""), strict };
}

/** Numbers within bounds, with or without digits after the point; a negative one is not zero. */
export function numberWithin(lower: Bound | undefined, upper: Bound | undefined): Expression {
  const zeroBound: Bound = { value: 0, strict: false };
  const options: Expression[] = [];
  if (upper === undefined || upper.value >= 0) {
    const low = lower && lower.value >= 0 ? lower : zeroBound;
    options.push(positive(magnitude(low), upper && magnitude(upper)));
  }
  if (lower === undefined || lower.value < 0) {
    const nearest = upper && upper.value < 0 ? upper : { value: 0, strict: true };
    options.push(sequence(literal("-"), positive(magnitude(nearest), lower && magnitude(lower))));
  }
  return choice(...options);
}

function positive(low: Magnitude, high: Magnitude | undefined): Expression {
  const exactly = (whole: bigint) => literal(String(whole));
  const anyFraction = optional(sequence(literal("."), repeat(digit, 1)));
  if (high === undefined)
    return choice(
      sequence(exactly(low.whole), fractionWithin(low, undefined)),
      sequence(natural(low.whole + 1n, undefined), anyFraction),
    );
  if (low.whole > high.whole) return never;
  if (low.whole === high.whole) return sequence(exactly(low.whole), fractionWithin(low, high));
  return choice(
    sequence(exactly(low.whole), fractionWithin(low, undefined)),
    sequence(natural(low.whole + 1n, high.whole - 1n), anyFraction),
    sequence(exactly(high.whole), fractionWithin(undefined, high)),
  );
}

/** What is left of a bound after some digits; undefined once they decided it. */
type Rest = { readonly digits: string; readonly strict: boolean } | undefined;

/** Nothing, or a point and digits, whose value lies within the fractions of both bounds. */
function fractionWithin(low: Magnitude | undefined, high: Magnitude | undefined): Expression {
  const from: Rest = low && { digits: low.fraction, strict: low.strict };
  const to: Rest = high && { digits: high.fraction, strict: high.strict };
  return choice(...(mayStop(from, to) ? [empty] : []), sequence(literal("."), moreDigits(from, to)));
}

/** The digits so far, followed by zeros alone, are within the bounds. */
function mayStop(low: Rest, high: Rest): boolean {
  const enough = low === undefined || (low.digits === "" && !low.strict);
  const little = high === undefined || high.digits !== "" || !high.strict;
  return enough && little;
}

/** At least one digit more, within what is left of the bounds. */
function moreDigits(low: Rest, high: Rest): Expression {
  const least = low?.digits === "" && !low.strict ? undefined : low;
  const ended = high?.digits === "";
  // Nothing but zeros can follow the last digit of the upper bound.
  if (ended) return least === undefined && !high.strict ? repeat(digitIn(0, 0), 1) : never;
  if (least === undefined && high === undefined) return repeat(digit, 1);
  if (least?.digits === "" && high === undefined)
    return sequence(repeat(digitIn(0, 0), 0), digitIn(1, 9), anyDigits);
  const options: Expression[] = [];
  for (let next = 0; next <= 9; next++) {
    const lowest = least === undefined ? 0 : Number(least.digits[0] ?? 0);
    const highest = high === undefined ? 9 : Number(high.digits[0]);
    if (next < lowest || next > highest) continue;
    const nextLow = least && next === lowest ? { ...least, digits: least.digits.slice(1) } : undefined;
    const nextHigh = high && next === highest ? { ...high, digits: high.digits.slice(1) } : undefined;
    const following = moreDigits(nextLow, nextHigh);
    const after = mayStop(nextLow, nextHigh) ? choice(empty, following) : following;
    options.push(sequence(digitIn(next, next), after));
  }
  return choice(...options);
}
