/**
 * Learns what is normal for a sensor: from readings labelled low, normal or high it estimates both limits, each half-way
 * between the nearest readings on its two sides, and corrects them as more readings come.
 */
import { normalizeText } from "../../metrics/match.ts";
import { readingsOf } from "../../tasks/form.ts";
import type { TaskItem } from "../../tasks/item.ts";
import type { Inducer, Teaching } from "./evidence.ts";

const labels = ["low", "normal", "high"] as const;
type Label = (typeof labels)[number];

export function rangeInducer(): Inducer {
  const readings = new Map<string, Record<Label, number[]>>();
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  return {
    learn({ question }: TaskItem, gold: string): Teaching | undefined {
      const label = labels.find((one) => one === normalizeText(gold));
      const found = readingsOf(question);
      if (!label || found.length !== 1) return undefined;
      const { sensor, value } = found[0]!;
      least = Math.min(least, value);
      most = Math.max(most, value);
      const seen = readings.get(sensor) ?? { low: [], normal: [], high: [] };
      seen[label].push(value);
      readings.set(sensor, seen);
      const { low, high } = limitsOf(seen, { least, most });
      if (low > high) return { lessons: [], withdrawn: [`range ${sensor}`] };
      return {
        lessons: [
          { section: "ranges", key: `range ${sensor}`, content: `${sensor}: normal ${low} to ${high}` },
        ],
        withdrawn: [],
      };
    },
  };
}

/** Normal readings, both ends included; where a side was never seen, the extreme of all readings stands in. */
function limitsOf(
  seen: Readonly<Record<Label, readonly number[]>>,
  extremes: { readonly least: number; readonly most: number },
): { low: number; high: number } {
  const highestLow = Math.max(...seen.low, Number.NEGATIVE_INFINITY);
  const lowestHigh = Math.min(...seen.high, Number.POSITIVE_INFINITY);
  const lowestNormal = Math.min(...seen.normal, Number.POSITIVE_INFINITY);
  const highestNormal = Math.max(...seen.normal, Number.NEGATIVE_INFINITY);
  // With no normal reading the other limit is the nearest thing known.
  const innerLow = Number.isFinite(lowestNormal)
    ? lowestNormal
    : Number.isFinite(lowestHigh)
      ? lowestHigh - 1
      : highestLow + 1;
  const innerHigh = Number.isFinite(highestNormal)
    ? highestNormal
    : Number.isFinite(highestLow)
      ? highestLow + 1
      : lowestHigh - 1;
  return {
    low: Number.isFinite(highestLow)
      ? Math.ceil((highestLow + 1 + Math.max(innerLow, highestLow + 1)) / 2)
      : Math.min(innerLow, extremes.least),
    high: Number.isFinite(lowestHigh)
      ? Math.floor((lowestHigh - 1 + Math.min(innerHigh, lowestHigh - 1)) / 2)
      : Math.max(innerHigh, extremes.most),
  };
}
