// Descriptions that say how the terms are computed: formulas, recurrences with their first terms, generating functions,
// tables, sets, constants, transforms of other sequences.
import { UnreadableFormula } from "./expression.ts";
import { readConstant } from "./readings/constants.ts";
import {
  readCongruence,
  readCyclotomic,
  readFamilies,
  readMultiplicative,
  readPeriod,
} from "./readings/named.ts";
import { readFormula } from "./readings/plain.ts";
import type { FormulaOptions, FormulaProgram, Reading } from "./readings/reading.ts";
import { readSeries } from "./readings/series.ts";
import { readDigitSets, readPositions, readPrimes, readSuchThat } from "./readings/sets.ts";
import { readTable } from "./readings/tables.ts";
import { readConvolution, readTransform } from "./readings/transforms.ts";
import { withFormulas } from "./readings/words.ts";

export type { FormulaOptions, FormulaProgram } from "./readings/reading.ts";

const readings: readonly Reading[] = [
  readConstant,
  readSeries,
  readPeriod,
  readCyclotomic,
  readSuchThat,
  readPrimes,
  readDigitSets,
  readPositions,
  readCongruence,
  readTransform,
  readConvolution,
  readTable,
  readMultiplicative,
  readFamilies,
  readFormula,
];

/** Programs for what a description says, the likeliest reading first; none if it says nothing computable. */
export function formulaPrograms(description: string, options: FormulaOptions): FormulaProgram[] {
  const text = withFormulas(
    description
      .replace(/^(?:compute|sequence with|sequence of|formula:|program for|generate the|the)\s+/i, "")
      .replace(/\.$/, "")
      .trim(),
  );
  if (text === "") return [];
  for (const reading of readings) {
    try {
      const programs = reading(text, options);
      if (programs.length > 0) return programs;
    } catch (error) {
      if (!(error instanceof UnreadableFormula)) throw error;
    }
  }
  return [];
}
