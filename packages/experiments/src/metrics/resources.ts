/** Peak memory and energy of a stretch of work. Energy is measured where the machine tells it, and otherwise not guessed. */
import { readFileSync } from "node:fs";

export interface ResourceUse {
  readonly peakMemoryBytes: number;
  /** null: not measured, because no counter of the machine could be read. */
  readonly energyJoules: number | null;
  readonly energySource: "rapl" | "not measured";
}

const raplFolder = "/sys/class/powercap/intel-rapl:0";

/** Call the result when the work is done. */
export function measureResources(
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): () => ResourceUse {
  const counter = (name: string): number | undefined => {
    try {
      const value = Number(read(`${raplFolder}/${name}`));
      return Number.isFinite(value) ? value : undefined;
    } catch {
      // No such counter, or not for us to read: the energy is reported as not measured.
      return undefined;
    }
  };
  const before = counter("energy_uj");
  return () => {
    const after = counter("energy_uj");
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    if (before === undefined || after === undefined)
      return { peakMemoryBytes, energyJoules: null, energySource: "not measured" };
    const wrapped = after >= before ? 0 : (counter("max_energy_range_uj") ?? 0);
    return { peakMemoryBytes, energyJoules: (after - before + wrapped) / 1e6, energySource: "rapl" };
  };
}
