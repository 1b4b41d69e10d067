/** Gate weights as colours and sums. */
import type { SpecialistGates } from "@weightsmith/contract";

/** Hues that differ for people who see fewer colours, too; further experts repeat them. The generalist is grey. */
const hues = [255, 45, 150, 330, 90, 210];

/** An expert's colour, paler the less it counts. */
export function colourOf(expert: number, share: number): string {
  const chroma = expert === 0 ? 0 : 0.15;
  const hue = hues[(expert - 1 + hues.length) % hues.length];
  return `oklch(0.62 ${chroma} ${hue} / ${Math.max(0.08, share).toFixed(2)})`;
}

/** The index of the largest share. */
export const favourite = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares));

/** The mean share of each expert over all layers and tokens. */
export function meanShares({ experts, weights }: SpecialistGates): number[] {
  const cells = weights.flat();
  return experts.map((_, expert) =>
    cells.length === 0 ? 0 : cells.reduce((sum, shares) => sum + (shares[expert] ?? 0), 0) / cells.length,
  );
}
