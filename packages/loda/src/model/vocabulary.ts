// The tokens of the LODA model that are not text: operations, operands, numbers, and the marks between the parts of a
// request. They are special tokens of the tokenizer, so that no description can spell one.
import { type Mnemonic, mnemonics } from "../language/operation.ts";

/** Cells with a token of their own; others are a mark and a number: `$` 40. */
export const wholeDirectCells = 24;
export const wholeIndirectCells = 16;
/** Numbers are written in base 1000: −12,345,006 is `-` 12 `~` 345 `~` 6. */
export const numberBase = 1000;

export const marks = {
  pad: "<pad>",
  end: "</s>",
  /** Before the terms of a request. */
  terms: "<terms>",
  /** Before the index of the first term. */
  offset: "<offset>",
  negative: "<->",
  /** Between the groups of a number. */
  group: "<~>",
  /** Before the number of a cell without a token. */
  direct: "<$>",
  indirect: "<$$>",
} as const;

export const operationToken = (mnemonic: Mnemonic) => `<${mnemonic}>`;
export const directToken = (cell: number) => `<$${cell}>`;
export const indirectToken = (cell: number) => `<$$${cell}>`;
export const numberToken = (group: number) => `<${group}>`;

/** Every special token, in the order of its id from 0 on. */
export const lodaTokens: readonly string[] = [
  ...Object.values(marks),
  ...mnemonics.map(operationToken),
  ...Array.from({ length: wholeDirectCells }, (_, cell) => directToken(cell)),
  ...Array.from({ length: wholeIndirectCells }, (_, cell) => indirectToken(cell)),
  ...Array.from({ length: numberBase }, (_, group) => numberToken(group)),
];

const ids = new Map(lodaTokens.map((token, id) => [token, id]));
const idOf = (token: string): number => ids.get(token)!;

/** Ids of the marks. */
export const mark = {
  pad: idOf(marks.pad),
  end: idOf(marks.end),
  terms: idOf(marks.terms),
  offset: idOf(marks.offset),
  negative: idOf(marks.negative),
  group: idOf(marks.group),
  direct: idOf(marks.direct),
  indirect: idOf(marks.indirect),
} as const;

/** Ids of the tokens that stand in a row, each at `first + n`. */
export const firstOperation = idOf(operationToken(mnemonics[0]!));
export const firstDirect = idOf(directToken(0));
export const firstIndirect = idOf(indirectToken(0));
export const firstNumber = idOf(numberToken(0));

export const operationId = (mnemonic: Mnemonic): number => firstOperation + mnemonics.indexOf(mnemonic);

/** The operation behind a token, or `undefined` if it is another kind of token. */
export function mnemonicOf(token: number): Mnemonic | undefined {
  return mnemonics[token - firstOperation];
}

/** The group of digits behind a token, or `undefined` if it is another kind of token. */
export function groupOf(token: number): number | undefined {
  const group = token - firstNumber;
  return group >= 0 && group < numberBase ? group : undefined;
}
