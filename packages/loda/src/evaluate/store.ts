// Where the programs behind `seq` and `prg` come from.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "../language/parse.ts";
import { formatId, type Program } from "../language/program.ts";

export interface ProgramStore {
  /** The program of a sequence, or `undefined` if there is none. */
  sequence(id: number): Program | undefined;
  /** The program behind `prg`. */
  procedure(id: number): Program | undefined;
}

export const emptyStore: ProgramStore = { sequence: () => undefined, procedure: () => undefined };

/** A store over programs in memory. */
export function memoryStore(
  sequences: Iterable<readonly [number, Program]>,
  procedures: Iterable<readonly [number, Program]> = [],
): ProgramStore {
  const bySequence = new Map(sequences);
  const byProcedure = new Map(procedures);
  return {
    sequence: (id) => bySequence.get(id),
    procedure: (id) => byProcedure.get(id),
  };
}

/** The path of a sequence's program below a programs folder: `oeis/000/A000045.asm`. */
export function programPath(id: number, letter: "A" | "P" = "A"): string {
  const name = formatId(id).replace("A", letter);
  return path.join(letter === "A" ? "oeis" : "prg", name.slice(1, 4), `${name}.asm`);
}

/**
 * A store over a clone of loda-programs, read on demand and kept. A file that cannot be parsed counts as missing, as
 * one that is not there does: a caller can do nothing about either.
 */
export function folderStore(folder: string): ProgramStore {
  const read = (letter: "A" | "P") => {
    const known = new Map<number, Program | undefined>();
    return (id: number): Program | undefined => {
      if (!known.has(id)) known.set(id, load(path.join(folder, programPath(id, letter))));
      return known.get(id);
    };
  };
  return { sequence: read("A"), procedure: read("P") };
}

function load(file: string): Program | undefined {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
