/**
 * A job whose result shows whether it was computed right: each step hashes the last one's hash and is checkpointed, so
 * that a step lost, repeated or taken from another attempt's state gives another answer.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProgramId } from "@weightsmith/contract";
import { z } from "zod";
import type { Handler } from "../../src/index.ts";

export const requestSchema = z.object({
  seed: z.string(),
  steps: z.int().min(0),
  stepMs: z.int().min(0),
  /** Where the worker that has the job is to be killed, once. */
  killAt: z.string().optional(),
});
export type ChaosRequest = z.infer<typeof requestSchema>;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

export function answerOf({ seed, steps }: Pick<ChaosRequest, "seed" | "steps">): string {
  let digest = hash(seed);
  for (let step = 0; step < steps; step++) digest = hash(digest);
  return digest;
}

export const programIdOf = (request: Pick<ChaosRequest, "seed" | "steps">): ProgramId =>
  hash(`program ${request.seed} ${request.steps}`).slice(0, 20) as ProgramId;

export const artifactBytesOf = (answer: string): Buffer => Buffer.from(answer.repeat(100));

const stateSchema = z.object({ step: z.int(), digest: z.string() });

export const handler: Handler = async ({ job, signal, progress, checkpoint, artifacts }) => {
  const { seed, steps, stepMs } = requestSchema.parse(job.request);
  const saved = await checkpoint.load();
  let state = saved
    ? stateSchema.parse(JSON.parse(Buffer.from(saved).toString()))
    : { step: 0, digest: hash(seed) };
  while (state.step < steps) {
    await sleep(stepMs, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
    state = { step: state.step + 1, digest: hash(state.digest) };
    progress({ phase: "hash", done: state.step, total: steps, metrics: {} });
    await checkpoint.save(Buffer.from(JSON.stringify(state)), state.step);
  }
  const { sha256 } = await artifacts.put(artifactBytesOf(state.digest), { mediaType: "text/plain" });
  const programId = programIdOf({ seed, steps });
  return {
    result: { programId, report: null, output: state.digest },
    program: { id: programId, kind: "weights", spec: seed, seed: 0, artifactSha256: sha256 },
  };
};
