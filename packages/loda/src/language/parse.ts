// The parser. It checks the form of each line; whether loops are closed and targets writable is validate.ts's work.
import { parseValue, type Value } from "../number/value.ts";
import { isMnemonic, mnemonics } from "./operation.ts";
import { constant, type Operand, type Operation, type Program } from "./program.ts";

/** A source text that is not a program: says where, what was found and what was expected. */
export class LodaSyntaxError extends Error {
  override readonly name = "LodaSyntaxError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(`line ${line}, column ${column}: ${message}`);
    this.line = line;
    this.column = column;
  }
}

/**
 * - `assembly`: one operation a line, `mov $1,$0`, comments after `;`
 * - `pipes`: operations separated by `|`, operands by blanks or commas: `mov $1 $0 | add $1 5`
 */
export type SourceForm = "assembly" | "pipes";

const directives = ["offset", "inputs", "outputs"] as const;
const integer = /^(?:0|-?[1-9][0-9]*)$/;
/** Infinity starts at 2^3840, which has 1,156 digits. */
const maxDigits = 1156;

/**
 * Parses a program.
 * @throws LodaSyntaxError at the first malformed line, with its position
 */
export function parse(text: string, form: SourceForm = "assembly"): Program {
  const reader = new Reader(form);
  if (form === "pipes") {
    let column = 1;
    for (const part of text.split("|")) {
      reader.read(part, 1, column);
      column += part.length + 1;
    }
  } else {
    let line = 1;
    for (let start = 0; start <= text.length; line++) {
      let end = text.indexOf("\n", start);
      if (end < 0) end = text.length;
      reader.read(text.slice(start, end), line, 1);
      start = end + 1;
    }
  }
  return reader.program();
}

class Reader {
  private readonly operations: Operation[] = [];
  private readonly found = new Map<string, number>();
  private readonly form: SourceForm;

  constructor(form: SourceForm) {
    this.form = form;
  }

  program(): Program {
    const inputs = this.found.get("inputs");
    const outputs = this.found.get("outputs");
    return {
      operations: this.operations,
      offset: this.found.get("offset") ?? 0,
      ...(inputs === undefined ? {} : { inputs }),
      ...(outputs === undefined ? {} : { outputs }),
    };
  }

  read(raw: string, line: number, firstColumn: number): void {
    const comment = raw.indexOf(";");
    const content = comment < 0 ? raw : raw.slice(0, comment);
    const text = content.trim();
    if (text === "") return;
    const column = firstColumn + content.indexOf(text);
    if (text.startsWith("#")) this.directive(text, line, column);
    else this.operation(text, line, column);
  }

  private directive(text: string, line: number, column: number): void {
    const match = /^#(\S*)\s*(.*)$/.exec(text)!;
    const name = match[1]!;
    const argument = match[2]!;
    if (!directives.some((known) => known === name))
      throw new LodaSyntaxError(
        `unknown directive #${name}; known are #offset, #inputs and #outputs`,
        line,
        column,
      );
    const value = integer.test(argument) ? Number(argument) : Number.NaN;
    if (!Number.isSafeInteger(value) || (name !== "offset" && value < 0))
      throw new LodaSyntaxError(
        `#${name} needs one ${name === "offset" ? "" : "non-negative "}integer, found ${JSON.stringify(argument)}`,
        line,
        column,
      );
    if (this.found.has(name)) throw new LodaSyntaxError(`#${name} is given twice`, line, column);
    this.found.set(name, value);
  }

  private operation(text: string, line: number, column: number): void {
    const blank = text.search(/\s/);
    const name = (blank < 0 ? text : text.slice(0, blank)).toLowerCase();
    if (!isMnemonic(name))
      throw new LodaSyntaxError(
        `unknown operation ${JSON.stringify(name)}; known are ${mnemonics.join(", ")}`,
        line,
        column,
      );
    const position = { line, column };
    const rest = blank < 0 ? "" : text.slice(blank);
    const operands = this.split(rest);
    if (name === "lpe") {
      if (operands.length > 0) throw new LodaSyntaxError("lpe takes no operands", line, column);
      this.operations.push({ mnemonic: name, target: constant(0), source: constant(0), position });
      return;
    }
    const wanted = operands.length === 2 || (name === "lpb" && operands.length === 1);
    if (!wanted)
      throw new LodaSyntaxError(
        `${name} takes ${name === "lpb" ? "one or two operands" : "two operands"}, found ${operands.length}`,
        line,
        column,
      );
    const first = column + text.length - rest.length + rest.search(/\S/);
    this.operations.push({
      mnemonic: name,
      target: parseOperand(operands[0]!, line, first),
      source:
        operands.length === 2
          ? parseOperand(operands[1]!, line, column + text.lastIndexOf(operands[1]!))
          : constant(1),
      position,
    });
  }

  private split(rest: string): string[] {
    const text = rest.trim();
    if (text === "") return [];
    return this.form === "pipes" ? text.split(/\s*,\s*|\s+/) : text.split(",").map((part) => part.trim());
  }
}

function parseOperand(text: string, line: number, column: number): Operand {
  const dollars = text.startsWith("$$") ? 2 : text.startsWith("$") ? 1 : 0;
  const digits = text.slice(dollars);
  if (!integer.test(digits)) {
    const why = /^-?0[0-9]+$|^-0$/.test(digits)
      ? "leading zeros and -0 are not numbers here"
      : "expected 5, $5 or $$5";
    throw new LodaSyntaxError(`malformed operand ${JSON.stringify(text)}: ${why}`, line, column);
  }
  if (dollars === 0) return constant(parseConstant(digits, line, column));
  const cell = Number(digits);
  if (cell < 0) throw new LodaSyntaxError(`negative cell address in ${JSON.stringify(text)}`, line, column);
  if (!Number.isSafeInteger(cell))
    throw new LodaSyntaxError(`the cell address in ${JSON.stringify(text)} is beyond 2^53 − 1`, line, column);
  return dollars === 1 ? { kind: "direct", cell } : { kind: "indirect", cell };
}

function parseConstant(digits: string, line: number, column: number): Value {
  try {
    if (digits.length <= maxDigits + 1) return parseValue(digits);
  } catch {
    // Too large: reported below with its place.
  }
  throw new LodaSyntaxError("the constant is infinite: numbers are below 2^3840", line, column);
}
