/** The ports of the stack: one that people type, the others near it or wherever there is room. */
import { freePort, PortTakenError } from "@weightsmith/embedded";

export interface Ports {
  readonly api: number;
  readonly runner: number;
  readonly workerHealth: number;
  readonly objectStore: number;
  readonly queues: number;
  readonly postgres: number;
}

/** @throws PortTakenError if the first port is taken; the others give way */
export async function choosePorts(api: number): Promise<Ports> {
  await freePort(api, "page and API");
  const near = async (distance: number): Promise<number> => {
    const wanted = api + distance;
    if (wanted > 65_535) return freePort(0, "");
    try {
      return await freePort(wanted, "");
    } catch (error) {
      if (error instanceof PortTakenError) return freePort(0, "");
      throw error;
    }
  };
  return {
    api,
    runner: await near(1),
    workerHealth: await near(2),
    objectStore: await near(3),
    queues: await near(4),
    postgres: await near(5),
  };
}
