/** The values that programs compute with: JSON, as the examples have it. */

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/**
 * A text that is equal for equal values and differs for different ones: what observational equivalence compares.
 * 1 and true differ, 1 and 1.0 do not, and the order of a record's fields does not matter.
 */
export function keyOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(keyOf).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${keyOf(field)}`).join(",")}}`;
  }
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  return String(value);
}

const TOLERANCE = 1e-9;

/** Equality as a user means it: numbers up to the last bits of floating point, everything else exactly. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (typeof a === "object" && a !== null) {
    if (typeof b !== "object" || b === null || Array.isArray(b)) return false;
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every(
        (name) =>
          Object.hasOwn(b, name) &&
          sameValue((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
      )
    );
  }
  return a === b;
}

/** Whether a computed value can be kept: finite, defined, and not of a size that only a runaway search makes. */
export function isUsable(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value.length <= 10_000;
    case "number":
      return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
    case "boolean":
      return true;
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return value.length <= 5_000 && value.every(isUsable);
      return Object.values(value).every(isUsable);
    default:
      return false;
  }
}
