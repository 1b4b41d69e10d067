/** May an alias move to a program? A pure decision on scores that the service measured. */
import type { Gate, Report } from "@weightsmith/contract";

/**
 * @param current the report of the program that the alias points to; undefined for a new alias, null if that has none
 * @returns why not, in words, or undefined if it may
 */
export function refusal(
  gate: Gate,
  next: Report | null,
  current: Report | null | undefined,
): string | undefined {
  const score = next?.heldOut.exactMatch ?? null;
  const n = next?.heldOut.n ?? 0;
  if (gate.minimumScore !== null) {
    const demand = `the gate demands a held-out score of ${percent(gate.minimumScore)}`;
    if (score === null) return `${demand}, and the program has none`;
    if (score < gate.minimumScore) return `${demand}; the program's is ${percent(score)} of ${n}`;
  }
  const baseline = next?.baseline?.exactMatch ?? null;
  if (gate.beatBaseline && score !== null && baseline !== null && score < baseline) {
    return `the program's held-out score of ${percent(score)} of ${n} lies below its own baseline, ${percent(baseline)}`;
  }
  const before = current?.heldOut.exactMatch ?? null;
  if (gate.allowedDrop !== null && before !== null) {
    const allowed = gate.allowedDrop === 0 ? "" : ` minus the ${percent(gate.allowedDrop)} that are allowed`;
    const demand = `the current program's held-out score is ${percent(before)}${allowed}`;
    if (score === null) return `${demand}, and the new program has none`;
    // A hair, so that 0.8 - 0.1 is not more than 0.7.
    if (score < before - gate.allowedDrop - 1e-9) return `${demand}; the new program's is ${percent(score)}`;
  }
  return undefined;
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
