// The program files of a folder.
import { readdirSync, statSync } from "node:fs";
import path from "node:path";

/** Every .asm file at or below a path, in order; a file itself counts. */
export function programFiles(root: string): string[] {
  if (statSync(root).isFile()) return [root];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".asm"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The folder above `oeis/` that a program file belongs to: where the programs it calls are. */
export function programsRoot(file: string): string | undefined {
  const parts = path.resolve(file).split(path.sep);
  const at = parts.lastIndexOf("oeis");
  return at > 0 ? parts.slice(0, at).join(path.sep) || path.sep : undefined;
}
