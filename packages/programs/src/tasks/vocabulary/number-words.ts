/** English number words. */

export const ones =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
export const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** English words for 0 … 999. */
export function inWords(n: number): string {
  if (n < 20) return ones[n] as string;
  if (n < 100) return (tens[Math.floor(n / 10) - 2] as string) + (n % 10 ? `-${ones[n % 10]}` : "");
  return `${ones[Math.floor(n / 100)]} hundred${n % 100 ? ` ${inWords(n % 100)}` : ""}`;
}
