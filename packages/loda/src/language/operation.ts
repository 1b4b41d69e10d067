// The operation catalogue: every mnemonic of the language with its kind and its number of operands.
// What an arithmetic operation computes is in number/; what a memory operation, a loop or a call does is in evaluate/.

/** Operations of the form target := f(target, source). `mov` is the one that does not read its target. */
export const arithmeticMnemonics = [
  "mov",
  "add",
  "sub",
  "trn",
  "mul",
  "div",
  "dif",
  "dir",
  "mod",
  "pow",
  "gcd",
  "lex",
  "bin",
  "fac",
  "log",
  "nrt",
  "dgs",
  "dgr",
  "equ",
  "neq",
  "leq",
  "geq",
  "min",
  "max",
  "ban",
  "bor",
  "bxo",
] as const;

/** Operations on the region of `source` cells that starts at the target's address. */
export const memoryMnemonics = ["clr", "fil", "rol", "ror"] as const;
export const loopMnemonics = ["lpb", "lpe"] as const;
/** `seq` runs the program of a sequence on one argument; `prg` runs a program with several inputs and outputs. */
export const callMnemonics = ["seq", "prg"] as const;

export type ArithmeticMnemonic = (typeof arithmeticMnemonics)[number];
export type MemoryMnemonic = (typeof memoryMnemonics)[number];
export type LoopMnemonic = (typeof loopMnemonics)[number];
export type CallMnemonic = (typeof callMnemonics)[number];
export type Mnemonic = ArithmeticMnemonic | MemoryMnemonic | LoopMnemonic | CallMnemonic;
export type OperationKind = "arithmetic" | "memory" | "loop" | "call";

const kinds = new Map<string, OperationKind>([
  ...arithmeticMnemonics.map((name) => [name, "arithmetic"] as const),
  ...memoryMnemonics.map((name) => [name, "memory"] as const),
  ...loopMnemonics.map((name) => [name, "loop"] as const),
  ...callMnemonics.map((name) => [name, "call"] as const),
]);

export const mnemonics: readonly Mnemonic[] = [
  ...arithmeticMnemonics,
  ...memoryMnemonics,
  ...loopMnemonics,
  ...callMnemonics,
];

export function isMnemonic(name: string): name is Mnemonic {
  return kinds.has(name);
}

export function isArithmetic(mnemonic: Mnemonic): mnemonic is ArithmeticMnemonic {
  return kinds.get(mnemonic) === "arithmetic";
}

export function isMemory(mnemonic: Mnemonic): mnemonic is MemoryMnemonic {
  return kinds.get(mnemonic) === "memory";
}

/** One line in plain words, for `explain` and for error messages. a is the target, b the source. */
export const meanings: Record<Mnemonic, string> = {
  mov: "a := b",
  add: "a := a + b",
  sub: "a := a − b",
  trn: "a := max(a − b, 0)",
  mul: "a := a · b",
  div: "a := a / b, rounded toward 0",
  dif: "a := a / b if b divides a, else a stays",
  dir: "divide a by b as often as it divides",
  mod: "a := remainder of a / b, with the sign of a",
  pow: "a := a to the power b",
  gcd: "a := greatest common divisor of a and b",
  lex: "a := largest k such that |b|^k divides a",
  bin: "a := binomial coefficient (a over b)",
  fac: "a := a(a+1)…(a+b−1), falling if b < 0",
  log: "a := floor(log of a in base b)",
  nrt: "a := floor(b-th root of a)",
  dgs: "a := digit sum of a in base b",
  dgr: "a := digital root of a in base b",
  equ: "a := 1 if a = b, else 0",
  neq: "a := 1 if a ≠ b, else 0",
  leq: "a := 1 if a ≤ b, else 0",
  geq: "a := 1 if a ≥ b, else 0",
  min: "a := the smaller of a and b",
  max: "a := the larger of a and b",
  ban: "a := a AND b, bit by bit",
  bor: "a := a OR b, bit by bit",
  bxo: "a := a XOR b, bit by bit",
  clr: "set b cells from a on to 0",
  fil: "set b cells from a on to the value of a",
  rol: "rotate b cells from a on left by one",
  ror: "rotate b cells from a on right by one",
  lpb: "repeat to lpe while a falls and stays ≥ 0",
  lpe: "end of loop: again if the counter fell, else undo the last round",
  seq: "a := term a of sequence b",
  prg: "run program b on the cells from a on",
};
