// Programs as tokens and back. A program is the index of its first term, then its operations: mnemonic, target, source.
// No separator is needed, because a mnemonic begins each operation.
import {
  constant,
  direct,
  indirect,
  type Operand,
  type Operation,
  operation,
  type Program,
} from "../language/program.ts";
import { toValue, type Value } from "../number/value.ts";
import {
  firstDirect,
  firstIndirect,
  firstNumber,
  groupOf,
  mark,
  mnemonicOf,
  numberBase,
  operationId,
  wholeDirectCells,
  wholeIndirectCells,
} from "./vocabulary.ts";

const base = BigInt(numberBase);

/** A number in base 1000, most significant group first. */
export function numberTokens(value: Value): number[] {
  const groups: number[] = [];
  let rest = BigInt(value);
  const negative = rest < 0n;
  if (negative) rest = -rest;
  do {
    groups.unshift(firstNumber + Number(rest % base));
    rest /= base;
  } while (rest > 0n);
  const spaced = groups.flatMap((group, i) => (i === 0 ? [group] : [mark.group, group]));
  return negative ? [mark.negative, ...spaced] : spaced;
}

function operandTokens(operand: Operand): number[] {
  if (operand.kind === "constant") return numberTokens(operand.value);
  const [first, whole, spelled] =
    operand.kind === "direct"
      ? [firstDirect, wholeDirectCells, mark.direct]
      : [firstIndirect, wholeIndirectCells, mark.indirect];
  if (operand.cell < whole) return [first + operand.cell];
  return [spelled, ...numberTokens(operand.cell)];
}

/** The tokens of a program, without an end token. */
export function programTokens({ offset, operations }: Program): number[] {
  return [
    ...numberTokens(offset),
    ...operations.flatMap(({ mnemonic, target, source }) => {
      if (mnemonic === "lpe") return [operationId(mnemonic)];
      const length = mnemonic === "lpb" && source.kind === "constant" && source.value === 1;
      return [operationId(mnemonic), ...operandTokens(target), ...(length ? [] : operandTokens(source))];
    }),
  ];
}

/**
 * The program that tokens spell; an end token and what follows it are ignored.
 * @throws RangeError at the first token that cannot stand where it does
 */
export function programOf(tokens: readonly number[]): Program {
  const reader = new TokenReader(tokens);
  const offset = reader.number();
  if (typeof offset === "bigint") throw new RangeError("The offset of a program is below 2^53.");
  const operations: Operation[] = [];
  while (!reader.done) {
    const mnemonic = reader.mnemonic();
    if (mnemonic === "lpe") operations.push(operation(mnemonic, constant(0), constant(0)));
    else {
      const target = reader.operand();
      const plainLoop = mnemonic === "lpb" && !reader.atOperand;
      operations.push(operation(mnemonic, target, plainLoop ? constant(1) : reader.operand()));
    }
  }
  return { operations, offset };
}

class TokenReader {
  private at = 0;
  private readonly tokens: readonly number[];

  constructor(tokens: readonly number[]) {
    const end = tokens.indexOf(mark.end);
    this.tokens = end < 0 ? tokens : tokens.slice(0, end);
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  get atOperand(): boolean {
    return !this.done && mnemonicOf(this.tokens[this.at]!) === undefined;
  }

  mnemonic() {
    const mnemonic = mnemonicOf(this.tokens[this.at] ?? -1);
    if (mnemonic === undefined) throw this.refuse("an operation");
    this.at++;
    return mnemonic;
  }

  operand(): Operand {
    const token = this.tokens[this.at] ?? -1;
    const cell = { direct: token - firstDirect, indirect: token - firstIndirect };
    if (cell.direct >= 0 && cell.direct < wholeDirectCells) {
      this.at++;
      return direct(cell.direct);
    }
    if (cell.indirect >= 0 && cell.indirect < wholeIndirectCells) {
      this.at++;
      return indirect(cell.indirect);
    }
    if (token !== mark.direct && token !== mark.indirect) return constant(this.number());
    this.at++;
    const spelled = this.number();
    if (typeof spelled === "bigint" || spelled < 0)
      throw new RangeError("A cell has a number from 0 to 2^53.");
    return token === mark.direct ? direct(spelled) : indirect(spelled);
  }

  number(): Value {
    const negative = this.tokens[this.at] === mark.negative;
    if (negative) this.at++;
    let value = BigInt(this.group());
    while (this.tokens[this.at] === mark.group) {
      this.at++;
      value = value * base + BigInt(this.group());
    }
    return toValue(negative ? -value : value);
  }

  private group(): number {
    const group = groupOf(this.tokens[this.at] ?? -1);
    if (group === undefined) throw this.refuse("a number");
    this.at++;
    return group;
  }

  private refuse(wanted: string): RangeError {
    const found = this.done ? "the end" : `token ${this.tokens[this.at]}`;
    return new RangeError(`Expected ${wanted} at token ${this.at} of a program, found ${found}.`);
  }
}
