// Loops that number theory needs: over prime powers and digits, the search for the n-th number with a property, the
// test for primes, and linear recurrences of two terms.
import { constant, direct } from "../../language/program.ts";
import type { Expression } from "./expression.ts";
import { bind, copy, type Scope, type ValueEmitter } from "./scope.ts";

const zero = constant(0);
const one = constant(1);

const neutral = { sum: 0, product: 1, max: 1, min: 0 } as const;

/**
 * Divides out 2, 3, 4, … up to the square root of what is left, and then what is left itself, which is prime. A divisor
 * that is not prime divides no more, so that its exponent is 0.
 */
export function emitFactors(
  emitter: ValueEmitter,
  { by, of, body }: Expression & { kind: "factors" },
  scope: Scope,
): number {
  const rest = emitter.value(of, scope);
  const result = copy(emitter, by === "min" ? direct(rest) : constant(neutral[by]));
  const divisor = copy(emitter, one);
  const rounds = copy(emitter, direct(rest));
  emitter.add("max", rounds, zero);
  emitter.add("nrt", rounds, constant(2));
  emitter.add("add", rounds, one);
  emitter.add("lpb", rounds);
  emitter.add("add", divisor, one);
  // divisor := divisor² ≤ rest ? divisor : rest
  const small = copy(emitter, direct(divisor));
  emitter.add("mul", small, direct(divisor));
  emitter.add("leq", small, direct(rest));
  emitter.add("sub", divisor, direct(rest));
  emitter.add("mul", divisor, direct(small));
  emitter.add("add", divisor, direct(rest));
  const exponent = copy(emitter, direct(rest));
  emitter.add("lex", exponent, direct(divisor));
  const divides = copy(emitter, direct(exponent));
  emitter.add("min", divides, one);
  // The body has to have a value also where nothing divides.
  const p = copy(emitter, direct(divisor));
  emitter.add("max", p, constant(2));
  const e = copy(emitter, direct(exponent));
  emitter.add("max", e, one);
  const term = copy(emitter, emitter.operand(body, bind(scope, { p, e })));
  if (by === "product") {
    emitter.add("sub", term, one);
    emitter.add("mul", term, direct(divides));
    emitter.add("add", term, one);
    emitter.add("mul", result, direct(term));
  } else if (by === "min") {
    emitter.add("sub", term, direct(result));
    emitter.add("mul", term, direct(divides));
    emitter.add("add", term, direct(result));
    emitter.add("min", result, direct(term));
  } else {
    emitter.add("mul", term, direct(divides));
    emitter.add(by === "sum" ? "add" : "max", result, direct(term));
  }
  const power = copy(emitter, direct(divisor));
  emitter.add("pow", power, direct(exponent));
  emitter.add("div", rest, direct(power));
  emitter.add("sub", rounds, one);
  const more = copy(emitter, direct(rest));
  emitter.add("neq", more, one);
  emitter.add("mul", rounds, direct(more));
  emitter.endLoop();
  return result;
}

/** The sum of the body over the digits, the last digit first. */
export function emitDigits(
  emitter: ValueEmitter,
  { of, base, body }: Expression & { kind: "digits" },
  scope: Scope,
): number {
  const rest = absolute(emitter, of, scope);
  const by = emitter.operand(base, scope);
  const sum = copy(emitter, zero);
  const i = copy(emitter, zero);
  emitter.add("lpb", rest);
  const d = copy(emitter, direct(rest));
  emitter.add("mod", d, by);
  emitter.add("add", sum, emitter.operand(body, bind(scope, { d, i })));
  emitter.add("add", i, one);
  emitter.add("div", rest, by);
  emitter.endLoop();
  return sum;
}

/** The number with its digits in reverse. */
export function emitReverse(emitter: ValueEmitter, of: Expression, base: Expression, scope: Scope): number {
  const rest = absolute(emitter, of, scope);
  const by = emitter.operand(base, scope);
  const reverse = copy(emitter, zero);
  emitter.add("lpb", rest);
  const digit = copy(emitter, direct(rest));
  emitter.add("mod", digit, by);
  emitter.add("mul", reverse, by);
  emitter.add("add", reverse, direct(digit));
  emitter.add("div", rest, by);
  emitter.endLoop();
  return reverse;
}

function absolute(emitter: ValueEmitter, of: Expression, scope: Scope): number {
  const value = emitter.value(of, scope);
  const negative = copy(emitter, zero);
  emitter.add("sub", negative, direct(value));
  emitter.add("max", value, direct(negative));
  return value;
}

/** Numbers that are tried before a search gives up; a step limit ends it sooner. */
const triedNumbers = 1_000_000_000;

/** Counts candidates up; once all are found nothing changes any more, and the counter falls to 0 and ends the loop. */
export function emitNth(
  emitter: ValueEmitter,
  { variable, from, index, condition }: Expression & { kind: "nth" },
  scope: Scope,
): number {
  const candidate = emitter.value(from, scope);
  emitter.add("sub", candidate, one);
  const wanted = emitter.value(index, scope);
  emitter.add("max", wanted, zero);
  const rounds = copy(emitter, constant(triedNumbers));
  emitter.add("lpb", rounds);
  const searching = copy(emitter, direct(wanted));
  emitter.add("min", searching, one);
  emitter.add("add", candidate, direct(searching));
  emitter.add("mul", searching, emitter.operand(condition, bind(scope, { [variable]: candidate })));
  emitter.add("sub", wanted, direct(searching));
  emitter.add("sub", rounds, one);
  const more = copy(emitter, direct(wanted));
  emitter.add("min", more, one);
  emitter.add("mul", rounds, direct(more));
  emitter.endLoop();
  return candidate;
}

/** 1 for primes, 0 for others: trial division up to the square root, until a divisor is found. */
export function emitIsPrime(emitter: ValueEmitter, of: Expression, scope: Scope): number {
  const number = copy(emitter, emitter.operand(of, scope));
  const rounds = copy(emitter, direct(number));
  emitter.add("max", rounds, one);
  emitter.add("nrt", rounds, constant(2));
  emitter.add("sub", rounds, one);
  const divisor = copy(emitter, one);
  const prime = copy(emitter, direct(number));
  emitter.add("geq", prime, constant(2));
  emitter.add("lpb", rounds);
  emitter.add("add", divisor, one);
  const rest = copy(emitter, direct(number));
  emitter.add("mod", rest, direct(divisor));
  emitter.add("neq", rest, zero);
  emitter.add("mul", prime, direct(rest));
  emitter.add("sub", rounds, one);
  emitter.add("mul", rounds, direct(prime));
  emitter.endLoop();
  return prime;
}

/** b(n) = factor·b(n−1) + back·b(n−2) from b(0) and b(1) on. */
export function emitLinear(
  emitter: ValueEmitter,
  index: Expression,
  { start: [b0, b1], factor, back }: LinearRecurrence,
  scope: Scope,
): number {
  const rounds = emitter.value(index, scope);
  const current = copy(emitter, constant(b0));
  const next = copy(emitter, constant(b1));
  emitter.add("lpb", rounds);
  const after = copy(emitter, direct(next));
  emitter.add("mul", after, constant(factor));
  emitter.add("mul", current, constant(back));
  emitter.add("add", after, direct(current));
  emitter.add("mov", current, direct(next));
  emitter.add("mov", next, direct(after));
  emitter.add("sub", rounds, one);
  emitter.endLoop();
  return current;
}

export interface LinearRecurrence {
  readonly start: readonly [number, number];
  readonly factor: number;
  readonly back: number;
}
