/**
 * The hashes of a program's files, and the comparison of those that are promised with those that are there. Pure: where
 * the hashes are computed (Node, a browser) is the caller's business.
 */
import { AppError } from "@weightsmith/contract";

export interface FileHash {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export type FileHashes = ReadonlyMap<string, FileHash>;

/**
 * @param promisedBy what lists the promised files, as errors name it, e.g. `program.json`
 * @throws AppError artifact.file_missing, artifact.file_altered, artifact.file_unlisted, for the first name in order
 */
export function assertSameFiles(promised: FileHashes, found: FileHashes, promisedBy: string): void {
  for (const name of sorted(promised)) {
    const expected = promised.get(name)!;
    const actual = found.get(name);
    if (actual === undefined) {
      throw new AppError("artifact.file_missing", {
        message: `The program is not whole: ${name} is missing, which ${promisedBy} lists.`,
        context: { file: name },
      });
    }
    if (actual.sha256 !== expected.sha256 || actual.bytes !== expected.bytes) {
      throw new AppError("artifact.file_altered", {
        message: `${name} is not the file that ${promisedBy} describes: expected ${said(expected)}, found ${said(actual)}.`,
        context: { file: name, expected, found: actual },
      });
    }
  }
  for (const name of sorted(found)) {
    if (!promised.has(name)) {
      throw new AppError("artifact.file_unlisted", {
        message: `${name} is not listed in ${promisedBy}.`,
        context: { file: name },
      });
    }
  }
}

/**
 * What a signature signs: a line that says what it is, then `SHA256 BYTES NAME` for each file, sorted by name, each line
 * ended by a line feed. Names hold no white space, so that one text has one reading.
 */
export function canonicalManifest(hashes: FileHashes): string {
  const lines = sorted(hashes).map((name) => {
    if (/\s/.test(name)) throw new RangeError(`not a program file name: ${JSON.stringify(name)}`);
    const { sha256, bytes } = hashes.get(name)!;
    return `${sha256} ${bytes} ${name}\n`;
  });
  return `weightsmith-files 1\n${lines.join("")}`;
}

/** By code units, whatever the locale. */
const sorted = (hashes: FileHashes): string[] => [...hashes.keys()].sort();

const said = ({ sha256, bytes }: FileHash): string => `SHA-256 ${sha256.slice(0, 16)}… of ${bytes} bytes`;
