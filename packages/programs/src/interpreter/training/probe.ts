/**
 * How well a base follows specs and examples, measured without decoding: an answer is exact under greedy decoding if
 * and only if every one of its tokens is the likeliest after the right ones before it, and one forward pass shows that
 * for all answers of a row at once.
 */
import { argMax } from "@weightsmith/autodiff";
import {
  type BatchShape,
  type DecoderConfig,
  decoderTrainingGraph,
  packRows,
  type Row,
  type Weights,
} from "@weightsmith/nn";
import { emit, Session } from "@weightsmith/onnx";
import { distinctExamples, drawTask, familiesOf, Random, type SuiteName } from "../../tasks/index.ts";
import type { SegmentEncoder, SolvedExample } from "../prompt.ts";
import { solvedRow } from "../rows.ts";

/** Exact answers as a share of all, by how many solved examples stood before the input. */
export interface ProbeResult {
  readonly rows: number;
  readonly exactByShots: readonly number[];
}

/** Rows of a suite: one task a family and round, `shots` + 1 examples each. */
export function probeRows(
  suite: SuiteName,
  {
    rounds,
    shots,
    encoder,
    length,
  }: { rounds: number; shots: number; encoder: SegmentEncoder; length: number },
): Row[] {
  const split = suite === "in-family" ? "training" : suite;
  const part = suite === "in-family" ? "held-out" : "any";
  const rows: Row[] = [];
  for (const family of familiesOf(split)) {
    const random = new Random(`probe ${suite} ${family.name}`);
    for (let round = 0; round < rounds; round++) {
      const task = drawTask(family, random, part);
      const examples: SolvedExample[] = distinctExamples(task, shots + 1, random);
      const row = solvedRow({ spec: task.spec, examples }, encoder, { output: 1, rest: 0 });
      if (row.tokens.length <= length) rows.push(row);
    }
  }
  return rows;
}

/** A model held open for probing. */
export class Prober {
  readonly #session: Session;
  readonly #shape: BatchShape;

  private constructor(session: Session, shape: BatchShape) {
    this.#session = session;
    this.#shape = shape;
  }

  static async open(
    config: DecoderConfig,
    weights: Weights,
    shape: BatchShape,
    threads: number,
  ): Promise<Prober> {
    const { logits } = decoderTrainingGraph(config, shape);
    const model = emit({ best: argMax(logits) }, weights);
    return new Prober(await Session.open(model, { device: "cpu", threads }), shape);
  }

  async measure(rows: readonly Row[]): Promise<ProbeResult> {
    const exact: number[] = [];
    const total: number[] = [];
    for (const batch of packRows(this.#shape, rows)) {
      const { tokens, positions, segments } = batch;
      const { best } = await this.#session.run({ tokens, positions, segments });
      countAnswers(batch, best!.data as BigInt64Array, exact, total);
    }
    return { rows: rows.length, exactByShots: total.map((count, shots) => (exact[shots] ?? 0) / count) };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** An answer is a run of counted targets; the n-th of a row has n − 1 solved examples before it. */
function countAnswers(
  { targets, weights, segments, positions, rows, length }: ReturnType<typeof packRows>[number],
  best: BigInt64Array,
  exact: number[],
  total: number[],
): void {
  for (let line = 0; line < rows; line++) {
    let shots = 0;
    let right = true;
    let inside = false;
    const close = () => {
      if (inside) {
        total[shots] = (total[shots] ?? 0) + 1;
        exact[shots] = (exact[shots] ?? 0) + (right ? 1 : 0);
        shots++;
      }
      inside = false;
      right = true;
    };
    for (let at = line * length; at < (line + 1) * length; at++) {
      if (positions[at] === 0n || segments[at] === 0) {
        close();
        shots = 0;
      }
      if ((weights[at] ?? 0) > 0) {
        inside = true;
        if (best[at] !== targets[at]) right = false;
      } else close();
    }
    close();
  }
}
