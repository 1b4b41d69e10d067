// The plain interpreter: one operation after the other, as the language is defined. It is the reference that every
// faster evaluator is tested against, so it has no cleverness of its own.
import { type ArithmeticMnemonic, isArithmetic, type MemoryMnemonic } from "../language/operation.ts";
import {
  inputCell,
  type Operand,
  type Operation,
  outputCell,
  type Program,
  usesFragments,
} from "../language/program.ts";
import { maxNesting } from "../language/validate.ts";
import { type ArithmeticOperation, arithmetic as mixedArithmetic } from "../number/arithmetic.ts";
import type { Value } from "../number/value.ts";
import { EvaluationError, stepsPassed } from "./error.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { fragmentLess, Memory, toInt64 } from "./memory.ts";

export interface Result {
  readonly value: Value;
  /** Each executed operation counts 1, and a `seq` also the steps of the called program. */
  readonly steps: number;
}

/** How a run reaches other programs and the clock. */
export interface Environment {
  readonly limits: Limits;
  /** Term `argument` of sequence `id`, with the steps it took, remembered ones too. */
  call(id: number, argument: Value): Result;
  /** Runs a procedure on a memory region; answers its steps. */
  callProcedure(id: number, start: number, memory: Memory): number;
  /** Throws when the time is up. */
  checkTime(): void;
}

/** Called after each operation, for traces. */
export type Observer = (operation: Operation, index: number, memory: Memory, steps: number) => void;

interface OpenLoop {
  readonly begin: number;
  memory: readonly Value[];
  counter: Value;
  fragment: readonly Value[];
  length: number;
}

const checkTimeEverySteps = 1024;

export class Interpreter {
  private readonly environment: Environment;
  private readonly arithmetic: Record<ArithmeticMnemonic, ArithmeticOperation>;

  constructor(environment: Environment, arithmetic = mixedArithmetic) {
    this.environment = environment;
    this.arithmetic = arithmetic;
  }

  /** Runs a program in fresh memory with `$0 = argument`. */
  term(program: Program, argument: Value, observe?: Observer): Result {
    const memory = new Memory(this.environment.limits.cells);
    memory.set(inputCell, argument);
    const steps = this.run(program, memory, observe);
    return { value: memory.get(outputCell), steps };
  }

  /**
   * Runs a program on a memory.
   * @returns the number of steps
   * @throws EvaluationError
   */
  run(program: Program, memory: Memory, observe?: Observer): number {
    const { operations } = program;
    const { limits } = this.environment;
    const fragments = usesFragments(program);
    const loops: OpenLoop[] = [];
    let steps = 0;
    let index = 0;
    try {
      while (index < operations.length) {
        const operation = operations[index]!;
        const { mnemonic, target, source } = operation;
        let next = index + 1;
        if (isArithmetic(mnemonic)) {
          const a = read(target, memory);
          write(target, this.arithmetic[mnemonic](a, read(source, memory)), memory);
        } else if (mnemonic === "lpb") {
          if (loops.length >= maxNesting)
            throw new EvaluationError("nesting", `loops are nested more than ${maxNesting} deep`);
          loops.push(enter(operation, index, memory, fragments));
        } else if (mnemonic === "lpe") {
          const loop = loops.at(-1);
          if (!loop) throw new EvaluationError("loop-end-without-begin", "lpe without lpb");
          if (again(loop, operations[loop.begin]!, memory, fragments)) next = loop.begin + 1;
          else {
            memory.restore(loop.memory);
            loops.pop();
          }
        } else if (mnemonic === "seq") {
          const argument = read(target, memory);
          const result = this.environment.call(toInt64(read(source, memory)), argument);
          steps += result.steps;
          write(target, result.value, memory);
        } else if (mnemonic === "prg") {
          const start = address(target, memory);
          steps += this.environment.callProcedure(toInt64(read(source, memory)), start, memory);
        } else {
          this.region(mnemonic, address(target, memory), toInt64(read(source, memory)), memory);
        }
        steps++;
        observe?.(operation, index, memory, steps);
        if (steps > limits.steps) throw stepsPassed(limits.steps);
        if (steps % checkTimeEverySteps === 0 || mnemonic === "seq") this.environment.checkTime();
        index = next;
      }
    } catch (error) {
      throw error instanceof EvaluationError ? error.locatedAt(operations[index]!) : error;
    }
    if (loops.length > 0) throw new EvaluationError("open-loop", "the program ends inside a loop");
    return steps;
  }

  private region(mnemonic: MemoryMnemonic, start: number, length: number, memory: Memory): void {
    switch (mnemonic) {
      case "clr":
        memory.clear(start, length);
        break;
      case "fil":
        memory.fill(start, length);
        break;
      case "rol":
        memory.rotateLeft(start, length);
        break;
      case "ror":
        memory.rotateRight(start, length);
        break;
    }
  }
}

function enter(lpb: Operation, begin: number, memory: Memory, fragments: boolean): OpenLoop {
  const loop: OpenLoop = { begin, memory: memory.snapshot(), counter: 0, fragment: [], length: 0 };
  if (fragments) {
    loop.length = toInt64(read(lpb.source, memory));
    loop.fragment = memory.fragment(address(lpb.target, memory), loop.length);
  } else loop.counter = read(lpb.target, memory);
  return loop;
}

/** Decides at lpe whether the round is accepted; if so, it becomes the state to fall back to. */
function again(loop: OpenLoop, lpb: Operation, memory: Memory, fragments: boolean): boolean {
  if (fragments) {
    const start = address(lpb.target, memory);
    const length = Math.min(loop.length, toInt64(read(lpb.source, memory)));
    const fragment = memory.fragment(start, length);
    if (!fragmentLess(fragment, loop.fragment, length)) return false;
    loop.length = length;
    loop.fragment = fragment;
  } else {
    const counter = read(lpb.target, memory);
    if (!(counter >= 0 && counter < loop.counter)) return false;
    loop.counter = counter;
  }
  loop.memory = memory.snapshot();
  return true;
}

function read(operand: Operand, memory: Memory): Value {
  switch (operand.kind) {
    case "constant":
      return operand.value;
    case "direct":
      return memory.get(operand.cell);
    case "indirect":
      return memory.get(toInt64(memory.get(operand.cell)));
  }
}

function address(operand: Operand, memory: Memory): number {
  switch (operand.kind) {
    case "constant":
      throw new EvaluationError("constant-target", "a constant has no address");
    case "direct":
      return operand.cell;
    case "indirect":
      return toInt64(memory.get(operand.cell));
  }
}

function write(operand: Operand, value: Value | undefined, memory: Memory): void {
  memory.set(address(operand, memory), value);
}

/** The environment's limits when none are given. */
export function withDefaults(limits: Partial<Limits> = {}): Limits {
  return { ...defaultLimits, ...limits };
}
