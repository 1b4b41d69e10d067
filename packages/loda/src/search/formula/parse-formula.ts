// The parser of formulas: the usual precedence, multiplication also without a sign ("2n", "3(n+1)", "n(n+1)"), sums
// and products as "Sum_{k=1..n} …" and "Sum_{d|n} …". It reads as far as a formula goes and tells where it ended.
import { parseId } from "../../language/program.ts";
import {
  binary,
  call,
  type Expression,
  factors,
  infinity,
  num,
  sumOver,
  UnreadableFormula,
  variable,
} from "./expression.ts";
import { isFunction, meaningOf } from "./function-names.ts";
import { isRealFunction } from "./real-value.ts";

export interface ParsedFormula {
  readonly expression: Expression;
  /** What follows the formula. */
  readonly rest: string;
}

const token = /\s*(?:(\d+(?:\.\d+)?)|(A\d{6,}|[A-Za-z]+(?:_\d+)?)|(\.\.|>=|<=|[-+*/^()[\]{},;:=!|_.<>]))/y;

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
  const expression = parser.formula();
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

  /** Sums, joined by bitwise operations in capitals. */
  formula(): Expression {
    let left = this.sum();
    for (;;) {
      const operator = this.peek()?.text ?? "";
      if (!/^(?:AND|OR|XOR)$/.test(operator)) return left;
      this.at++;
      left = call(operator.toLowerCase(), left, this.sum());
    }
  }

  private sum(): Expression {
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
        // "mod n(n+1)" is the remainder by the product.
        let by = this.power();
        while (this.beginsOperand()) by = binary("*", by, this.power());
        left = binary("mod", left, by);
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
      isFunction(meaningOf(text)) ||
      /^log_\d+$/i.test(text) ||
      /^(?:sum|product|pi)$/i.test(text)
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
    if (this.peek()?.text === "!" && this.tokens[this.at + 1]?.text === "!") {
      this.at += 2;
      // n(n − 2)(n − 4)…
      const k = variable("#d");
      const last = call("floor", binary("/", binary("-", value, num(1)), num(2)));
      value = sumOver("product", "#d", num(0), last, binary("-", value, binary("*", num(2), k)));
    }
    return value;
  }

  private atom(): Expression {
    const next = this.peek();
    if (!next) throw new UnreadableFormula("the formula ends too early");
    this.at++;
    if (next.kind === "number") return decimal(next.text);
    if (next.text === "(") {
      const inner = this.formula();
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
    if (!follows && /^pi$/i.test(name)) return variable("Pi");
    // C(n, k) is a binomial coefficient, pi(n) counts primes, mod(a, b) is a mod b.
    const lower = name === "C" && follows ? "binomial" : meaningOf(name);
    if (follows && lower === "pi") return call("primepi", ...this.list());
    if (follows && lower === "mod") {
      const [left, right] = this.list();
      if (!right) throw new UnreadableFormula("mod of one argument");
      return binary("mod", left!, right);
    }
    const base = /^log_(\d+)$/.exec(lower)?.[1];
    if (follows && base !== undefined && !isRealFunction(lower))
      return call("log", ...this.list(), num(BigInt(base)));
    if (isFunction(lower)) {
      if (!follows) throw new UnreadableFormula(`${name} without an argument`);
      return call(lower, ...this.list());
    }
    if (name.length > 1) throw new UnreadableFormula(`${name} is not understood`);
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
    const by = name.toLowerCase() === "sum" ? "sum" : "product";
    if (this.take("^")) {
      // Product_{p^e||n}
      const exponent = this.tokens[this.at++];
      this.want("|");
      this.want("|");
      const of = this.sum();
      this.want("}");
      if (loop.text !== "p" || exponent?.text !== "e") throw new UnreadableFormula("prime powers are p^e");
      return factors(by, of, this.product());
    }
    if (this.take("|")) {
      over = "divisors";
      to = this.sum();
      if (loop.text === "p") {
        this.want("}");
        return factors(by, to, this.product());
      }
    } else {
      const open = this.take(">");
      if (open || this.take(">=")) {
        from = this.sum();
        if (open) from = binary("+", from, num(1));
        to = infinity;
      } else {
        this.want("=");
        from = this.sum();
        this.want("..");
        this.take(".");
        to = this.bound();
      }
    }
    this.want("}");
    // "Sum_{k=1..n} k + 1" ends before the plus sign.
    return { kind: "fold", by, variable: loop.text, over, from, to, body: this.product() };
  }

  private bound(): Expression {
    const next = this.peek()?.text;
    if (next !== "oo" && next?.toLowerCase() !== "infinity") return this.sum();
    this.at++;
    return infinity;
  }

  private list(): Expression[] {
    this.want("(");
    const parts = [this.formula()];
    while (this.take(",")) parts.push(this.formula());
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

/** 1.25 is 125/100. */
function decimal(text: string): Expression {
  const [whole, places] = text.split(".");
  if (places === undefined) return num(BigInt(text));
  return binary("/", num(BigInt(whole! + places)), num(10n ** BigInt(places.length)));
}
