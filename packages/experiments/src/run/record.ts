/** What is kept of every answered question. */
import type { Mode, Part } from "./plan.ts";

export interface SampleRecord {
  readonly modelId: string;
  readonly taskName: string;
  readonly domain: string;
  readonly mode: Mode;
  readonly sampleId: string;
  readonly gold: string;
  readonly pred: string;
  /** From the question to the answer: retrieval and generation. */
  readonly latencyMs: number;
  readonly question: string;
  readonly context: string;
  readonly correct: boolean;
  /** Feedback, reflection and curation; 0 where nothing was to be learnt. */
  readonly reflectionLatencyMs: number;
  /** Whether the playbook's owner looked back at this answer. */
  readonly reflected: boolean;
  readonly epoch: number;
  readonly part: Part;
  readonly retrievalLatencyMs: number;
  readonly generationLatencyMs: number;
  readonly curationLatencyMs: number;
  readonly lessonsShown: number;
  /** Entries of the playbook after this sample. */
  readonly playbookEntries: number;
  readonly why: string;
}
