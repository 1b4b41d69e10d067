/**
 * The comparison that says whether context helps: for every domain the generated task without and with a playbook, on
 * the same test questions, with a paired interval; then what each part of the method adds.
 */
import { latencySummary } from "./metrics/statistics.ts";
import type { ExperimentModel } from "./models/model.ts";
import { toAceText } from "./playbook/index.ts";
import { defaultSettings, type RunSettings } from "./run/plan.ts";
import type { SampleRecord } from "./run/record.ts";
import { measuredRecords, scoresOf } from "./run/report.ts";
import { runExperiment } from "./run/run.ts";
import { compare } from "./run/summary.ts";
import { DOMAINS, type Domain } from "./tasks/generated/index.ts";
import { generatedTask } from "./tasks/generated/task.ts";

export interface DomainResult {
  readonly domain: Domain;
  /** Exact match without a playbook, and with the one that did best on the validation part. */
  readonly baseline: number;
  readonly ace: number;
  readonly difference: number;
  /** 95 % bootstrap interval of the paired difference. */
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
  readonly n: number;
  readonly baselineP50Ms: number;
  readonly aceP50Ms: number;
  readonly latencyRatio: number;
  readonly reflectionP50Ms: number;
  readonly entries: number;
  readonly bestEpoch: number | null;
}

export const ABLATIONS = ["no-reflector", "one-epoch", "no-deduplication"] as const;
export type Ablation = (typeof ABLATIONS)[number];

export interface ExperimentsEvaluation {
  readonly model: string;
  readonly identity: string;
  readonly reflector: RunSettings["reflector"];
  readonly curator: RunSettings["curator"];
  readonly epochs: number;
  readonly domains: readonly DomainResult[];
  /** Domains with at least +10 points and an interval above zero. */
  readonly domainsImproved: number;
  readonly ablations: readonly {
    readonly domain: Domain;
    readonly ablation: Ablation;
    readonly ace: number;
    readonly entries: number;
  }[];
}

export interface EvaluateOptions {
  readonly model: ExperimentModel;
  readonly epochs: number;
  readonly limit?: number;
  readonly domains?: readonly Domain[];
  readonly ablations: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, share: number) => void;
  /** The records of every run, as it ends. */
  readonly onRun?: (name: string, records: readonly SampleRecord[], playbook: string) => void;
}

const ablated: Readonly<Record<Ablation, Partial<RunSettings>>> = {
  "no-reflector": { reflector: "none" },
  "one-epoch": { epochs: 1 },
  "no-deduplication": { deduplicate: false },
};

export async function evaluateExperiments(options: EvaluateOptions): Promise<ExperimentsEvaluation> {
  const { model, epochs, limit, signal, onProgress, onRun, domains: chosen = DOMAINS } = options;
  const settings: RunSettings = {
    ...defaultSettings,
    mode: "ace",
    adaptation: "offline",
    epochs,
    ...(limit === undefined ? {} : { limit }),
  };
  const run = async (domain: Domain, name: string, change: Partial<RunSettings>) => {
    const result = await runExperiment({
      model,
      task: generatedTask(domain),
      settings: { ...settings, ...change },
      ...(signal ? { signal } : {}),
      onSample: (_, done, total) => onProgress?.(`${domain} ${name}`, done / total),
    });
    onRun?.(`${domain}-${name}`, result.records, toAceText(result.playbook));
    return { ...result, measured: measuredRecords(result.records) };
  };
  const domains: DomainResult[] = [];
  const ablations: { domain: Domain; ablation: Ablation; ace: number; entries: number }[] = [];
  for (const domain of chosen) {
    const baseline = await run(domain, "baseline", { mode: "baseline" });
    const ace = await run(domain, "ace", {});
    const paired = compare(baseline.measured, ace.measured)!;
    const [before, after] = [baseline, ace].map(
      ({ measured }) => latencySummary(measured.map((r) => r.latencyMs)).p50,
    );
    domains.push({
      domain,
      baseline: scoresOf(baseline.measured).exactMatch.mean,
      ace: scoresOf(ace.measured).exactMatch.mean,
      difference: paired.difference.mean,
      low: paired.difference.low,
      high: paired.difference.high,
      pValue: paired.pValue,
      n: paired.pairs,
      baselineP50Ms: before!,
      aceP50Ms: after!,
      latencyRatio: after! / before!,
      reflectionP50Ms: latencySummary(
        ace.records.filter(({ reflected }) => reflected).map((record) => record.reflectionLatencyMs),
      ).p50,
      entries: ace.playbook.entries.length,
      bestEpoch: ace.bestEpoch,
    });
    if (!options.ablations) continue;
    for (const ablation of ABLATIONS) {
      const other = await run(domain, ablation, ablated[ablation]);
      ablations.push({
        domain,
        ablation,
        ace: scoresOf(other.measured).exactMatch.mean,
        entries: other.playbook.entries.length,
      });
    }
  }
  return {
    model: model.id,
    identity: model.identity,
    reflector: settings.reflector,
    curator: settings.curator,
    epochs,
    domains,
    domainsImproved: domains.filter(({ difference, low }) => difference >= 0.1 && low > 0).length,
    ablations,
  };
}
