/**
 * A grammar as a recursive transition network: each rule a nondeterministic automaton over bytes whose edges may
 * also call rules. What can never be completed is cut away, so that every prefix the network reads has an end.
 */
import { ConstraintError, type Expression, type Grammar } from "./expression.ts";

/** Nodes of a network, at most: counted repetitions of repetitions grow without bound. */
const largestNetwork = 300_000;

/** What can follow a node without reading a byte, all epsilon edges taken. */
export interface Closure {
  /** Bytes low…high lead to node `to`. */
  readonly edges: readonly { readonly low: number; readonly high: number; readonly to: number }[];
  /** Rule `rule` may begin here; after it comes node `to`. */
  readonly calls: readonly { readonly rule: number; readonly to: number }[];
  /** The rule of this node may end here. */
  readonly accepts: boolean;
}

export class Network {
  /** begin node of each rule */
  readonly starts: readonly number[];
  /** rule of each node */
  readonly ruleOf: readonly number[];
  readonly root: number;
  /** The language has the empty text. */
  readonly rootNullable: boolean;
  /** class of each byte: bytes of a class lead everywhere to the same */
  readonly classOf: Uint8Array;
  readonly classCount: number;
  readonly #edges: Closure["edges"][number][][];
  readonly #calls: Closure["calls"][number][][];
  readonly #silent: number[][];
  readonly #accepting: ReadonlySet<number>;
  readonly #nullable: readonly boolean[];
  readonly #closures: (Closure | undefined)[] = [];

  /**
   * Compiles a grammar.
   * @throws ConstraintError where a rule is missing, the grammar matches nothing, or it is too large
   */
  constructor(grammar: Grammar) {
    const builder = new Builder(grammar);
    builder.prune();
    this.starts = builder.starts;
    this.ruleOf = builder.ruleOf;
    this.root = builder.root;
    this.#edges = builder.edges;
    this.#calls = builder.calls;
    this.#silent = builder.silent;
    this.#accepting = new Set(builder.ends);
    this.#nullable = builder.nullable();
    this.rootNullable = this.#nullable[this.root]!;
    const boundaries = new Uint8Array(257);
    for (const edges of this.#edges)
      for (const { low, high } of edges) {
        boundaries[low] = 1;
        boundaries[high + 1] = 1;
      }
    this.classOf = new Uint8Array(256);
    let current = 0;
    for (let byte = 1; byte < 256; byte++) this.classOf[byte] = current += boundaries[byte]!;
    this.classCount = current + 1;
  }

  get nodeCount(): number {
    return this.ruleOf.length;
  }

  closure(node: number): Closure {
    const known = this.#closures[node];
    if (known) return known;
    const edges: Closure["edges"][number][] = [];
    const calls: Closure["calls"][number][] = [];
    let accepts = false;
    const seen = new Set([node]);
    for (const at of seen) {
      edges.push(...this.#edges[at]!);
      calls.push(...this.#calls[at]!);
      accepts ||= this.#accepting.has(at);
      for (const to of this.#silent[at]!) seen.add(to);
      for (const { rule, to } of this.#calls[at]!) if (this.#nullable[rule]) seen.add(to);
    }
    const closure = { edges, calls, accepts };
    this.#closures[node] = closure;
    return closure;
  }
}

/** About how many nodes an expression needs, each place where it stands counted. */
function sizeOf(expression: Expression, known: Map<Expression, number>): number {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const sum = (parts: readonly Expression[]) =>
    parts.reduce((total, part) => total + sizeOf(part, known) + 1, 1);
  let size = 1;
  if (expression.kind === "sequence") size = sum(expression.parts);
  else if (expression.kind === "choice") size = sum(expression.options);
  else if (expression.kind === "repeat") {
    const { body, least, most } = expression;
    size = (sizeOf(body, known) + 1) * (most === Number.POSITIVE_INFINITY ? least + 1 : most) + 3;
  }
  known.set(expression, size);
  return size;
}

class Builder {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly ruleOf: number[] = [];
  readonly edges: Closure["edges"][number][][] = [];
  readonly calls: Closure["calls"][number][][] = [];
  readonly silent: number[][] = [];
  readonly root: number;
  readonly #indices: ReadonlyMap<string, number>;
  #rule = 0;

  constructor(grammar: Grammar) {
    this.#indices = new Map([...grammar.rules.keys()].map((name, index) => [name, index]));
    const root = this.#indices.get(grammar.root);
    if (root === undefined) throw new ConstraintError(`the grammar has no rule ${grammar.root}`);
    this.root = root;
    // Counted first: building takes time and memory that a short hostile constraint should not cost.
    const sizes = new Map<Expression, number>();
    let nodes = 0;
    for (const expression of grammar.rules.values()) nodes += sizeOf(expression, sizes);
    if (!(nodes <= largestNetwork))
      throw new ConstraintError(
        `the constraint needs ${nodes} nodes, more than ${largestNetwork}: are counted repetitions nested?`,
      );
    for (const [name, expression] of grammar.rules) {
      this.#rule = this.starts.length;
      const start = this.#node();
      const end = this.#node();
      this.starts.push(start);
      this.ends.push(end);
      this.#build(expression, start, end, name);
    }
  }

  #node(): number {
    this.edges.push([]);
    this.calls.push([]);
    this.silent.push([]);
    return this.ruleOf.push(this.#rule) - 1;
  }

  #build(expression: Expression, from: number, to: number, name: string): void {
    switch (expression.kind) {
      case "never":
        return;
      case "byte":
        for (const [low, high] of expression.ranges) this.edges[from]!.push({ low, high, to });
        return;
      case "rule": {
        const rule = this.#indices.get(expression.name);
        if (rule === undefined)
          throw new ConstraintError(`the rule ${name} calls ${expression.name}, which is not defined`);
        this.calls[from]!.push({ rule, to });
        return;
      }
      case "choice":
        for (const option of expression.options) this.#build(option, from, to, name);
        return;
      case "sequence": {
        let at = from;
        for (const [index, part] of expression.parts.entries()) {
          const next = index === expression.parts.length - 1 ? to : this.#node();
          this.#build(part, at, next, name);
          at = next;
        }
        if (expression.parts.length === 0) this.silent[from]!.push(to);
        return;
      }
      case "repeat":
        this.#repeat(expression, from, to, name);
        return;
    }
  }

  #repeat(
    { body, least, most }: Expression & { kind: "repeat" },
    from: number,
    to: number,
    name: string,
  ): void {
    // A node of its own, so that a loop back to it does not reach what else begins at `from`.
    let at = this.#node();
    this.silent[from]!.push(at);
    for (let count = 0; count < least; count++) {
      const next = this.#node();
      this.#build(body, at, next, name);
      at = next;
    }
    if (most === Number.POSITIVE_INFINITY) {
      const loop = this.#node();
      this.silent[at]!.push(loop);
      const back = this.#node();
      this.#build(body, loop, back, name);
      this.silent[back]!.push(loop);
      this.silent[loop]!.push(to);
      return;
    }
    this.silent[at]!.push(to);
    for (let count = least; count < most; count++) {
      const next = this.#node();
      this.#build(body, at, next, name);
      this.silent[next]!.push(to);
      at = next;
    }
  }

  /** Removes edges into nodes from which the end of the rule cannot be reached, and calls of rules without end. */
  prune(): void {
    const count = this.ruleOf.length;
    const into: number[][] = Array.from({ length: count }, () => []);
    /** calls of a rule wait until it is known to have an end */
    const callers: { from: number; to: number }[][] = this.starts.map(() => []);
    for (let from = 0; from < count; from++) {
      for (const { to } of this.edges[from]!) into[to]!.push(from);
      for (const to of this.silent[from]!) into[to]!.push(from);
      for (const { rule, to } of this.calls[from]!) callers[rule]!.push({ from, to });
    }
    const live = new Uint8Array(count);
    const productive = this.starts.map(() => false);
    const work: number[] = [];
    const mark = (node: number) => {
      if (live[node]) return;
      live[node] = 1;
      work.push(node);
    };
    for (const end of this.ends) mark(end);
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      for (const from of into[node]!) mark(from);
      const rule = this.ruleOf[node]!;
      if (this.starts[rule] !== node || productive[rule]) continue;
      productive[rule] = true;
      for (const { from, to } of callers[rule]!) {
        into[to]!.push(from);
        if (live[to]) mark(from);
      }
    }
    if (!productive[this.root])
      throw new ConstraintError("the constraint matches nothing: no text can ever satisfy it");
    for (let node = 0; node < count; node++) {
      this.edges[node] = this.edges[node]!.filter(({ to }) => live[to]);
      this.silent[node] = this.silent[node]!.filter((to) => live[to]);
      this.calls[node] = this.calls[node]!.filter(({ rule, to }) => live[to] && productive[rule]);
    }
  }

  /** Which rules match the empty text. */
  nullable(): boolean[] {
    const nullable = this.starts.map(() => false);
    for (let changed = true; changed; ) {
      changed = false;
      for (const [rule, start] of this.starts.entries()) {
        if (nullable[rule]) continue;
        const seen = new Set([start]);
        for (const at of seen) {
          for (const to of this.silent[at]!) seen.add(to);
          for (const call of this.calls[at]!) if (nullable[call.rule]) seen.add(call.to);
        }
        if (!seen.has(this.ends[rule]!)) continue;
        nullable[rule] = true;
        changed = true;
      }
    }
    return nullable;
  }
}
