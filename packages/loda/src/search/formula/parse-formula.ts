// The parser of formulas: the usual precedence, multiplication also without a sign ("2n", "3(n+1)", "n(n+1)"), sums
// and products as "Sum_{k=1..n} …" and "Sum_{d|n} …". It reads as far as a formula goes and tells where it ended.
import { parseId } from "../../language/program.ts";
import { binary, call, type Expression, num, UnreadableFormula, variable } from "./expression.ts";

export interface ParsedFormula {
  readonly expression: Expression;
  /** What follows the formula. */
  readonly rest: string;
}

/** Names that are functions; any other name of one letter is a variable. */
const functions = new Set([
  "floor",
  "ceiling",
  "ceil",
  "round",
  "sqrt",
  "binomial",
  "gcd",
  "lcm",
  "min",
  "max",
  "abs",
  "log_2",
  "log2",
  "log_10",
  "prime",
  "fibonacci",
  "lucas",
  "phi",
  "sigma",
  "sigma_0",
  "sigma_1",
  "sigma_2",
  "tau",
  "pi",
  "primepi",
  "mu",
  "omega",
  "bigomega",
  "bell",
  "pell",
  "catalan",
  "rad",
  "gpf",
  "lpf",
  "composite",
  "wt",
  "digsum",
]);

const token = /\s*(?:(\d+)|(A\d{6,}|[A-Za-z]+(?:_\d+)?)|(\.\.|>=|<=|[-+*/^()[\]{},;:=!|_.<>]))/y;

interface Token {
  readonly kind: "number" | "name" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the formula that a text begins with.
 * @param self the name of the sequence in recurrences, `a` in "a(n) = a(n−1) + 2"
 * @throws UnreadableFormula
 */
export function parseFormula(text: string, self = "a"): ParsedFormula {
  const parser = new FormulaParser(text, self);
  const expression = parser.sum();
  return { expression, rest: text.slice(parser.end) };
}

class FormulaParser {
  private readonly tokens: Token[] = [];
  private readonly self: string;
  private at = 0;

  constructor(text: string, self: string) {
    this.self = self;
    token.lastIndex = 0;
    for (let match = token.exec(text); match; match = token.exec(text)) {
      const [, digits, name, sign] = match;
      const content = (digits ?? name ?? sign)!;
      this.tokens.push({
        kind: digits !== undefined ? "number" : name !== undefined ? "name" : "sign",
        text: content,
        start: token.lastIndex - content.length,
        end: token.lastIndex,
      });
    }
  }

  /** Where the formula ended in the text. */
  get end(): number {
    return this.at === 0 ? 0 : this.tokens[this.at - 1]!.end;
  }

  sum(): Expression {
    let left: Expression;
    if (this.take("-")) left = binary("-", num(0), this.product());
    else {
      this.take("+");
      left = this.product();
    }
    for (;;) {
      // A sign belongs to the formula only if an operand follows: "n+1 - see there" does not go on.
      const before = this.at;
      const operator = this.take("+") ? "+" : this.take("-") ? "-" : undefined;
      if (!operator) return left;
      try {
        left = binary(operator, left, this.product());
      } catch (error) {
        if (!(error instanceof UnreadableFormula)) throw error;
        this.at = before;
        return left;
      }
    }
  }

  private product(): Expression {
    let left = this.power();
    for (;;) {
      if (this.take("*")) left = binary("*", left, this.power());
      else if (this.take("/")) left = binary("/", left, this.power());
      else if (this.peek()?.text.toLowerCase() === "mod") {
        this.at++;
        left = binary("mod", left, this.power());
      } else if (this.beginsOperand()) left = binary("*", left, this.power());
      else return left;
    }
  }

  /** Whether a factor follows without a sign. */
  private beginsOperand(): boolean {
    const next = this.peek();
    if (!next) return false;
    if (next.kind === "sign") return next.text === "(";
    if (next.kind === "number") return false;
    return this.isName(next.text);
  }

  private isName(text: string): boolean {
    return (
      /^[a-z]$/i.test(text) ||
      parseId(text) !== undefined ||
      functions.has(text.toLowerCase()) ||
      /^(?:sum|product)$/i.test(text)
    );
  }

  private power(): Expression {
    if (this.take("-")) return binary("-", num(0), this.power());
    const base = this.postfix();
    return this.take("^") ? binary("^", base, this.power()) : base;
  }

  private postfix(): Expression {
    let value = this.atom();
    while (this.peek()?.text === "!" && this.tokens[this.at + 1]?.text !== "!") {
      this.at++;
      value = call("factorial", value);
    }
    return value;
  }

  private atom(): Expression {
    const next = this.peek();
    if (!next) throw new UnreadableFormula("the formula ends too early");
    this.at++;
    if (next.kind === "number") return num(BigInt(next.text));
    if (next.text === "(") {
      const inner = this.sum();
      this.want(")");
      return inner;
    }
    if (next.text === "[") {
      // Brackets around a fraction are the floor function in older descriptions.
      const inner = this.sum();
      this.want("]");
      return call("floor", inner);
    }
    if (next.kind !== "name" || !this.isName(next.text))
      throw new UnreadableFormula(`${JSON.stringify(next.text)} is not understood`);
    return this.named(next.text);
  }

  private named(name: string): Expression {
    if (/^(?:sum|product)$/i.test(name) && this.peek()?.text === "_") return this.fold(name);
    const id = parseId(name);
    const follows = this.peek()?.text === "(";
    if (id !== undefined) {
      if (!follows) throw new UnreadableFormula(`${name} without an index`);
      return { kind: "sequence", id, index: this.single() };
    }
    if (follows && name === this.self) return { kind: "self", index: this.single() };
    const lower = name.toLowerCase();
    // Omega counts prime factors with multiplicity, omega without; C(n, k) is a binomial coefficient.
    const meant = name === "Omega" ? "bigomega" : name === "C" && follows ? "binomial" : lower;
    if (functions.has(meant)) {
      if (!follows) throw new UnreadableFormula(`${name} without an argument`);
      return call(meant, ...this.list());
    }
    return variable(name);
  }

  private fold(name: string): Expression {
    this.want("_");
    this.want("{");
    const loop = this.tokens[this.at++];
    if (loop?.kind !== "name") throw new UnreadableFormula("a sum without a variable");
    let over: "range" | "divisors" = "range";
    let from: Expression = num(1);
    let to: Expression;
    if (this.take("|")) {
      over = "divisors";
      to = this.sum();
    } else {
      this.want("=");
      from = this.sum();
      this.want("..");
      to = this.sum();
    }
    this.want("}");
    const by = name.toLowerCase() === "sum" ? "sum" : "product";
    // "Sum_{k=1..n} k + 1" ends before the plus sign.
    return { kind: "fold", by, variable: loop.text, over, from, to, body: this.product() };
  }

  private list(): Expression[] {
    this.want("(");
    const parts = [this.sum()];
    while (this.take(",")) parts.push(this.sum());
    this.want(")");
    return parts;
  }

  private single(): Expression {
    const [index, ...more] = this.list();
    if (more.length > 0) throw new UnreadableFormula("a table, not a sequence");
    return index!;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private take(sign: string): boolean {
    if (this.peek()?.text !== sign) return false;
    this.at++;
    return true;
  }

  private want(sign: string): void {
    if (!this.take(sign)) throw new UnreadableFormula(`${JSON.stringify(sign)} was expected`);
  }
}
