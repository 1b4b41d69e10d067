/**
 * Beam search: of all ways to go on with the kept answers, the likeliest few are kept at every step. Scores are sums of
 * log-probabilities, divided by length to a power when answers of different lengths are compared.
 */
import type { TokenConstraint } from "./constraint.ts";
import { applyMask, likeliest, logSumExp } from "./sampling.ts";
import { turn } from "./turn.ts";
import type { Completion, Stepper, WritingRow, WritingSettings } from "./writing.ts";

export interface BeamOptions {
  /** Answers kept at every step. */
  readonly beams: number;
  /** How many to return, at most `beams`. Default 1. */
  readonly count?: number;
  /** Scores are divided by length^this: 0 prefers short answers, above 1 long ones. Default 1. */
  readonly lengthPenalty?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ScoredCompletion extends Completion {
  /** ln P of the whole answer, its stop token included. */
  readonly logProbability: number;
}

interface Beam {
  readonly tokens: readonly number[];
  readonly total: number;
  readonly constraint: TokenConstraint | undefined;
}

/**
 * @param stepper of one row, fresh   @returns best first
 * @throws RangeError for options out of range, or an empty request
 */
export async function beamSearch(
  stepper: Stepper,
  { first, options }: WritingRow,
  settings: WritingSettings,
  { beams: width, count = 1, lengthPenalty = 1 }: BeamOptions,
): Promise<ScoredCompletion[]> {
  if (!Number.isInteger(width) || width < 1)
    throw new RangeError(`beams must be a positive integer; got ${width}.`);
  if (!(count >= 1 && count <= width))
    throw new RangeError(`count must be from 1 to beams, ${width}; got ${count}.`);
  if (first.length === 0) throw new RangeError("The request has no token to read.");
  const { maxTokens = 256 } = options;
  const stops = new Set(options.stopTokens ?? settings.endTokenIds);
  const { vocabSize } = settings;
  const done: ScoredCompletion[] = [];
  const finish = ({ tokens, total }: Beam, reason: Completion["finish"]) => {
    done.push({ tokens, finish: reason, logProbability: total });
  };
  const rank = (total: number, length: number) => total / Math.max(1, length) ** lengthPenalty;
  let beams: Beam[] = [{ tokens: [], total: 0, constraint: options.constraint }];
  let { logits } = await stepper.read([first], { logits: true });
  while (beams.length > 0) {
    const candidates: { from: number; token: number; total: number }[] = [];
    for (const [from, { total, constraint }] of beams.entries()) {
      const own = logits!.slice(from * vocabSize, (from + 1) * vocabSize);
      const whole = logSumExp(own);
      const mask = constraint?.mask();
      if (mask) applyMask(own, mask);
      // A beam has at most `stops` ways to end, so this many are enough to keep `width` that go on.
      for (const token of likeliest(own, Math.min(vocabSize, width + stops.size))) {
        if (own[token] !== -Infinity) candidates.push({ from, token, total: total + own[token]! - whole });
      }
    }
    candidates.sort((a, b) => b.total - a.total);
    const next: (Beam & { from: number })[] = [];
    for (const { from, token, total } of candidates) {
      if (next.length === width) break;
      const { tokens, constraint } = beams[from]!;
      if (stops.has(token)) finish({ tokens, total, constraint: undefined }, "stop");
      else next.push({ from, tokens: [...tokens, token], total, constraint: constraint?.advance(token) });
    }
    const full = (place: number) =>
      next[place]!.tokens.length >= maxTokens || stepper.length(next[place]!.from) >= settings.context;
    for (const [place, beam] of next.entries()) {
      if (full(place)) finish(beam, settings.signal?.aborted ? "aborted" : "length");
      else if (options.stopWhen?.(beam.tokens)) finish(beam, "stop");
      else if (settings.signal?.aborted) finish(beam, "aborted");
    }
    const going = next.filter(
      (beam, place) => !full(place) && !options.stopWhen?.(beam.tokens) && !settings.signal?.aborted,
    );
    done.sort((a, b) => rank(b.logProbability, b.tokens.length) - rank(a.logProbability, a.tokens.length));
    done.splice(width);
    // A log-probability only falls; the most that a beam can reach is its own total over the greatest length.
    const worst =
      done.length < width ? -Infinity : rank(done.at(-1)!.logProbability, done.at(-1)!.tokens.length);
    beams = going.filter(
      ({ tokens, total }) => Math.max(rank(total, tokens.length), rank(total, maxTokens)) > worst,
    );
    if (beams.length === 0) break;
    stepper.select((beams as typeof going).map(({ from }) => from));
    ({ logits } = await stepper.read(
      beams.map(({ tokens }) => tokens.slice(-1)),
      { logits: true },
    ));
    await turn();
  }
  return done.slice(0, count);
}
