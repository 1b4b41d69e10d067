// The language as a constraint on decoding: only tokens that keep the program parseable, valid and closable in the
// tokens that are left may come next, so that every answer is a program whose loops are closed.
import type { TokenConstraint } from "@weightsmith/nn";
import { arithmeticMnemonics, type Mnemonic, memoryMnemonics } from "../language/operation.ts";
import { numberTokens } from "./program-tokens.ts";
import {
  firstDirect,
  firstIndirect,
  firstNumber,
  lodaTokens,
  mark,
  mnemonicOf,
  numberBase,
  operationId,
  wholeDirectCells,
  wholeIndirectCells,
} from "./vocabulary.ts";

export interface GrammarOptions {
  readonly vocabularySize: number;
  /** The most tokens of a program, the end token not among them. */
  readonly maxTokens: number;
  /** The index of the first term, if it is given; else the model chooses it. */
  readonly offset?: number;
  /** Whether calls of other sequences may be written: only where their programs are at hand. */
  readonly calls: boolean;
}

/**
 * Where a program is after some tokens:
 * - `offset`, `offsetNumber`: before the index of the first term, and after its sign
 * - `operation`: an operation may begin, or the program end
 * - `target`, `targetCell`: before the target, and after the mark of a spelled cell
 * - `source`, `sourceCell`, `sourceNumber`: before the source, after the mark of a spelled cell, after a sign
 * - `number`: after a group of a number; another group may follow, or an operation
 * - `group`: after the mark between groups
 */
type Stage =
  | "offset"
  | "offsetNumber"
  | "operation"
  | "target"
  | "targetCell"
  | "source"
  | "sourceCell"
  | "sourceNumber"
  | "number"
  | "group";

/** Tokens that an operation still needs at least, by stage. */
const needed: Record<Stage, number> = {
  offset: 1,
  offsetNumber: 1,
  operation: 0,
  target: 1,
  targetCell: 1,
  source: 1,
  sourceCell: 1,
  sourceNumber: 1,
  number: 0,
  group: 1,
};

const maxDepth = 4;
/** Groups of a constant; no useful one is longer. */
const maxGroups = 8;
/** Groups of a sequence id. */
const maxIdGroups = 2;
const maxCells = 2000;

interface State {
  readonly stage: Stage;
  /** Tokens that may still be written. */
  readonly left: number;
  /** Open loops. */
  readonly depth: number;
  /** The operation at hand. */
  readonly mnemonic: Mnemonic | undefined;
  /** Groups of the number at hand. */
  readonly groups: number;
}

class ProgramConstraint implements TokenConstraint {
  private readonly state: State;
  private readonly options: GrammarOptions;
  private readonly masks: Map<string, Uint32Array>;

  constructor(state: State, options: GrammarOptions, masks: Map<string, Uint32Array>) {
    this.state = state;
    this.options = options;
    this.masks = masks;
  }

  mask(): Uint32Array {
    const { stage, left, depth, mnemonic, groups } = this.state;
    /** What is left beside closing the open loops. */
    const spare = left - depth;
    const key = `${stage} ${Math.min(spare, 4)} ${Math.min(depth, maxDepth)} ${mnemonic === "seq"} ${Math.min(groups, maxGroups)}`;
    let mask = this.masks.get(key);
    if (!mask) {
      mask = new Uint32Array(Math.ceil(this.options.vocabularySize / 32));
      for (const token of this.allowed(spare)) mask[token >> 5]! |= 1 << (token & 31);
      this.masks.set(key, mask);
    }
    return mask;
  }

  /** @throws RangeError for a token that cannot come next */
  advance(token: number): TokenConstraint {
    const { stage, left, depth, mnemonic, groups } = this.state;
    const to = (next: Partial<State> & { stage: Stage }) =>
      new ProgramConstraint(
        { left: left - 1, depth, mnemonic, groups: 0, ...next },
        this.options,
        this.masks,
      );
    const begun = mnemonicOf(token);
    if (begun !== undefined && (stage === "operation" || stage === "number")) {
      if (begun === "lpe") return to({ stage: "operation", depth: depth - 1, mnemonic: undefined });
      return to({ stage: "target", mnemonic: begun, depth: begun === "lpb" ? depth + 1 : depth });
    }
    const afterTarget: Stage = mnemonic === "lpb" ? "operation" : "source";
    switch (stage) {
      case "offset":
        return to({ stage: token === mark.negative ? "offsetNumber" : "operation" });
      case "offsetNumber":
        return to({ stage: "operation" });
      case "target":
        return to({ stage: token === mark.direct || token === mark.indirect ? "targetCell" : afterTarget });
      case "targetCell":
        return to({ stage: afterTarget });
      case "source":
        if (token === mark.negative) return to({ stage: "sourceNumber" });
        if (token === mark.direct || token === mark.indirect) return to({ stage: "sourceCell" });
        return isNumber(token)
          ? // A number that begins with 0 is 0.
            to({ stage: "number", groups: token === firstNumber ? maxGroups : 1 })
          : to({ stage: "operation" });
      case "sourceCell":
        return to({ stage: "operation" });
      case "sourceNumber":
        return to({ stage: "number", groups: 1 });
      case "number":
        if (token === mark.group) return to({ stage: "group", groups });
        break;
      case "group":
        return to({ stage: "number", groups: groups + 1 });
      case "operation":
        break;
    }
    throw new RangeError(`${lodaTokens[token] ?? `Token ${token}`} cannot come at this place of a program.`);
  }

  private *allowed(spare: number): Generator<number> {
    const { stage, mnemonic, groups } = this.state;
    /** Whether a token may lead to a stage: it and what the stage needs must fit. */
    const fits = (next: Stage, more = 0) => spare - 1 - needed[next] - more >= 0;
    switch (stage) {
      case "offset": {
        const { offset } = this.options;
        if (offset !== undefined) {
          yield numberTokens(offset)[0]!;
          return;
        }
        if (fits("offsetNumber")) yield mark.negative;
        yield* numbers(0, 100);
        return;
      }
      case "offsetNumber": {
        const { offset } = this.options;
        if (offset !== undefined) yield numberTokens(offset).at(-1)!;
        else yield* numbers(1, 100);
        return;
      }
      case "number":
        if (groups < (mnemonic === "seq" ? maxIdGroups : maxGroups) && fits("group")) yield mark.group;
        yield* this.operations(spare);
        return;
      case "operation":
        yield* this.operations(spare);
        return;
      case "target": {
        // The source comes after the target, but for a loop.
        const more = mnemonic === "lpb" ? 0 : 1;
        yield* row(firstDirect, wholeDirectCells);
        yield* row(firstIndirect, wholeIndirectCells);
        if (fits("targetCell", more)) yield* [mark.direct, mark.indirect];
        return;
      }
      case "targetCell":
      case "sourceCell":
        yield* numbers(0, Math.min(numberBase, maxCells));
        return;
      case "source":
        yield* numbers(0, numberBase);
        if (mnemonic === "seq") return;
        yield* row(firstDirect, wholeDirectCells);
        yield* row(firstIndirect, wholeIndirectCells);
        if (fits("sourceNumber")) yield mark.negative;
        if (fits("sourceCell")) yield* [mark.direct, mark.indirect];
        return;
      case "sourceNumber":
        yield* numbers(1, numberBase);
        return;
      case "group":
        yield* numbers(0, numberBase);
        return;
    }
  }

  private *operations(spare: number): Generator<number> {
    const { depth } = this.state;
    // Mnemonic, target, source.
    if (spare >= 3) {
      for (const mnemonic of [...arithmeticMnemonics, ...memoryMnemonics]) yield operationId(mnemonic);
      if (this.options.calls) yield operationId("seq");
      // Mnemonic, target, and the end of the loop.
      if (depth < maxDepth) yield operationId("lpb");
    }
    if (depth > 0) yield operationId("lpe");
    else yield mark.end;
  }
}

function* row(first: number, count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield first + i;
}

const numbers = (from: number, to: number) => row(firstNumber + from, to - from);
const isNumber = (token: number) => token >= firstNumber && token < firstNumber + numberBase;

/** The largest index of a first term that can be asked for: it has to be one token. */
export const largestOffset = numberBase - 1;

/** The start of a program. @throws RangeError if the offset is out of range */
export function programConstraint(options: GrammarOptions): TokenConstraint {
  const { offset = 0, maxTokens } = options;
  if (Math.abs(offset) > largestOffset)
    throw new RangeError(`The model writes programs for offsets up to ±${largestOffset}, not ${offset}.`);
  if (maxTokens < 4) throw new RangeError(`A program needs room for 4 tokens; got ${maxTokens}.`);
  return new ProgramConstraint(
    { stage: "offset", left: maxTokens, depth: 0, mnemonic: undefined, groups: 0 },
    options,
    new Map(),
  );
}
