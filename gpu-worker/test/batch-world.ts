/** A worker's stores with two programs of a random interpreter, and batches to be worked on. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseBatchRequest, parseCompileRequest } from "@weightsmith/contract";
import { Artifact, Batch, File, Job } from "@weightsmith/core";
import { compileProgram, loadInterpreter, packArtifact } from "@weightsmith/programs";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { freshServices, type Services } from "./services.ts";

export interface BatchWorld {
  readonly services: Services;
  readonly modelsFolder: string;
  /** Ids of two programs. */
  readonly programs: readonly [string, string];
  /** Uploads lines and starts the batch. */
  submit(lines: readonly unknown[], request?: Record<string, unknown>): Promise<Job.Job>;
  read(jobId: Job.Job["id"]): Promise<Job.Job>;
  /** What can be downloaded now, parsed. */
  results(jobId: Job.Job["id"]): Promise<{ complete: boolean; results: Line[]; errors: Line[] }>;
}
// biome-ignore lint/suspicious/noExplicitAny: a line's shape is what the tests are about
export type Line = any;

export async function batchWorld(): Promise<BatchWorld> {
  const services = await freshServices();
  const { db, storage, workspaceId, dispatcher } = services;
  const modelsFolder = mkdtempSync(path.join(tmpdir(), "models-"));
  await writeRandomInterpreter(modelsFolder, "random");
  const interpreter = await loadInterpreter(modelsFolder, "random");
  const make = async (spec: string) => {
    const request = parseCompileRequest({ spec, method: "dummy", interpreter: "random" });
    const made = await compileProgram(request, { interpreter, device: "cpu", threads: 1 });
    const { manifest, report } = made;
    const { sha256 } = await Artifact.put(db, storage, packArtifact(made), { mediaType: "application/gzip" });
    const { job } = await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: {} });
    const claim = await Job.claim(db, { jobId: job.id, workerId: "test", leaseSeconds: 30 });
    if (claim.outcome !== "claimed") throw new Error(claim.outcome);
    await Job.succeed(db, claim.lease, {
      result: { programId: manifest.programId, report },
      program: {
        id: manifest.programId,
        kind: "weights",
        spec,
        seed: 0,
        artifactSha256: sha256,
        interpreter: manifest.interpreter,
        report,
      },
    });
    return manifest.programId;
  };
  const programs = [await make("Say yes."), await make("Say no, never anything else.")] as const;
  const read = (jobId: Job.Job["id"]) => Job.get(db, { workspaceId, jobId });

  return {
    services,
    modelsFolder,
    programs,
    read,
    async submit(lines, request = {}) {
      const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
      const bytes = new TextEncoder().encode(text);
      const file = await File.create(db, { workspaceId, name: "in.jsonl", sizeBytes: bytes.length });
      await File.putBytes(storage, file, bytes);
      const { job } = await Batch.start(db, storage, {
        workspaceId,
        inputFileId: file.id,
        request: parseBatchRequest({ input_file_id: file.id, ...request }),
      });
      await dispatcher.send(job);
      return job;
    },
    async results(jobId) {
      const links = await Batch.results(db, storage, await read(jobId), { expiresSeconds: 60 });
      const linesOf = async (pieces: readonly { url: string; lines: number; bytes: number }[]) => {
        const all: Line[] = [];
        for (const { url, lines, bytes } of pieces) {
          const text = await (await fetch(url)).text();
          const parsed = text
            .split("\n")
            .slice(0, -1)
            .map((line) => JSON.parse(line));
          if (parsed.length !== lines || Buffer.byteLength(text) !== bytes)
            throw new Error("a piece is not as told");
          all.push(...parsed);
        }
        return all;
      };
      return {
        complete: links.complete,
        results: await linesOf(links.results),
        errors: await linesOf(links.errors),
      };
    },
  };
}
