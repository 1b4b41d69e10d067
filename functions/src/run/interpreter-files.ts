/** The files of interpreters as they lie on this machine, for browsers that run programs by themselves. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { INTERPRETER_FILES } from "@weightsmith/contract";
import type { ProgramHost } from "@weightsmith/programs";
import type { Runs } from "../services.ts";

type Served = Awaited<ReturnType<Runs["interpreterFiles"]>>;

/** Read once: the hash of an interpreter in memory is that of the files it was loaded from. */
export function interpreterFiles(host: Pick<ProgramHost, "interpreter">): Runs["interpreterFiles"] {
  const kept = new Map<string, Promise<Served>>();
  const read = async (id: string): Promise<Served> => {
    const { interpreter } = await host.interpreter(id);
    const files: Served["files"][number][] = [];
    for (const name of INTERPRETER_FILES) {
      const bytes = await readFile(path.join(interpreter.folder, name)).catch(
        (error: NodeJS.ErrnoException) => {
          // Models in several files, and tokenizers without settings.
          if (error.code === "ENOENT") return undefined;
          throw error;
        },
      );
      if (bytes === undefined) continue;
      files.push({ name, bytes, sha256: createHash("sha256").update(bytes).digest("hex") });
    }
    return { id, sha256: interpreter.sha256, files };
  };
  return (id) => {
    let files = kept.get(id);
    if (files === undefined) {
      files = read(id);
      kept.set(id, files);
      files.catch(() => kept.delete(id));
    }
    return files;
  };
}
