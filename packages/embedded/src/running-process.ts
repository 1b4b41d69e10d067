/**
 * Facts about processes by number. A number alone does not name a process, because it is used again after a reboot or
 * a wrap-around; number and start time together do.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process of that number runs, whoever owns it. One that ended but was not yet collected does not count. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return statFields(processId)?.[0] !== "Z";
}

/** When the process began, as an opaque text to compare; undefined if no such process runs. */
export function startOf(processId: number): string | undefined {
  if (!isAlive(processId)) return undefined;
  const fields = statFields(processId);
  if (fields) {
    // Clock ticks since boot, which is why the boot has to be named as well.
    return `${fields[19]} ${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`;
  }
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(processId)], { encoding: "utf8" });
  return stdout?.trim() || undefined;
}

/** /proc/PID/stat from the state on; the fields before it are the number and a name that may hold any character. */
function statFields(processId: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** The command line of a process, empty if there is none or it cannot be read. */
export function commandLineOf(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return spawnSync("ps", ["-o", "command=", "-p", String(processId)], { encoding: "utf8" }).stdout ?? "";
  }
}

/** Waits until the process is gone; false if it still lives after `limitMs`. */
export async function waitUntilGone(processId: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isAlive(processId)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
