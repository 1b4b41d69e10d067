// Which programs can reach themselves through `seq`. A term of such a program depends on what is running when it is
// asked for (recursion is an error), so it must not be remembered; every other term may.
import type { Program } from "../language/program.ts";
import type { ProgramStore } from "./store.ts";

export class CallGraph {
  private readonly store: ProgramStore;
  private readonly answers = new Map<number, boolean>();

  constructor(store: ProgramStore) {
    this.store = store;
  }

  /** Whether the program of a sequence calls itself, directly or not, or calls what only a run can tell. */
  isRecursive(id: number): boolean {
    let answer = this.answers.get(id);
    if (answer === undefined) {
      answer = this.reaches(id);
      this.answers.set(id, answer);
    }
    return answer;
  }

  private reaches(id: number): boolean {
    const seen = new Set<number>();
    const pending = [id];
    for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
      const program = this.store.sequence(current);
      if (!program) continue;
      const callees = calledSequences(program);
      if (callees === undefined || callees.includes(id)) return true;
      for (const callee of callees) {
        if (seen.has(callee)) continue;
        seen.add(callee);
        pending.push(callee);
      }
    }
    return false;
  }
}

/** The ids behind a program's `seq` operations, or `undefined` if one is computed or a `prg` hides more. */
export function calledSequences({ operations }: Program): number[] | undefined {
  const ids: number[] = [];
  for (const { mnemonic, source } of operations) {
    if (mnemonic === "prg") return undefined;
    if (mnemonic !== "seq") continue;
    if (source.kind !== "constant") return undefined;
    ids.push(Number(source.value));
  }
  return ids;
}
