/**
 * Decoding: beams of derivations, each step scored by the model, pruned by the grammar's types, and finished ones executed
 * on the examples. Whatever the model thinks, only expressions that agree with every example come out.
 */
import { emit, Session } from "@weightsmith/onnx";
import { type Expression, sizeOf } from "../language/expression.ts";
import { type Clock, systemClock } from "../search/clock.ts";
import { signature } from "../search/goal-search.ts";
import { agrees, type Problem } from "../search/synthesize.ts";
import { decoderInputs, encoderInputs, maskOf } from "./batch.ts";
import { type DerivationState, LONGEST } from "./derivation.ts";
import { goalType, grammarOf, startOf } from "./grammar.ts";
import { loadTreeWeights, type TreeWeights } from "./model-file.ts";
import { treeNetwork } from "./network.ts";
import { requestTree, TREE } from "./request-tree.ts";

export interface TreeSolution {
  readonly expression: Expression;
  /** log₂ of the model's probability of the derivation, 0 or less. */
  readonly score: number;
  readonly size: number;
}

export interface TreeSearch {
  /** Each agrees with every example, likeliest first. */
  readonly solutions: readonly TreeSolution[];
  /** Finished derivations that were executed. */
  readonly executed: number;
}

export interface TreeSearchOptions {
  readonly seconds: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

interface Beam {
  readonly state: DerivationState;
  readonly score: number;
}

/** Rows of one run of the decoder; a wider beam takes several. */
const ROWS = 16;
/** The search is done again with more beams while there is time. */
const WIDTHS = [16, 64, 192];
const ENOUGH = 6;

export class TreeModel {
  readonly #weights: TreeWeights;
  readonly #encoder: Session;
  readonly #decoder: Session;

  private constructor(weights: TreeWeights, encoder: Session, decoder: Session) {
    this.#weights = weights;
    this.#encoder = encoder;
    this.#decoder = decoder;
  }

  static async open(weights: TreeWeights, { threads = 1 } = {}): Promise<TreeModel> {
    const encoder = treeNetwork(weights.config, 1).memory;
    const decoder = treeNetwork(weights.config, ROWS, true).scores;
    return new TreeModel(
      weights,
      await Session.open(emit({ memory: encoder }, weights.weights), { device: "cpu", threads }),
      await Session.open(emit({ scores: decoder }, weights.weights), { device: "cpu", threads }),
    );
  }

  /** The model that ships; undefined where the folder of models has none. */
  static async load(modelsFolder: string): Promise<TreeModel | undefined> {
    const weights = await loadTreeWeights(modelsFolder);
    return weights && TreeModel.open(weights);
  }

  async search(
    problem: Problem,
    { seconds, signal, clock = systemClock }: TreeSearchOptions,
  ): Promise<TreeSearch> {
    const returns = goalType(problem);
    if (returns === undefined || problem.examples.length === 0) return { solutions: [], executed: 0 };
    const deadline = clock.now() + seconds * 1_000;
    const { rules } = this.#weights;
    const tree = requestTree(problem, rules);
    const start = startOf(grammarOf(problem, tree, rules), returns);
    const { memory } = await this.#encoder.run(encoderInputs([tree]));
    const tiled = new Float32Array(ROWS * memory!.data.length);
    for (let row = 0; row < ROWS; row++) tiled.set(memory!.data as Float32Array, row * memory!.data.length);
    const mask = maskOf(Array.from({ length: ROWS }, () => tree));
    const tried = new Set<string>();
    const solutions: TreeSolution[] = [];
    const finish = ({ state, score }: Beam): void => {
      const expression = state.expression();
      const text = signature(expression);
      if (tried.has(text)) return;
      tried.add(text);
      if (agrees(expression, problem)) solutions.push({ expression, score, size: sizeOf(expression) });
    };
    for (const width of WIDTHS) {
      let beams: Beam[] = [{ state: start, score: 0 }];
      for (let step = 0; step < LONGEST && beams.length > 0; step++) {
        signal?.throwIfAborted();
        if (clock.now() > deadline) break;
        const scores = await this.#scores(
          beams.map(({ state }) => state),
          tiled,
          mask,
        );
        const next: Beam[] = [];
        for (const [row, beam] of beams.entries()) {
          for (const option of extensions(beam, scores[row]!)) {
            if (option.state.done) finish(option);
            else if (option.state.fits) next.push(option);
          }
        }
        beams = next.sort((a, b) => b.score - a.score).slice(0, width);
        // Derivations only become less likely as they grow.
        if (solutions.length >= ENOUGH) break;
      }
      if (solutions.length > 0 || clock.now() > deadline) break;
    }
    return { solutions: solutions.sort((a, b) => b.score - a.score), executed: tried.size };
  }

  /** float32 [rules + nodes] for each state's next action. */
  async #scores(
    states: readonly DerivationState[],
    memory: Float32Array,
    mask: Float32Array,
  ): Promise<Float32Array[]> {
    const { rules } = this.#weights;
    const choices = rules.size + TREE.nodes;
    const scores: Float32Array[] = [];
    for (let from = 0; from < states.length; from += ROWS) {
      const chunk = states.slice(from, from + ROWS);
      const written = chunk.map((state) => ({
        actions: state.actions,
        places: [...state.places, state.place],
      }));
      while (written.length < ROWS) written.push({ actions: [], places: [] });
      const run = await this.#decoder.run({ memory, mask, ...decoderInputs(written, rules.size) });
      const all = run.scores!.data as Float32Array;
      chunk.forEach(({ actions }, row) => {
        const begin = (row * LONGEST + actions.length) * choices;
        scores.push(all.slice(begin, begin + choices));
      });
    }
    return scores;
  }

  async close(): Promise<void> {
    await this.#encoder.release();
    await this.#decoder.release();
  }
}

/** What may come next, its probability shared among what the grammar allows; bindings of one rule share it. */
function extensions({ state, score }: Beam, scores: Float32Array): Beam[] {
  const options = [...state.options()];
  const counts = new Map<number, number>();
  for (const { action } of options) counts.set(action, (counts.get(action) ?? 0) + 1);
  const most = Math.max(...[...counts.keys()].map((action) => scores[action]!));
  let total = 0;
  for (const action of counts.keys()) total += Math.exp(scores[action]! - most);
  const whole = most + Math.log(total);
  return options.map(({ action, next }) => ({
    state: next,
    score: score + (scores[action]! - whole - Math.log(counts.get(action)!)) * Math.LOG2E,
  }));
}
