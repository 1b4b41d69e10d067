// Descriptions of sequences: cleaned for learning and retrieval, and varied the way people ask.

/**
 * A description without what only a catalogue needs: names of contributors, dates, cross references, former numbers,
 * the final period. Empty if nothing is left to learn from.
 */
export function cleanDescription(description: string): string {
  let text = description
    .replace(/\(Formerly [^)]*\)/g, "")
    .replace(/\[(?:Corrected|Edited|Definition|Name|Changed|Improved)[^\]]*\]/gi, "")
    .replace(/[.;,]?\s*-\s*_[^_]+_.*$/, "")
    .replace(/_([A-Z][^_]*)_/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  text = text.replace(/\s+([,;.)])/g, "$1").replace(/[.;,\s]+$/, "");
  // "Duplicate of A000012", "Erroneous version of …": says nothing about the terms.
  return /^(?:duplicate|erroneous version|dead sequence|allocated)\b/i.test(text) ? "" : text;
}

/** Whether a description names its sequence by a formula, as in "a(n) = n^2 + 1". */
export function isFormula(description: string): boolean {
  return /^[a-z]\(n\)\s*=/i.test(description);
}

/**
 * Other ways to ask for the same sequence, the description itself not among them. The variants depend on nothing but
 * the description.
 */
export function augmentDescription(description: string): string[] {
  const variants = new Set<string>();
  if (isFormula(description)) {
    const formula = description.replace(/^[a-z]\(n\)\s*=\s*/i, "");
    variants.add(formula);
    variants.add(`Compute ${description}`);
    variants.add(`Sequence with ${description}`);
    variants.add(`Formula: ${formula}`);
  } else {
    const lower = lowerFirst(description);
    variants.add(`Sequence of ${lower}`);
    variants.add(`Compute ${lower}`);
    variants.add(`Generate the ${lower.replace(/^the /, "")}`);
    variants.add(`Program for ${lower}`);
  }
  const head = /^(.{12,}?)(?::|;|, where | with a\()/.exec(description)?.[1];
  if (head) variants.add(head.trim());
  variants.delete(description);
  return [...variants];
}

/** In lower case unless the first word is a name or an abbreviation. */
function lowerFirst(text: string): string {
  const ordinary =
    /^(?:Number|Numbers|Sum|Sums|Expansion|Decimal|Triangle|Triangular|Primes?|Integers|Positive|Nonnegative|Odd|Even|Least|Smallest|Largest|Binomial|Partial|Product|Square|Squares|Array|Table|Irregular|Coefficients?|Continued|Numerators?|Denominators?|Indices|Values|Total|Characteristic|Concatenation|Composite|The|A|An|First|Second|Third|Digits?|Row|Column|Rectangular|Central|Inverse|Exponential|Length|Multiples|Powers|Period|Periodic|Self-convolution|Convolution|Lexicographically|Maximal|Minimal|Parity|Permutation)\b/;
  return ordinary.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
