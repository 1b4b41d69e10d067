/**
 * A program's address: SHA-256 of the canonical JSON of everything that determines the program. The same request, with
 * the same interpreter and compiler, has the same id wherever it is compiled, so that it need not be compiled twice.
 * Name, tags, visibility and webhook don't determine a program and are left out.
 */
import type { CompileRequest } from "./compile.ts";
import type { Constraint } from "./constraint.ts";
import type { Example } from "./example.ts";
import type { ProgramId } from "./ids.ts";

export interface ProgramDeterminants {
  readonly kind: string;
  readonly spec: string;
  /** In any order: the id does not depend on it. */
  readonly examples: readonly Example[];
  readonly method: string;
  readonly seed: number;
  /** What answers are held to, if anything. */
  readonly constraint?: Constraint | undefined;
  /** The interpreter's name and the SHA-256 of its weights. */
  readonly interpreter: { readonly id: string; readonly sha256: string };
  /** Changes whenever the compiler would make another program from the same request. */
  readonly compilerRevision: string;
}

export function programDeterminants(
  request: Pick<CompileRequest, "kind" | "spec" | "examples" | "method" | "seed" | "constraint">,
  interpreter: ProgramDeterminants["interpreter"],
  compilerRevision: string,
): ProgramDeterminants {
  const { kind, spec, examples, method, seed, constraint } = request;
  return { kind, spec, examples, method, seed, constraint, interpreter, compilerRevision };
}

/** Bytes of the canonical form; exported so that a test can pin it: changing it changes every id. */
export function canonicalProgram(determinants: ProgramDeterminants): string {
  const { id, sha256 } = determinants.interpreter;
  return canonicalJson({
    format: 1,
    kind: determinants.kind,
    spec: determinants.spec,
    examples: determinants.examples
      .map(({ input, output, generated }) =>
        JSON.stringify(generated ? [input, output, "generated"] : [input, output]),
      )
      .sort(),
    method: determinants.method,
    seed: determinants.seed,
    constraint: determinants.constraint,
    interpreter: { id, sha256 },
    compilerRevision: determinants.compilerRevision,
  });
}

export async function programIdOf(determinants: ProgramDeterminants): Promise<ProgramId> {
  return programIdFromSha256(await sha256Hex(canonicalProgram(determinants)));
}

/** For those who have a faster SHA-256 of `canonicalProgram` than Web Crypto's. */
export const programIdFromSha256 = (hex: string): ProgramId => hex.slice(0, 20) as ProgramId;

/** Lower-case hex SHA-256 of a text's UTF-8 bytes, through Web Crypto, so that it also runs in a browser. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON with sorted keys and no spaces: equal values have equal texts. Members that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}
