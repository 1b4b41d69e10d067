/** Published programs: searched, and reported. */
import type {
  Case,
  CasePage,
  CaseRequestInput,
  Community,
  HubPage,
  HubReport,
  HubSort,
  HubTags,
  ProgramKind,
} from "@weightsmith/contract";
import type { Transport } from "./transport.ts";

export interface HubQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** Words; of the last one the beginning is enough. */
  readonly q?: string | undefined;
  readonly kind?: ProgramKind | undefined;
  readonly tag?: string | undefined;
  readonly minScore?: number | undefined;
  readonly sort?: HubSort | undefined;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
}

export class Hub {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page. Needs no key. */
  search(query: HubQuery = {}, { signal }: Options = {}): Promise<HubPage> {
    return this.#transport.json({
      method: "GET",
      path: "/v1/hub",
      query: { ...query },
      signal,
      repeatable: true,
    });
  }

  /** What published programs are tagged with, the most used first. */
  async tags({ signal }: Options = {}): Promise<HubTags["items"]> {
    const call = { method: "GET", path: "/v1/hub/tags", signal, repeatable: true } as const;
    return (await this.#transport.json<HubTags>(call)).items;
  }

  /** Votes, forks and places on the leaderboard. */
  community(programId: string, { signal }: Options = {}): Promise<Community> {
    const path = `${programPath(programId)}/community`;
    return this.#transport.json({ method: "GET", path, signal, repeatable: true });
  }

  /** Inputs with the answer that somebody expects, the newest first. */
  cases(programId: string, { signal }: Options = {}): Promise<CasePage> {
    const path = `${programPath(programId)}/cases`;
    return this.#transport.json({ method: "GET", path, query: { limit: 50 }, signal, repeatable: true });
  }

  addCase(programId: string, body: CaseRequestInput, { signal }: Options = {}): Promise<Case> {
    const path = `${programPath(programId)}/cases`;
    return this.#transport.json({ method: "POST", path, body, signal, repeatable: false });
  }

  /** Tells those who run the service about a program. */
  async report(programId: string, report: HubReport, { signal }: Options = {}): Promise<void> {
    const path = `${programPath(programId)}/reports`;
    await this.#transport.send({ method: "POST", path, body: report, signal, repeatable: true });
  }
}

const programPath = (programId: string): string => `/v1/programs/${encodeURIComponent(programId)}`;
