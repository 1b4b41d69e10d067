/**
 * Text in, text out: generation through a tokenizer, with stop strings. Text is released only once no later token can
 * change it: not half a character, and not what may be the beginning of a stop string.
 */
import type { StreamDecoder, Tokenizer } from "../tokenizer/tokenizer.ts";
import type { GenerationRequest, LanguageModel } from "./language-model.ts";
import type { Completion, FinishReason, GeneratedToken } from "./writing.ts";

export interface TextRequest extends Omit<GenerationRequest, "tokens" | "stopWhen"> {
  /** What to go on with: text (special tokens in it are read as such), or tokens. */
  readonly prompt: string | readonly number[];
  /** The answer ends before the first of these. */
  readonly stop?: readonly string[];
}

export interface TextCompletion extends Completion {
  readonly text: string;
}

/** A piece of one row's answer. */
export interface TextPiece {
  /** Index of the request. */
  readonly row: number;
  /** Text that has become certain; pieces of a row, joined, are its answer. */
  readonly text: string;
  /** Tokens that arrived since the row's last piece. */
  readonly tokens: readonly GeneratedToken[];
  /** Set on the row's last piece. */
  readonly finish?: FinishReason;
}

/** Finds the first of some strings in a text that arrives in pieces. */
export class StopFinder {
  readonly #stops: readonly string[];
  #held = "";
  #found = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop.length > 0);
  }

  /** Whether a stop string was found; nothing is released afterwards. */
  get found(): boolean {
    return this.#found;
  }

  /** Adds text; returns what is certain to come before any stop string. */
  push(text: string): string {
    if (this.#found) return "";
    this.#held += text;
    const places = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((at) => at >= 0);
    if (places.length > 0) {
      this.#found = true;
      const before = this.#held.slice(0, Math.min(...places));
      this.#held = "";
      return before;
    }
    const keep = Math.max(0, ...this.#stops.map((stop) => beginningAtEnd(this.#held, stop)));
    const certain = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(certain.length);
    return certain;
  }

  /** The text ended: returns what was held back. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}

/** The length of the longest proper beginning of `stop` that `text` ends with. */
function beginningAtEnd(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}

/**
 * Writes requests in one batch as text, piece by piece, rows interleaved. Leaving the loop ends the work.
 * @throws RangeError as `LanguageModel.stream`
 */
export async function* streamText(
  model: LanguageModel,
  tokenizer: Tokenizer,
  requests: readonly TextRequest[],
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<TextPiece> {
  const rows = requests.map(
    ({ stop = [] }) => new Row(tokenizer.streamDecoder({ skipSpecialTokens: true }), stop),
  );
  const stream = model.stream(
    requests.map((request, row) => tokenRequest(tokenizer, request, rows[row]!)),
    options,
  );
  for await (const event of stream) {
    const piece = rows[event.row]!.piece(event);
    if (piece) yield piece;
  }
}

/** Writes requests in one batch as text; results in the order of the requests. */
export async function generateText(
  model: LanguageModel,
  tokenizer: Tokenizer,
  requests: readonly TextRequest[],
  options: { signal?: AbortSignal } = {},
): Promise<TextCompletion[]> {
  const pieces = requests.map((): TextPiece[] => []);
  for await (const piece of streamText(model, tokenizer, requests, options)) pieces[piece.row]!.push(piece);
  return pieces.map((own, row): TextCompletion => {
    const events = own.flatMap(({ tokens }) => tokens).filter(({ token }) => token >= 0);
    const { logProbabilities = false } = requests[row]!;
    return {
      text: own.map(({ text }) => text).join(""),
      tokens: events.map(({ token }) => token),
      finish: own.at(-1)?.finish ?? "length",
      ...(logProbabilities === false ? {} : { scores: events }),
    };
  });
}

function tokenRequest(tokenizer: Tokenizer, request: TextRequest, row: Row): GenerationRequest {
  const { prompt, stop: _, ...rest } = request;
  const tokens = typeof prompt === "string" ? tokenizer.encode(prompt, { addSpecialTokens: true }) : prompt;
  return { ...rest, tokens, stopWhen: (all) => row.read(all.at(-1)!) };
}

/** One answer's text as its tokens arrive. */
class Row {
  readonly #decoder: StreamDecoder;
  readonly #finder: StopFinder;
  #text = "";
  #events: GeneratedToken[] = [];

  constructor(decoder: StreamDecoder, stops: readonly string[]) {
    this.#decoder = decoder;
    this.#finder = new StopFinder(stops);
  }

  /** Reads a token of the answer; whether a stop string is complete. */
  read(token: number): boolean {
    this.#text += this.#finder.push(this.#decoder.push(token));
    return this.#finder.found;
  }

  /** The piece that an event completes, if any. `read` has seen the event's token, unless a stop token ended the row. */
  piece(event: GeneratedToken): TextPiece | undefined {
    this.#events.push(event);
    const { row, finish } = event;
    if (finish) this.#text += this.#finder.push(this.#decoder.end()) + this.#finder.end();
    if (this.#text === "" && !finish) return undefined;
    const piece = { row, text: this.#text, tokens: this.#events, ...(finish ? { finish } : {}) };
    this.#text = "";
    this.#events = [];
    return piece;
  }
}
