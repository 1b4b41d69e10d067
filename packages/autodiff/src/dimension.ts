// Arithmetic of dimensions. A dimension is a number or a polynomial in named symbols ("batch", "past+length",
// "2*batch*length"), kept in one canonical spelling so that two dimensions are equal exactly if they are `===`.
// Symbols are bound to numbers when a graph runs; nothing here knows the numbers.

/** A size along one axis: known now (a number) or when the graph runs (a polynomial in symbols). */
export type Dim = number | string;

/** Monomial (its symbols, sorted, joined by "*"; the constant is "") → integer coefficient. */
type Polynomial = ReadonlyMap<string, number>;

const parsed = new Map<string, Polynomial>();

function parse(dim: Dim): Polynomial {
  if (typeof dim === "number") return new Map(dim === 0 ? [] : [["", dim]]);
  const known = parsed.get(dim);
  if (known) return known;
  const terms = new Map<string, number>();
  for (const [, sign, product] of dim.matchAll(/([+-]?)([^+-]+)/g)) {
    let coefficient = sign === "-" ? -1 : 1;
    const symbols: string[] = [];
    for (const factor of product!.split("*")) {
      if (/^\d+$/.test(factor)) coefficient *= Number(factor);
      else if (/^[A-Za-z_]\w*$/.test(factor)) symbols.push(factor);
      else throw new RangeError(`"${dim}" is no dimension: expected integers and names joined by + - *.`);
    }
    const monomial = symbols.sort().join("*");
    terms.set(monomial, (terms.get(monomial) ?? 0) + coefficient);
  }
  parsed.set(dim, terms);
  return terms;
}

function print(terms: Polynomial): Dim {
  const sorted = [...terms].filter(([, c]) => c !== 0).sort(([a], [b]) => compareMonomials(a, b));
  if (sorted.length === 0) return 0;
  if (sorted.length === 1 && sorted[0]![0] === "") return sorted[0]![1];
  const text = sorted.map(([monomial, c]) => {
    const size = Math.abs(c);
    const body = monomial === "" ? `${size}` : size === 1 ? monomial : `${size}*${monomial}`;
    return (c < 0 ? "-" : "+") + body;
  });
  return text.join("").replace(/^\+/, "");
}

/** The constant goes last, so that a canonical text starts with a symbol. */
function compareMonomials(a: string, b: string): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The canonical spelling of a dimension: `"length*batch"` → `"batch*length"`. @throws RangeError if malformed. */
export function canonicalDim(dim: Dim): Dim {
  if (typeof dim === "string") return print(parse(dim));
  if (!Number.isSafeInteger(dim) || dim < 0) {
    throw new RangeError(`${dim} is no dimension: expected an integer of at least 0, or a name.`);
  }
  return dim;
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const terms = new Map(parse(a));
  for (const [monomial, c] of parse(b)) terms.set(monomial, (terms.get(monomial) ?? 0) + c);
  return print(terms);
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  const terms = new Map<string, number>();
  for (const [x, c] of parse(a)) {
    for (const [y, d] of parse(b)) {
      const monomial = [...x.split("*"), ...y.split("*")].filter(Boolean).sort().join("*");
      terms.set(monomial, (terms.get(monomial) ?? 0) + c * d);
    }
  }
  return print(terms);
}

/** a ÷ b if b is one term that divides every term of a exactly, else undefined. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  const [divisor, ...more] = parse(b);
  if (!divisor || more.length > 0) return undefined;
  const quotient = new Map<string, number>();
  for (const [monomial, c] of parse(a)) {
    if (c % divisor[1] !== 0) return undefined;
    const symbols = monomial.split("*").filter(Boolean);
    for (const symbol of divisor[0].split("*").filter(Boolean)) {
      const at = symbols.indexOf(symbol);
      if (at < 0) return undefined;
      symbols.splice(at, 1);
    }
    quotient.set(symbols.join("*"), c / divisor[1]);
  }
  return print(quotient);
}

/** The terms of a dimension: `"2*batch*length+3"` → `[[2, ["batch","length"]], [3, []]]`. */
export function dimTerms(dim: Dim): readonly (readonly [coefficient: number, symbols: readonly string[]])[] {
  return [...parse(dim)].map(([monomial, c]) => [c, monomial.split("*").filter(Boolean)]);
}

/** The number a dimension stands for once its symbols are known. @throws RangeError naming an unknown symbol. */
export function evaluateDim(dim: Dim, symbols: ReadonlyMap<string, number>): number {
  if (typeof dim === "number") return dim;
  let total = 0;
  for (const [coefficient, names] of dimTerms(dim)) {
    let product = coefficient;
    for (const name of names) {
      const value = symbols.get(name);
      if (value === undefined)
        throw new RangeError(`The dimension "${name}" of "${dim}" is bound by no input.`);
      product *= value;
    }
    total += product;
  }
  return total;
}
