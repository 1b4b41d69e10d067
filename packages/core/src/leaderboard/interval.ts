/**
 * Wilson score interval of a share: with p = correct/n and z = 1.96,
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z·√(p(1−p)/n) it is never empty at 0 or 1 and stays within
 * them. Source: Wilson 1927; the default for small n in Brown, Cai, DasGupta 2001.
 * @throws RangeError unless 0 ≤ correct ≤ n and n ≥ 1
 */
export function wilsonInterval(correct: number, n: number): { readonly low: number; readonly high: number } {
  if (!(n >= 1 && correct >= 0 && correct <= n)) {
    throw new RangeError(`There is no interval for ${correct} of ${n}: expected 0 ≤ correct ≤ n and n ≥ 1.`);
  }
  const z = 1.959963984540054;
  const p = correct / n;
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const centre = p + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
