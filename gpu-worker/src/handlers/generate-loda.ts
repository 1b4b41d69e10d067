/** Generate jobs of kind `loda`: from a description, terms, or both to ranked programs; the best one is kept. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  AppError,
  canonicalJson,
  type GenerateRequest,
  generateLodaSchema,
  programIdFromSha256,
  sha256Hex,
} from "@weightsmith/contract";
import type { Program } from "@weightsmith/core";
import {
  type GeneratedProgram,
  Generator,
  generatedProgramJson,
  libraryCacheFile,
  loadLibrary,
  parseValue,
} from "@weightsmith/loda";
import { LodaModel } from "@weightsmith/loda/model";
import { packProgram } from "@weightsmith/programs";
import type { Handler, HandlerContext } from "../handler.ts";

export interface GenerateLodaSettings {
  readonly threads: number;
  /** The folder of the models; `loda-tiny` in it writes candidates. */
  readonly modelsFolder: string;
  /** A clone of loda-programs, if there is one: without it no known sequence is looked up. */
  readonly lodaProgramsFolder?: string | undefined;
}

type LodaRequest = Extract<GenerateRequest, { kind: "loda" }>;

const modelName = "loda-tiny";

export function generateLodaHandler(settings: GenerateLodaSettings): Handler {
  let opened: Promise<Generator> | undefined;
  return async (context) => {
    const stored = generateLodaSchema.safeParse(context.job.request);
    // The API stores what it has parsed; only another version of it could store anything else.
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const request = stored.data;
    opened ??= openGenerator(settings, context);
    // What could not be opened, or was stopped while it opened, is tried again by the next job.
    opened.catch(() => {
      opened = undefined;
    });
    const generator = await opened;
    const { programs, seconds } = await generator.generate({
      ...(request.description === undefined ? {} : { description: request.description }),
      terms: request.terms.map((term) => parseValue(String(term))),
      count: request.count,
      budgetMilliseconds: request.budgetSeconds * 1000,
      seed: request.seed,
      signal: context.signal,
      onProgress: ({ phase, found }) => context.progress({ phase, done: 0, total: null, metrics: { found } }),
    });
    const best = programs[0];
    const output = { kind: "loda", programs: programs.map(generatedProgramJson), seconds };
    // A program that fails a given term is shown, but not kept as what was asked for.
    if (!best || best.verifiedTerms < best.givenTerms)
      return { result: { programId: null, report: null, output } };
    const program = await keep(best, request, context);
    return { result: { programId: program.id, report: null, output }, program };
  };
}

async function openGenerator(
  { threads, modelsFolder, lodaProgramsFolder }: GenerateLodaSettings,
  { progress, signal, log }: HandlerContext,
): Promise<Generator> {
  const folder = path.join(modelsFolder, modelName);
  const model = existsSync(folder) ? await LodaModel.open(folder, { threads }) : undefined;
  if (!model) log.warn({ folder }, "there is no LODA model; candidates come from the other routes");
  if (lodaProgramsFolder === undefined) return new Generator(model ? { model } : {});
  const library = await loadLibrary(lodaProgramsFolder, {
    cacheFile: libraryCacheFile(path.join(tmpdir(), "weightsmith"), lodaProgramsFolder),
    signal,
    onProgress: (done, total) => progress({ phase: "read programs", done, total, metrics: {} }),
  });
  return new Generator({ library, root: lodaProgramsFolder, ...(model ? { model } : {}) });
}

/** Stores the program with what is known about it. Its id is that of its code: the same code is the same program. */
async function keep(
  best: GeneratedProgram,
  { description, terms, seed, name, tags, public: isPublic }: LodaRequest,
  { artifacts }: HandlerContext,
): Promise<Program.Draft> {
  const id = programIdFromSha256(await sha256Hex(canonicalJson({ kind: "loda", code: best.code })));
  const asked = description ?? "";
  const spec = asked.trim() === "" ? `the sequence ${terms.join(", ")}` : asked;
  const about = { format: 1, kind: "loda", programId: id, spec, ...generatedProgramJson(best) };
  const text = new TextEncoder();
  const archive = packProgram(
    new Map([
      ["program.asm", text.encode(`; ${spec.replaceAll(/\s+/g, " ")}\n\n${best.code}`)],
      ["program.json", text.encode(`${JSON.stringify(about, null, 2)}\n`)],
    ]),
  );
  const artifact = await artifacts.put(archive, { mediaType: "application/gzip" });
  return {
    id,
    kind: "loda",
    spec,
    seed,
    artifactSha256: artifact.sha256,
    tags,
    public: isPublic,
    ...(name === undefined ? {} : { name }),
  };
}
