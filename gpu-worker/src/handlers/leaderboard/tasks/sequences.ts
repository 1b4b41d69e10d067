/**
 * Tasks for LODA: an integer sequence whose first terms are public and whose later ones are hidden. The input is the index,
 * from 0, the output the term. Each sequence has parameters that are drawn for this server, so that no list of known
 * sequences has its answer.
 */
import type { Example } from "@weightsmith/contract";
import type { Random } from "./random.ts";
import type { TaskDefinition } from "./task.ts";

/** a(0), a(1), … for parameters that it draws. */
type Sequence = (random: Random) => (index: number) => bigint;

const recurrence: Sequence = (random) => {
  const [p, q] = [BigInt(random.int(1, 3)), BigInt(random.int(1, 3))];
  const terms = [BigInt(random.int(0, 4)), BigInt(random.int(1, 5))];
  return (index) => {
    while (terms.length <= index) terms.push(p * terms.at(-1)! + q * terms.at(-2)!);
    return terms[index]!;
  };
};

const cubic: Sequence = (random) => {
  const [a, b, c, d] = [random.int(1, 4), random.int(0, 6), random.int(0, 9), random.int(0, 20)].map(BigInt);
  return (index) => {
    const n = BigInt(index);
    return ((a! * n + b!) * n + c!) * n + d!;
  };
};

const divisorSum: Sequence = (random) => {
  const offset = random.int(1, 12);
  const factor = BigInt(random.int(1, 5));
  return (index) => {
    const n = index + offset;
    let sum = 0n;
    for (let divisor = 1; divisor <= n; divisor++) if (n % divisor === 0) sum += BigInt(divisor);
    return factor * sum;
  };
};

const powerResidue: Sequence = (random) => {
  const [base, modulus] = [BigInt(random.int(2, 9)), BigInt(random.int(40, 199))];
  const factor = BigInt(random.int(1, 4));
  return (index) => {
    let power = 1n;
    for (let i = 0; i < index; i++) power = (power * base) % modulus;
    return factor * power + BigInt(index);
  };
};

const definitions: readonly [id: string, title: string, description: string, sequence: Sequence][] = [
  [
    "linear-recurrence",
    "A linear recurrence",
    "Each term is a fixed combination of the two before it.",
    recurrence,
  ],
  [
    "cubic-polynomial",
    "A cubic polynomial",
    "Values of a polynomial of the third degree at 0, 1, 2, ….",
    cubic,
  ],
  [
    "sum-of-divisors",
    "Sums of divisors",
    "A multiple of the sum of the divisors of n, from some n on.",
    divisorSum,
  ],
  [
    "power-residues",
    "Powers in a remainder ring",
    "A multiple of a power's remainder, plus the index.",
    powerResidue,
  ],
];

const terms = (sequence: (index: number) => bigint, from: number, to: number): Example[] =>
  Array.from({ length: to - from }, (_, i) => ({
    input: String(from + i),
    output: String(sequence(from + i)),
  }));

export const sequenceTasks: readonly TaskDefinition[] = definitions.map(
  ([id, title, description, sequence]) => ({
    id,
    title,
    description,
    kinds: ["loda"],
    suite: "sequences",
    make: (random, count) => terms(sequence(random), 0, count),
    publicCount: 20,
    hiddenCount: 40,
  }),
);
