/** Where LODA programs come from: a file, or a sequence id in a folder of programs (a clone of loda-programs). */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import {
  formatId,
  LodaSyntaxError,
  type Program,
  parse,
  parseId,
  print,
  programPath,
  programsRoot,
  readHeader,
} from "@weightsmith/loda";
import { Option } from "commander";

export function programsDirOption(): Option {
  return new Option("--programs-dir <dir>", "a clone of loda-programs: the folder above oeis/").env(
    "WEIGHTSMITH_LODA_PROGRAMS",
  );
}

export interface LoadedProgram {
  readonly name: string;
  readonly id: number | undefined;
  readonly source: string;
  readonly program: Program;
  /** The folder of the programs it may call, if there is one. */
  readonly root: string | undefined;
}

/**
 * The program that an argument names.
 * @throws AppError if there is no such file or sequence, or the source is malformed
 */
export function loadProgram(name: string, programsDir: string | undefined): LoadedProgram {
  const id = existsSync(name) ? undefined : parseId(name);
  const root = programsDir === undefined ? undefined : checkedRoot(programsDir);
  if (id === undefined && !(existsSync(name) && statSync(name).isFile()))
    throw new AppError("request.invalid", {
      message: `There is no file ${JSON.stringify(name)}, and it is no sequence id such as A000045.`,
    });
  if (id !== undefined && root === undefined)
    throw new AppError("request.invalid", {
      message: `To look up ${formatId(id)}, say where the programs are: --programs-dir DIR or WEIGHTSMITH_LODA_PROGRAMS.`,
    });
  const file = id === undefined ? name : path.join(root!, programPath(id));
  if (!existsSync(file))
    throw new AppError("request.invalid", {
      message: `There is no program for ${formatId(id!)} in ${root}.`,
    });
  const source = asAssembly(readFileSync(file, "utf8"), file);
  return {
    name: id === undefined ? name : formatId(id),
    id: id ?? readHeader(source).id,
    source,
    program: readSource(source, file),
    root: root ?? programsRoot(file),
  };
}

/** The folder above `oeis/`, whether it or `oeis/` itself is named. */
export function checkedRoot(dir: string): string {
  const resolved = path.resolve(dir);
  if (existsSync(path.join(resolved, "oeis"))) return resolved;
  const above = programsRoot(path.join(resolved, "x"));
  if (above !== undefined && existsSync(resolved)) return above;
  throw new AppError("request.invalid", {
    message: `${resolved} is no folder of LODA programs: it should have a folder oeis/ in it.`,
  });
}

/** A program in one line, as `generate loda --pipes` prints it, one operation a line. */
function asAssembly(source: string, file: string): string {
  const line = source.trim();
  return /^[^;\n]*\|[^;\n]*$/.test(line) ? print(readSource(line, file, "pipes")) : source;
}

function readSource(source: string, file: string, form: "assembly" | "pipes" = "assembly"): Program {
  try {
    return parse(source, form);
  } catch (error) {
    if (error instanceof LodaSyntaxError)
      throw new AppError("request.invalid", { message: `${file}, ${error.message}` });
    throw error;
  }
}
