// Power series as a graph: each node is a series, made of others. All of them are computed together, coefficient by
// coefficient, so that a series may be defined by an equation with itself: A(x) = 1 + x·A(x)^2.
import { type Expression, UnreadableFormula } from "../expression.ts";

/** Ordinary: Σ c(n) x^n. Exponential: Σ c(n) x^n/n!; then c(n) is what is kept. */
export type SeriesKind = "ordinary" | "exponential";

export type SeriesNode =
  /** Σ coefficients[m]·(of shifted by m); without `of`, the polynomial itself. */
  | { readonly kind: "polynomial"; readonly coefficients: readonly bigint[]; readonly of?: SeriesNode }
  | { readonly kind: "sum"; readonly left: SeriesNode; readonly right: SeriesNode; readonly sign: 1 | -1 }
  | { readonly kind: "product"; readonly left: SeriesNode; readonly right: SeriesNode }
  /** The divisor begins with 1 or −1. */
  | {
      readonly kind: "quotient";
      readonly left: SeriesNode;
      readonly right: SeriesNode;
      readonly lead: 1 | -1;
    }
  /** of^(numerator/denominator), where `of` begins with 1. */
  | {
      readonly kind: "power";
      readonly of: SeriesNode;
      readonly numerator: bigint;
      readonly denominator: bigint;
    }
  /** exp(of) and log(of), where `of` begins with 0 and with 1. */
  | { readonly kind: "exp"; readonly of: SeriesNode }
  | { readonly kind: "log"; readonly of: SeriesNode }
  /** cosh and sinh (sign 1) or cos and sin (sign −1) of `of`: each is the derivative's partner of the other. */
  | { readonly kind: "even" | "odd"; readonly of: SeriesNode; readonly sign: 1 | -1; partner?: SeriesNode }
  /** Π_{k≥from} (1 + factor·x^exponent)^power, each of them formulas in `variable`. */
  | {
      readonly kind: "infiniteProduct";
      readonly variable: string;
      readonly from: bigint;
      readonly factors: readonly ProductFactor[];
    }
  /** Σ_{k≥from} coefficient·x^exponent */
  | {
      readonly kind: "infiniteSum";
      readonly variable: string;
      readonly from: bigint;
      readonly coefficient: Expression;
      readonly exponent: Expression;
    }
  /** The series that an equation defines; `is` is set once the equation has been read. */
  | { readonly kind: "unknown"; is?: SeriesNode };

export interface ProductFactor {
  readonly factor: Expression;
  readonly exponent: Expression;
  readonly power: Expression;
}

/** The nodes that a node's coefficient number n asks for their coefficient number n. */
export function neededNow(node: SeriesNode): readonly SeriesNode[] {
  switch (node.kind) {
    case "polynomial":
      return node.of && node.coefficients[0] !== 0n && node.coefficients.length > 0 ? [node.of] : [];
    case "sum":
    case "product":
    case "quotient":
      return [node.left, node.right];
    case "power":
    case "exp":
    case "log":
    case "even":
    case "odd":
      return [node.of];
    case "infiniteProduct":
    case "infiniteSum":
      return [];
    case "unknown":
      return node.is ? [node.is] : [];
  }
}

/** Every node that one is made of, itself included. */
export function nodesOf(root: SeriesNode): Set<SeriesNode> {
  const found = new Set<SeriesNode>();
  const visit = (node: SeriesNode): void => {
    if (found.has(node)) return;
    found.add(node);
    const { of, left, right, is, partner } = node as {
      partner?: SeriesNode;
      of?: SeriesNode;
      left?: SeriesNode;
      right?: SeriesNode;
      is?: SeriesNode;
    };
    for (const part of [of, left, right, is, partner]) if (part) visit(part);
  };
  visit(root);
  return found;
}

/** The coefficient of x^0, as far as it can be told without computing: what is asked of itself counts as 0. */
export function constantTerm(
  node: SeriesNode,
  within: ReadonlySet<SeriesNode> = new Set(),
): bigint | undefined {
  if (within.has(node)) return undefined;
  const inner = new Set([...within, node]);
  const of = (part: SeriesNode) => constantTerm(part, inner);
  switch (node.kind) {
    case "polynomial": {
      const lead = node.coefficients[0] ?? 0n;
      if (!node.of || lead === 0n) return lead;
      const rest = of(node.of);
      return rest === undefined ? undefined : lead * rest;
    }
    case "sum": {
      const [a, b] = [of(node.left), of(node.right)];
      return a === undefined || b === undefined ? undefined : a + BigInt(node.sign) * b;
    }
    case "product": {
      const [a, b] = [of(node.left), of(node.right)];
      if (a === 0n || b === 0n) return 0n;
      return a === undefined || b === undefined ? undefined : a * b;
    }
    case "quotient": {
      const a = of(node.left);
      return a === undefined ? undefined : a * BigInt(node.lead);
    }
    case "power":
    case "exp":
    case "even":
    case "infiniteProduct":
      return 1n;
    case "log":
    case "odd":
      return 0n;
    case "infiniteSum":
      return undefined;
    case "unknown":
      return node.is ? of(node.is) : undefined;
  }
}

/** What an unknown stands for. */
export function resolved(node: SeriesNode): SeriesNode {
  let at = node;
  for (let depth = 0; at.kind === "unknown" && at.is; depth++) {
    if (depth > 10) throw new UnreadableFormula("a series that is itself");
    at = at.is;
  }
  return at;
}

/** Every node after those whose coefficient it needs in the same round. @throws UnreadableFormula for a circle */
export function inOrder(root: SeriesNode): SeriesNode[] {
  const order: SeriesNode[] = [];
  const open = new Set<SeriesNode>();
  const done = new Set<SeriesNode>();
  const visit = (node: SeriesNode): void => {
    if (done.has(node)) return;
    if (open.has(node)) throw new UnreadableFormula("a series that needs itself at once");
    open.add(node);
    for (const needed of neededNow(node)) visit(needed);
    open.delete(node);
    done.add(node);
    order.push(node);
  };
  for (const node of nodesOf(root)) visit(node);
  return order;
}
