// Words for what formulas write as signs.

const roots: Readonly<Record<string, number>> = {
  square: 2,
  cube: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
};
const atom =
  "(\\((?:[^()]|\\([^()]*\\))*\\)|\\d+(?:\\.\\d+)?(?:/\\d+)?|[A-Za-z]+\\((?:[^()]|\\([^()]*\\))*\\)|[A-Za-z]+)";

/** The description with words like "square root of 5" written as formulas. */
export function withFormulas(text: string): string {
  return (
    text
      .replace(
        /\bgolden (?:ratio|mean)(?:\s*\(?\s*phi\s*\)?)?(?:\s*=\s*\(1\s*\+\s*sqrt\(5\)\)\/2)?/gi,
        "((1+sqrt(5))/2)",
      )
      .replace(
        new RegExp(
          `\\b(?:the\\s+)?(${Object.keys(roots).join("|")}|\\d+(?:th|st|nd|rd))[- ]root of\\s+${atom}`,
          "gi",
        ),
        (_, which: string, of: string) =>
          `(${of})^(1/${roots[which.toLowerCase()] ?? Number.parseInt(which, 10)})`,
      )
      .replace(new RegExp(`\\b(?:the )?(?:natural )?log(?:arithm)? of ${atom}`, "gi"), "log($1)")
      .replace(new RegExp(`\\blog base (\\d+) of ${atom}`, "gi"), "(log($2)/log($1))")
      .replace(new RegExp(`\\breciprocal of ${atom}`, "gi"), "1/($1)")
      // "the n-th prime" and "n-th prime"
      .replace(/\b(?:the )?\(?([a-z](?:[+-]\d+)?)\)?-(?:th|st) prime\b/gi, "prime($1)")
      .replace(/\b(?:the )?([a-z])-th Fibonacci number\b/gi, "Fibonacci($1)")
      .replace(/\b(?:the )?sum of (?:the )?digits of ([a-z]\b(?:\^\d+)?)/gi, "digsum($1)")
      .replace(/\bsum of (?:the )?divisors of ([a-z])\b/gi, "sigma($1)")
      .replace(/\b(?:the )?number of divisors of ([a-z])\b/gi, "tau($1)")
      .replace(
        /\b(?:the )?(?:greatest|largest) prime (?:factor|divisor|dividing)(?: of)? ([a-z])\b/gi,
        "gpf($1)",
      )
      .replace(
        /\b(?:the )?(?:smallest|least) prime (?:factor|divisor|dividing)(?: of)? ([a-z])\b/gi,
        "lpf($1)",
      )
  );
}
