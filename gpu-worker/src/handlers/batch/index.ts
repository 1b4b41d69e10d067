/**
 * Batch jobs: a file's lines are answered piece by piece; each piece is stored and then counted in the checkpoint, so that
 * an attempt goes on where the last one's checkpoint stands and no line is in the output twice. After a while the job
 * gives way to the jobs of others and waits for its next turn.
 */
import {
  AppError,
  type BatchCheckpoint,
  batchCheckpointSchema,
  RUN_ENDPOINT,
  type StoredBatch,
  storedBatchSchema,
} from "@weightsmith/contract";
import { listInterpreters, ProgramHost } from "@weightsmith/programs";
import type { BatchStore, NamedProgram } from "../../batch-store.ts";
import type { Handler, HandlerContext } from "../../handler.ts";
import type { Answerer, Outcome } from "./answering.ts";
import { type Line, linesOf } from "./lines.ts";
import { openaiAnswerer } from "./openai-lines.ts";
import { type LineTools, runAnswerer } from "./run-lines.ts";

export interface BatchSettings {
  readonly device: string;
  readonly threads: number;
  /** The folder of the interpreters. */
  readonly modelsFolder: string;
  /** How long a batch works before others have a turn. Default 60. */
  readonly batchTurnSeconds?: number | undefined;
  /** Lines of the first piece; later ones follow what a piece takes. Default 64. */
  readonly batchPieceLines?: number | undefined;
}

/** A piece should take about so long: what a crash costs, and how fresh partial results are. */
const PIECE_SECONDS = 5;
const MOST_LINES = 16_384;
const MOST_PIECE_BYTES = 4 * 1024 * 1024;

export function batchHandler(settings: BatchSettings): Handler {
  const { device, threads, modelsFolder, batchTurnSeconds = 60, batchPieceLines = 64 } = settings;
  let host: ProgramHost | undefined;
  return async (context) => {
    const { job, signal, progress, checkpoint, batch: store } = context;
    const stored = storedBatchSchema.safeParse(job.request);
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    if (!store) throw new Error("This worker gives no batches.");
    const batch = stored.data;
    host ??= new ProgramHost({ modelsFolder, device, threads });
    const answerer = await answererOf(batch, job.id, modelsFolder, toolsOf(host, store, signal));

    let at = await startOf(checkpoint);
    const tell = () =>
      progress({
        phase: "answer",
        done: at.offset,
        total: batch.inputBytes,
        metrics: { completed: at.completed, failed: at.failed },
      });
    const turnEnds = performance.now() + batchTurnSeconds * 1000;
    const source = {
      bytes: batch.inputBytes,
      read: (start: number, end: number) => store.call("read", { start, end }),
    };
    const size = { lines: batchPieceLines };
    for await (const lines of piecesOf(linesOf(source, at), size)) {
      signal.throwIfAborted();
      const began = performance.now();
      at = await answerPiece(lines, at, { job, store, answerer, signal });
      await checkpoint.save(new TextEncoder().encode(JSON.stringify(at)), at.line);
      tell();
      const seconds = (performance.now() - began) / 1000;
      if (seconds < PIECE_SECONDS / 2) size.lines = Math.min(size.lines * 2, MOST_LINES);
      else if (seconds > PIECE_SECONDS * 2) size.lines = Math.max(1, Math.ceil(size.lines / 2));
      if (performance.now() > turnEnds && at.offset < batch.inputBytes) return { unfinished: true };
    }
    signal.throwIfAborted();
    const pieces = (kind: "results" | "errors") =>
      at.pieces.flatMap(({ attempt, [kind]: { lines } }, number) => (lines > 0 ? [{ number, attempt }] : []));
    await store.call("finish", { results: pieces("results"), errors: pieces("errors") });
    tell();
    const { completed, failed } = at;
    return { result: { programId: null, report: null, output: { lines: at.line, completed, failed } } };
  };
}

const toolsOf = (host: ProgramHost, store: BatchStore, signal: AbortSignal): LineTools => {
  /** What a name stands for is looked up once a turn. */
  const known = new Map<string, Promise<NamedProgram>>();
  return {
    host,
    signal,
    archive: (sha256) => store.call("archive", sha256),
    named(name) {
      const found = known.get(name) ?? store.call("program", name);
      if (known.size < 10_000) known.set(name, found);
      return found;
    },
  };
};

async function answererOf(
  { endpoint, program }: StoredBatch,
  jobId: HandlerContext["job"]["id"],
  modelsFolder: string,
  tools: LineTools,
): Promise<Answerer> {
  if (endpoint === RUN_ENDPOINT) return runAnswerer(tools, program);
  const interpreters = new Set(await listInterpreters(modelsFolder));
  return openaiAnswerer({ ...tools, jobId, endpoint, interpreters });
}

async function startOf(checkpoint: HandlerContext["checkpoint"]): Promise<BatchCheckpoint> {
  const bytes = await checkpoint.load();
  if (!bytes) return { offset: 0, line: 0, completed: 0, failed: 0, pieces: [] };
  return batchCheckpointSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

/** Lines in pieces; `size.lines` is read anew for each. */
async function* piecesOf(lines: AsyncGenerator<Line>, size: { lines: number }): AsyncGenerator<Line[]> {
  let piece: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    piece.push(line);
    if (typeof line.content === "string") bytes += line.content.length;
    if (piece.length < size.lines && bytes < MOST_PIECE_BYTES) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}

interface PieceWork {
  readonly job: HandlerContext["job"];
  readonly store: BatchStore;
  readonly answerer: Answerer;
  readonly signal: AbortSignal;
}

/** Answers the lines and stores what they came to. @returns where the batch stands then */
async function answerPiece(
  lines: readonly Line[],
  at: BatchCheckpoint,
  { job, store, answerer, signal }: PieceWork,
): Promise<BatchCheckpoint> {
  const texts = lines.flatMap(({ number, content }) =>
    typeof content === "string" && content.trim() !== "" ? [{ number, text: content }] : [],
  );
  const answered = new Map<number, Outcome & { customId: string | null }>();
  const answers = await answerer.answer(texts);
  for (const [index, { number }] of texts.entries()) answered.set(number, answers[index]!);
  signal.throwIfAborted();

  const shown = { results: [] as string[], errors: [] as string[] };
  for (const { number, content } of lines) {
    const outcome = content instanceof AppError ? { error: content, customId: null } : answered.get(number);
    if (!outcome) continue;
    const line = JSON.stringify(answerer.shown(number, outcome.customId, outcome));
    shown["error" in outcome ? "errors" : "results"].push(line);
  }
  const number = at.pieces.length;
  const put = async (kind: "results" | "errors") => {
    const bytes = new TextEncoder().encode(shown[kind].map((line) => `${line}\n`).join(""));
    if (bytes.length > 0) await store.call("putPiece", { number, kind, bytes });
    return { lines: shown[kind].length, bytes: bytes.length };
  };
  const [results, errors] = [await put("results"), await put("errors")];
  const last = lines.at(-1)!;
  return {
    offset: last.end,
    line: last.number,
    completed: at.completed + results.lines,
    failed: at.failed + errors.lines,
    pieces: [...at.pieces, { attempt: job.attempts, results, errors }],
  };
}
