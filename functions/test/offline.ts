/** Services for tests of what needs no server: touching the database is an error. */
import type { Services } from "../src/services.ts";
import { LOCAL_LIMITS } from "../src/services.ts";

const untouchable = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`this test must not use ${String(name)}`);
    },
  },
);

export interface OfflineLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function offlineServices(overrides: Partial<Services> = {}): {
  services: Services;
  log: OfflineLine[];
} {
  const log: OfflineLine[] = [];
  const services: Services = {
    db: untouchable as Services["db"],
    storage: untouchable as Services["storage"],
    queues: untouchable as Services["queues"],
    dispatcher: untouchable as Services["dispatcher"],
    freezes: false,
    feed: untouchable as Services["feed"],
    log: (level, message, fields = {}) => log.push({ level, message, fields }),
    limits: LOCAL_LIMITS,
    interpreters: [],
    compilerRevision: "test-1",
    kinds: { compile: [], generate: [], experiment: [] },
    runs: undefined,
    localMode: false,
    runSeconds: 1,
    streamSeconds: 1,
    version: "0.0.0-test",
    ...overrides,
  };
  return { services, log };
}
