/**
 * Regular expressions in JavaScript's syntax with its `u` flag, as expressions over bytes. What is not regular
 * (lookaround, backreferences, word boundaries) is refused; greediness means nothing here, as only the set of
 * matched texts counts.
 */
import {
  anyCodePoint,
  type CodePointSet,
  codePoints,
  complement,
  foldCase,
  pointsOf,
  unicodeProperty,
  union,
  utf8Of,
} from "./code-points.ts";
import { ConstraintError, choice, type Expression, empty, repeat, sequence } from "./expression.ts";

export interface RegexOptions {
  /** `i` matches letters of either case, `s` lets the dot match line ends; `u`, `v` and `m`'s absence are implied. */
  flags?: string;
  /**
   * `full` (the default): the whole text matches. `search`: some part does, so that what ^ and $ do not hold is
   * free, as `pattern` of JSON Schema means it.
   */
  match?: "full" | "search";
  /** How one code point of a set is written; its UTF-8 if not given. */
  encode?: (set: CodePointSet) => Expression;
}

const digits = codePoints([0x30, 0x39]);
const wordCharacters = codePoints([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
const lineEnds = codePoints([0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]);
const whiteSpace = codePoints(
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
);
const controlEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, v: 11, f: 12, "0": 0 };
const syntaxCharacters = "^$\\.*+?()[]{}|/-";
/** Beyond, counted repetitions would not fit a network anyway. */
const largestCount = 100_000;

/**
 * Parses a regular expression.
 * @throws ConstraintError naming the position and what is not supported there
 */
export function parseRegex(pattern: string, options: RegexOptions = {}): Expression {
  const { flags = "", match = "full", encode = utf8Of } = options;
  const unknown = [...flags].find((flag) => !"isuv".includes(flag));
  if (unknown !== undefined)
    throw new ConstraintError(`the regular expression flag ${unknown} is not supported`);
  const parser = new Parser(pattern, flags.includes("i"), flags.includes("s"), encode);
  return parser.top(match === "search" ? repeat(encode(anyCodePoint), 0) : empty);
}

class Parser {
  readonly #points: readonly number[];
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  readonly #dotAll: boolean;
  readonly #encode: (set: CodePointSet) => Expression;
  #at = 0;
  #depth = 0;

  constructor(
    pattern: string,
    ignoreCase: boolean,
    dotAll: boolean,
    encode: (set: CodePointSet) => Expression,
  ) {
    this.#pattern = pattern;
    this.#points = pointsOf(pattern);
    this.#ignoreCase = ignoreCase;
    this.#dotAll = dotAll;
    this.#encode = encode;
  }

  #fail(what: string): ConstraintError {
    const pattern = this.#pattern.length > 60 ? `${this.#pattern.slice(0, 60)}…` : this.#pattern;
    return new ConstraintError(`/${pattern}/ at character ${this.#at}: ${what}`);
  }

  #peek(offset = 0): string {
    const point = this.#points[this.#at + offset];
    return point === undefined ? "" : String.fromCodePoint(point);
  }

  #eat(text: string): boolean {
    for (const [index, character] of [...text].entries()) if (this.#peek(index) !== character) return false;
    this.#at += text.length;
    return true;
  }

  /** The whole pattern; `around` stands wherever an alternative is not held by ^ or $. */
  top(around: Expression): Expression {
    const options: Expression[] = [];
    do {
      const begin = this.#eat("^") ? empty : around;
      const parts = this.#terms();
      const end = this.#eat("$") ? empty : around;
      options.push(sequence(begin, ...parts, end));
    } while (this.#eat("|"));
    if (this.#at < this.#points.length)
      throw this.#fail(
        this.#peek() === ")"
          ? "there is no ( for this )"
          : "an anchor is supported only at the ends of the whole",
      );
    return choice(...options);
  }

  #terms(): Expression[] {
    const parts: Expression[] = [];
    while (this.#at < this.#points.length && !"|)$".includes(this.#peek())) parts.push(this.#term());
    return parts;
  }

  #term(): Expression {
    const body = this.#atom();
    const count = this.#quantifier();
    if (count === undefined) return body;
    this.#eat("?");
    if (this.#quantifier() !== undefined) throw this.#fail("a quantifier follows a quantifier");
    return repeat(body, count[0], count[1]);
  }

  #quantifier(): [number, number] | undefined {
    if (this.#eat("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#eat("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#eat("?")) return [0, 1];
    const rest = this.#peek() === "{" ? this.#ahead(24) : "";
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(rest);
    if (!counted) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most =
      counted[2] === undefined ? least : counted[3] === "" ? Number.POSITIVE_INFINITY : Number(counted[3]);
    if (most < least) throw this.#fail(`the quantifier ${counted[0]} is out of order`);
    if (least > largestCount || (most !== Number.POSITIVE_INFINITY && most > largestCount))
      throw this.#fail(`the quantifier ${counted[0]} exceeds ${largestCount}`);
    return [least, most];
  }

  #ahead(count: number): string {
    return String.fromCodePoint(...this.#points.slice(this.#at, this.#at + count));
  }

  #atom(): Expression {
    const character = this.#peek();
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#set(this.#class());
      case ".":
        this.#at++;
        return this.#encode(this.#dotAll ? anyCodePoint : complement(lineEnds));
      case "\\":
        return this.#set(this.#escape());
      case "*":
      case "+":
      case "?":
      case "{":
        throw this.#fail(
          `there is nothing for ${character} to repeat; write \\${character} for the character`,
        );
      case "^":
        throw this.#fail("an anchor is supported only at the ends of the whole");
      case "}":
      case "]":
        throw this.#fail(
          `there is nothing for ${character} to close; write \\${character} for the character`,
        );
      default: {
        this.#at++;
        const point = character.codePointAt(0)!;
        return this.#set(codePoints([point, point]));
      }
    }
  }

  #set(set: CodePointSet): Expression {
    return this.#encode(this.#ignoreCase ? foldCase(set) : set);
  }

  #group(): Expression {
    this.#at++;
    if (++this.#depth > 200) throw this.#fail("groups are nested deeper than 200");
    if (this.#peek() === "?") {
      const kind = /^\?(:|<[A-Za-z_]\w*>)/.exec(this.#ahead(64));
      if (!kind)
        throw this.#fail("lookaround, and groups other than (…), (?:…) and (?<name>…), are not supported");
      this.#at += kind[0].length;
    }
    const options: Expression[] = [];
    do options.push(sequence(...this.#terms()));
    while (this.#eat("|"));
    if (this.#peek() === "$") throw this.#fail("an anchor is supported only at the ends of the whole");
    if (!this.#eat(")")) throw this.#fail("a ) is missing");
    this.#depth--;
    return choice(...options);
  }

  /** A backslash and what follows, outside or inside of a class. */
  #escape(): CodePointSet {
    this.#at++;
    const character = this.#peek();
    this.#at++;
    const one = (point: number) => codePoints([point, point]);
    switch (character) {
      case "d":
        return digits;
      case "D":
        return complement(digits);
      case "w":
        return wordCharacters;
      case "W":
        return complement(wordCharacters);
      case "s":
        return whiteSpace;
      case "S":
        return complement(whiteSpace);
      case "p":
      case "P": {
        const name = /^\{([^}]{1,60})\}/.exec(this.#ahead(64));
        const set = name ? unicodeProperty(name[1]!) : undefined;
        if (!name || !set) throw this.#fail("there is no such Unicode property");
        this.#at += name[0].length;
        return character === "p" ? set : complement(set);
      }
      case "x":
      case "u":
        return one(this.#hexadecimal(character));
      case "c": {
        const letter = this.#peek();
        if (!/^[A-Za-z]$/.test(letter)) throw this.#fail("\\c needs a letter");
        this.#at++;
        return one(letter.charCodeAt(0) % 32);
      }
      default: {
        const control = Object.hasOwn(controlEscapes, character) ? controlEscapes[character] : undefined;
        if (control !== undefined && !(character === "0" && /^\d/.test(this.#peek()))) return one(control);
        if (character !== "" && syntaxCharacters.includes(character)) return one(character.codePointAt(0)!);
        this.#at--;
        if (/^[1-9k]$/.test(character)) throw this.#fail("backreferences are not supported");
        if (/^[bB]$/.test(character)) throw this.#fail("word boundaries are not supported");
        throw this.#fail(
          character === "" ? "the pattern ends in a backslash" : `unknown escape \\${character}`,
        );
      }
    }
  }

  #hexadecimal(kind: string): number {
    const form = kind === "x" ? /^[0-9a-fA-F]{2}/ : /^(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})/;
    const digits = form.exec(this.#ahead(8))?.[0];
    if (digits === undefined) throw this.#fail(`\\${kind} needs hexadecimal digits`);
    this.#at += digits.length;
    const point = Number.parseInt(digits.replace(/[{}]/g, ""), 16);
    if (point > 0x10ffff) throw this.#fail("there is no such code point");
    const pair = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#ahead(6));
    if (point >= 0xd800 && point <= 0xdbff && pair) {
      this.#at += pair[0].length;
      return 0x10000 + (point - 0xd800) * 0x400 + (Number.parseInt(pair[1]!, 16) - 0xdc00);
    }
    if (point >= 0xd800 && point <= 0xdfff) throw this.#fail("half of a surrogate pair is no character");
    return point;
  }

  #class(): CodePointSet {
    this.#at++;
    const negated = this.#eat("^");
    const sets: CodePointSet[] = [];
    while (!this.#eat("]")) {
      if (this.#at >= this.#points.length) throw this.#fail("a ] is missing");
      const low = this.#classAtom();
      if (this.#peek() !== "-" || this.#peek(1) === "]") {
        sets.push(low);
        continue;
      }
      this.#at++;
      const high = this.#classAtom();
      const [first, last] = [single(low), single(high)];
      if (first === undefined || last === undefined)
        throw this.#fail("a range needs a character at either end");
      if (first > last) throw this.#fail("the ends of the range are out of order");
      sets.push(codePoints([first, last]));
    }
    const set = this.#ignoreCase ? foldCase(union(...sets)) : union(...sets);
    return negated ? complement(set) : set;
  }

  #classAtom(): CodePointSet {
    if (this.#peek() === "\\") {
      if (this.#peek(1) === "b") {
        this.#at += 2;
        return codePoints([8, 8]);
      }
      return this.#escape();
    }
    const point = this.#points[this.#at];
    if (point === undefined) throw this.#fail("a ] is missing");
    this.#at++;
    return codePoints([point, point]);
  }
}

function single(set: CodePointSet): number | undefined {
  return set.length === 1 && set[0]![0] === set[0]![1] ? set[0]![0] : undefined;
}
