/** Numbers as people write them: 1,204.5; $3 million; (15); 12 %; 7.4 bar. */

export interface Quantity {
  /** With sign, scale and percent applied: "(1.5) million" is −1500000, "12 %" is 0.12. */
  readonly value: number;
  readonly unit: string | undefined;
}

const scales: Readonly<Record<string, number>> = {
  hundred: 1e2,
  thousand: 1e3,
  thousands: 1e3,
  k: 1e3,
  million: 1e6,
  millions: 1e6,
  mn: 1e6,
  m: 1e6,
  billion: 1e9,
  billions: 1e9,
  bn: 1e9,
  trillion: 1e12,
};
const currencies: Readonly<Record<string, string>> = {
  $: "usd",
  us$: "usd",
  usd: "usd",
  dollar: "usd",
  dollars: "usd",
  "€": "eur",
  eur: "eur",
  euro: "eur",
  euros: "eur",
  "£": "gbp",
  gbp: "gbp",
  "¥": "jpy",
};
const unit =
  /^(?:°?[cf]|kg|g|mg|µg|ug|l|ml|dl|mmol|mol|mmhg|kpa|pa|bar|psi|hz|khz|rpm|v|mv|a|ma|w|kw|mm|cm|m|km|s|ms|min|h|hours?|days?|years?|months?|shares?|units?|employees)(?:\/[a-z]+)?$/;

/** @returns undefined unless the whole text is one number with what may stand around it */
export function parseQuantity(text: string): Quantity | undefined {
  let rest = text.normalize("NFKC").trim().toLowerCase().replace(/[−–—]/g, "-");
  let negative = false;
  const bracketed = /^(\D*)\(\s*([^()]+)\s*\)(.*)$/.exec(rest);
  if (bracketed) {
    negative = true;
    rest = `${bracketed[1]}${bracketed[2]}${bracketed[3]}`;
  }
  const match =
    /^(-|\+)?\s*(us\$|[$€£¥]|usd|eur|gbp)?\s*(-)?\s*(\d[\d,]*(?:\.\d+)?|\.\d+)(e[+-]?\d+)?\s*(.*)$/.exec(
      rest,
    );
  if (!match) return undefined;
  const [, sign, currency, innerSign, digits, exponent = "", after] = match;
  if (digits!.includes(",") && !/^\d{1,3}(,\d{2,3})*(\.\d+)?$/.test(digits!)) return undefined;
  let value = Number(digits!.replaceAll(",", "") + exponent);
  let found = currency === undefined ? undefined : currencies[currency];
  for (const word of after!.split(/\s+/).filter(Boolean)) {
    const plain = word.replace(/\.$/, "");
    if (plain === "%" || plain === "percent" || plain === "pct") value /= 100;
    // "m" after a currency is a million, elsewhere a metre.
    else if (plain in scales && (plain !== "m" || found !== undefined)) value *= scales[plain]!;
    else if (plain in currencies) found = currencies[plain];
    else if (unit.test(plain)) found = plain;
    else if (plain !== "") return undefined;
  }
  if (sign === "-" || innerSign === "-") negative = !negative;
  if (!Number.isFinite(value)) return undefined;
  return { value: negative ? -value : value, unit: found };
}

/** Equal up to rounding of the twelfth digit; a unit that only one of them names does not separate them. */
export function sameQuantity(a: Quantity, b: Quantity, tolerance = 1e-12): boolean {
  if (a.unit !== undefined && b.unit !== undefined && a.unit !== b.unit) return false;
  return Math.abs(a.value - b.value) <= tolerance * Math.max(1e-300, Math.abs(a.value), Math.abs(b.value));
}
