/**
 * Lines of OpenAI's batch format. Rows of different calls on the same interpreter are written side by side; a call that
 * cannot be written is found by writing its neighbours without it.
 */
import { AppError, type JobId, openaiLineSchema, parseBody, toAppError } from "@weightsmith/contract";
import { type Asked, askedOf, collect, wholeOf } from "@weightsmith/functions/openai";
import { pieceOf, programRunner, rowsOf } from "@weightsmith/functions/run";
import type { OpenInterpreter, TextOptions, TextRow } from "@weightsmith/programs";
import { type Answerer, customIdOf, jsonOf, type Outcome, outcomeOf } from "./answering.ts";
import { KEEP_PROGRAMS, type LineTools } from "./run-lines.ts";

export interface OpenAiTools extends LineTools {
  readonly jobId: JobId;
  readonly endpoint: string;
  /** The interpreters that may be asked by themselves. */
  readonly interpreters: ReadonlySet<string>;
}

/** A call that is ready to be written. */
interface Ready {
  readonly asked: Asked;
  readonly open: OpenInterpreter;
  readonly rows: readonly (TextRow & TextOptions)[];
  readonly promptTokens: number;
}

/** Rows that are written side by side. */
const BATCH_ROWS = 16;

export function openaiAnswerer(tools: OpenAiTools): Answerer {
  const { host, named, archive, signal, endpoint, interpreters, jobId } = tools;
  const runner = programRunner({ archive, host, keep: KEEP_PROGRAMS });

  const prepare = async (value: unknown): Promise<Ready> => {
    const { url, body } = parseBody(openaiLineSchema, value);
    if (url !== endpoint) {
      throw new AppError("request.invalid", {
        message: `\`url\` is ${JSON.stringify(url.slice(0, 100))}; the batch is for ${endpoint}.`,
      });
    }
    const asked = askedOf(endpoint, body);
    if (asked.sampling.stream) {
      throw new AppError("request.invalid", { message: "A line of a batch cannot be answered as a stream." });
    }
    if (interpreters.has(asked.model)) {
      const open = await host.interpreter(asked.model);
      return { asked, open, ...rowsOf(open, undefined, asked.call) };
    }
    const program = await named(asked.model);
    if (program.interpreter === null || program.kind !== "weights") {
      throw new AppError("program.not_runnable", {
        message: `The program ${program.id} has no interpreter.`,
      });
    }
    const own = await runner.ready(program.artifactSha256);
    const open = await host.interpreter(program.interpreter);
    return { asked, open, ...rowsOf(open, own, asked.call) };
  };

  /** Writes calls of one interpreter together. @throws for any of them */
  const write = async (calls: readonly Ready[]): Promise<object[]> => {
    const rows = calls.flatMap((call) => call.rows);
    const ownerOf = calls.flatMap((call, index) => call.rows.map((_, answer) => ({ index, answer })));
    const written = calls.map((): ReturnType<typeof pieceOf>[] => []);
    for await (const piece of calls[0]!.open.write(rows, { signal })) {
      signal.throwIfAborted();
      const { index, answer } = ownerOf[piece.row]!;
      written[index]!.push({ ...pieceOf(piece), index: answer });
    }
    signal.throwIfAborted();
    return Promise.all(
      calls.map(async ({ asked, promptTokens }, index) =>
        wholeOf(asked.shape, { promptTokens, ...(await collect(written[index]!)) }),
      ),
    );
  };

  const writeEach = async (calls: readonly Ready[]): Promise<Outcome[]> => {
    try {
      return (await write(calls)).map((value) => ({ value }));
    } catch (error) {
      signal.throwIfAborted();
      if (calls.length > 1) {
        const outcomes: Outcome[] = [];
        for (const call of calls) outcomes.push(...(await writeEach([call])));
        return outcomes;
      }
      const known = toAppError(error);
      if (known.retryable || known.code === "internal.error") throw error;
      return [{ error: known }];
    }
  };

  return {
    async answer(lines) {
      const customIds: (string | null)[] = [];
      const outcomes: Outcome[] = [];
      const ready: (Ready & { readonly at: number })[] = [];
      for (const [at, { text }] of lines.entries()) {
        customIds[at] = null;
        const prepared = await outcomeOf(signal, async () => {
          const value = jsonOf(text);
          customIds[at] = customIdOf(value);
          return prepare(value);
        });
        if ("error" in prepared) outcomes[at] = prepared;
        else ready.push({ ...(prepared.value as Ready), at });
      }
      for (const group of groupsOf(ready)) {
        const written = await writeEach(group);
        for (const [index, { at }] of group.entries()) outcomes[at] = written[index]!;
      }
      return outcomes.map((outcome, at) => ({ ...outcome, customId: customIds[at]! }));
    },
    shown(line, customId, outcome) {
      const id = `${jobId.replace(/^job_/, "batch_req_")}_${line}`;
      const failed = "error" in outcome;
      const body = failed ? { error: outcome.error.toProblem() } : outcome.value;
      const response = { status_code: failed ? outcome.error.status : 200, request_id: id, body };
      // OpenAI's error is of lines that were no requests; ours has no custom_id to be found by otherwise.
      const error =
        failed && customId === null
          ? { code: outcome.error.code, message: `Line ${line}: ${outcome.error.publicMessage}` }
          : null;
      return { id, custom_id: customId, response: error === null ? response : null, error };
    },
  };
}

/** Calls of one interpreter, about as many rows as a batch has. */
function groupsOf<T extends Ready>(calls: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const sameInterpreter of Map.groupBy(calls, ({ open }) => open).values()) {
    let rows = Number.POSITIVE_INFINITY;
    for (const call of sameInterpreter) {
      if (rows + call.rows.length > BATCH_ROWS) {
        groups.push([]);
        rows = 0;
      }
      groups.at(-1)!.push(call);
      rows += call.rows.length;
    }
  }
  return groups;
}
