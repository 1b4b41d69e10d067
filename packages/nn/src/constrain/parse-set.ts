/**
 * Earley's algorithm over the bytes of a network, with sets of items that are built once: a set is named by what
 * was read into it, so equal situations are one object and everything known about one (what follows each byte,
 * which tokens it allows) is known for good. For a regular language this is the lazily built deterministic
 * automaton; for nested languages, sets refer to the sets in which their rules began.
 * @see Earley 1970, doi:10.1145/362007.362035; Aycock & Horspool 2002 on rules that match nothing
 */
import type { Network } from "./network.ts";

/** A rule under way: where in it, and the set in which it began. */
interface Item {
  readonly node: number;
  readonly origin: ParseSet;
}

/** One situation: all that may have been read so far, as far as it matters for what comes. */
export class ParseSet {
  readonly id: number;
  /** Items that a byte led to; the others follow from them. */
  readonly kernel: readonly Item[];
  /** Items of this set that wait for a rule to end which began here. */
  readonly waiting = new Map<number, Item[]>();
  /** The whole text may end here. */
  isComplete = false;
  /** In a set that stands for any context: the rule under way may end here, and then the context decides. */
  escapes = false;
  /** All items of the set. */
  items: readonly Item[] = [];
  /** By class of bytes: the set after such a byte, null where none may come. */
  readonly next: (ParseSet | null | undefined)[];

  constructor(id: number, kernel: readonly Item[], classCount: number) {
    this.id = id;
    this.kernel = kernel;
    this.next = new Array<ParseSet | null | undefined>(classCount).fill(undefined);
  }
}

export class ParseSets {
  readonly start: ParseSet;
  readonly #network: Network;
  readonly #known = new Map<string, ParseSet>();
  readonly #anyContext: ParseSet;
  #nextId = 0;

  constructor(network: Network) {
    this.#network = network;
    this.#anyContext = this.#create([]);
    const start = this.#create([]);
    this.start = start;
    this.#close(start, [{ node: network.starts[network.root]!, origin: start }]);
    start.isComplete = network.rootNullable;
  }

  /** How many sets there are. They are kept as long as this object. */
  get size(): number {
    return this.#nextId;
  }

  /** The set after one more byte, or null where it may not come. */
  step(set: ParseSet, byte: number): ParseSet | null {
    const byteClass = this.#network.classOf[byte]!;
    const known = set.next[byteClass];
    if (known !== undefined) return known;
    const kernel: Item[] = [];
    const seen = new Set<number>();
    for (const { node, origin } of set.items)
      for (const { low, high, to } of this.#network.closure(node).edges) {
        if (byte < low || byte > high) continue;
        const key = this.#key(to, origin);
        if (seen.has(key)) continue;
        seen.add(key);
        kernel.push({ node: to, origin });
      }
    const next = kernel.length === 0 ? null : this.#intern(kernel);
    set.next[byteClass] = next;
    return next;
  }

  /**
   * The set that reads as this one does, but whatever the rule under way was called from: what it allows without
   * leaving the rule is allowed in every such set. Undefined where several rules are under way, or the root.
   */
  withoutContext(set: ParseSet): ParseSet | undefined {
    const origin = set.kernel[0]?.origin;
    if (origin === undefined || origin === this.start || origin === this.#anyContext) return undefined;
    if (set.kernel.some((item) => item.origin !== origin)) return undefined;
    return this.#intern(set.kernel.map(({ node }) => ({ node, origin: this.#anyContext })));
  }

  #key(node: number, origin: ParseSet): number {
    return origin.id * this.#network.nodeCount + node;
  }

  #create(kernel: readonly Item[]): ParseSet {
    return new ParseSet(this.#nextId++, kernel, this.#network.classCount);
  }

  #intern(kernel: Item[]): ParseSet {
    kernel.sort((a, b) => a.origin.id - b.origin.id || a.node - b.node);
    let name = "";
    let origin = -1;
    for (const item of kernel) {
      if (item.origin.id !== origin) {
        origin = item.origin.id;
        name += `@${origin}`;
      }
      name += ` ${item.node}`;
    }
    const known = this.#known.get(name);
    if (known) return known;
    const set = this.#create(kernel);
    this.#known.set(name, set);
    this.#close(set, kernel);
    return set;
  }

  /** Adds what follows without a byte: rules that may begin here, and those that end here with their callers. */
  #close(set: ParseSet, kernel: readonly Item[]): void {
    const network = this.#network;
    const items: Item[] = [];
    const seen = new Set<number>();
    const add = (node: number, origin: ParseSet) => {
      const key = this.#key(node, origin);
      if (seen.has(key)) return;
      seen.add(key);
      items.push({ node, origin });
    };
    for (const { node, origin } of kernel) add(node, origin);
    for (const { node, origin } of items) {
      const { calls, accepts } = network.closure(node);
      for (const { rule, to } of calls) {
        const waiting = set.waiting.get(rule);
        if (waiting) waiting.push({ node: to, origin });
        else {
          set.waiting.set(rule, [{ node: to, origin }]);
          add(network.starts[rule]!, set);
        }
      }
      // A rule that began here and read nothing is passed over by its caller's closure.
      if (!accepts || origin === set) continue;
      const rule = network.ruleOf[node]!;
      if (origin === this.#anyContext) set.escapes = true;
      if (origin === this.start && rule === network.root) set.isComplete = true;
      for (const caller of origin.waiting.get(rule) ?? []) add(caller.node, caller.origin);
    }
    set.items = items;
  }
}
