/**
 * One owner for a folder: a file that names the process which holds it. It survives SIGKILL, and is then recognised as
 * stale because no process of that number and start time runs any more.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FolderInUseError } from "./errors.ts";
import { startOf } from "./running-process.ts";

interface Owner {
  processId: number;
  start: string | undefined;
  note: string | undefined;
}

export interface FolderClaim {
  /** Tells whoever finds the folder taken something about its holder, such as a URL. */
  annotate(note: string): void;
  /** Gives the folder back. Calling it again does nothing. */
  release(): void;
}

const fileName = "owner.json";

/**
 * Takes the folder for this process, creating it if needed.
 * @throws FolderInUseError if a living process holds it
 */
export function claimFolder(folder: string): FolderClaim {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, fileName);
  let owner: Owner = { processId: process.pid, start: startOf(process.pid), note: undefined };
  while (!createWhole(file, owner)) {
    const holder = read(file);
    if (holder && isSame(holder)) throw new FolderInUseError(folder, holder.processId, holder.note);
    discardStale(file, holder);
  }

  let held = true;
  return {
    annotate(note) {
      owner = { ...owner, note };
      const draft = temporaryName(file);
      writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
      renameSync(draft, file);
    },
    release() {
      if (held) rmSync(file, { force: true });
      held = false;
    },
  };
}

/** Creates the file with its whole content in one step; false if it exists already. */
function createWhole(file: string, owner: Owner): boolean {
  const draft = temporaryName(file);
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function isSame(owner: Owner): boolean {
  const start = startOf(owner.processId);
  return start !== undefined && start === owner.start;
}

/** Moves a stale file away, unless another process replaced it since it was read: then that one's file comes back. */
function discardStale(file: string, seen: Owner | undefined): void {
  const aside = temporaryName(file);
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = read(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(seen)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function temporaryName(file: string): string {
  return `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
}
