/**
 * One run: a model on a task, without or with a playbook. Its state is plain data after every sample, so that a run can
 * stop anywhere and go on elsewhere with the same result.
 */
import { AppError } from "@weightsmith/contract";
import { isCorrect } from "../metrics/match.ts";
import { mean } from "../metrics/statistics.ts";
import type { AnswerRequest, ExperimentModel } from "../models/model.ts";
import {
  applyOperations,
  countUse,
  deduplicate,
  emptyPlaybook,
  type Playbook,
  prune,
  type Retrieved,
  Retriever,
} from "../playbook/index.ts";
import { caseReflector } from "../roles/case-reflector.ts";
import { type Curator, rulesCurator } from "../roles/curator.ts";
import { isGeneric } from "../roles/generic-advice.ts";
import { modelCurator, modelReflector } from "../roles/model-reflector.ts";
import type { Outcome, Reflector } from "../roles/reflector.ts";
import { rulesReflector } from "../roles/rules-reflector.ts";
import type { Task, TaskItem } from "../tasks/item.ts";
import { type FeedbackSource, labels, selfConsistency } from "./feedback.ts";
import { type RunSettings, type Stage, stagesOf } from "./plan.ts";
import type { SampleRecord } from "./record.ts";

export interface RunState {
  /** Of the stages, and within the stage. */
  readonly stage: number;
  readonly index: number;
  /** Samples learnt from so far: the playbook's clock. */
  readonly clock: number;
  readonly playbook: Playbook;
  readonly best: { readonly playbook: Playbook; readonly epoch: number; readonly accuracy: number } | null;
  readonly records: readonly SampleRecord[];
  /** What the reflector was told, to tell it again on resuming. */
  readonly told: readonly { readonly stage: number; readonly index: number; readonly gold: string }[];
}

export interface RunOptions {
  readonly model: ExperimentModel;
  readonly task: Task;
  readonly settings: RunSettings;
  readonly playbook?: Playbook;
  /** Go on from here. */
  readonly resume?: RunState;
  /** Instead of the one the settings name; needed for `execution`. */
  readonly feedback?: FeedbackSource;
  readonly signal?: AbortSignal;
  /** After every sample; the run waits for it. */
  readonly onSample?: (state: RunState, done: number, total: number) => void | Promise<void>;
}

export interface RunResult {
  readonly records: readonly SampleRecord[];
  readonly playbook: Playbook;
  /** Accuracy on the validation part by epoch; empty unless offline. */
  readonly validation: readonly { readonly epoch: number; readonly accuracy: number }[];
  readonly bestEpoch: number | null;
}

export async function runExperiment(options: RunOptions): Promise<RunResult> {
  const { task, settings, signal, onSample } = options;
  const stages = stagesOf(task, settings);
  const total = stages.reduce((sum, { items }) => sum + items.length, 0);
  let state: RunState = options.resume ?? {
    stage: 0,
    index: 0,
    clock: 0,
    playbook: options.playbook ?? emptyPlaybook,
    best: null,
    records: [],
    told: [],
  };
  const worker = new SampleWorker(options);
  await worker.remind(
    state.told.map(({ stage, index, gold }) => ({ item: stages[stage]!.items[index]!, gold })),
  );
  while (state.stage < stages.length) {
    const stage = stages[state.stage]!;
    // What is measured at the end is the playbook that did best on the validation part.
    if (state.index === 0 && stage.part === "test" && !stage.learns && state.best)
      state = { ...state, playbook: state.best.playbook };
    while (state.index < stage.items.length) {
      signal?.throwIfAborted();
      state = await worker.step(state, stage);
      await onSample?.(state, state.records.length, total);
    }
    if (stage.part === "validation") state = judged(state, stage);
    state = { ...state, stage: state.stage + 1, index: 0 };
  }
  return {
    records: state.records,
    playbook: state.playbook,
    validation: validationOf(state.records),
    bestEpoch: state.best?.epoch ?? null,
  };
}

/** The playbook after a validation stage, if it is the best so far; between equals the earlier. */
function judged(state: RunState, { epoch }: Stage): RunState {
  const own = state.records.filter((record) => record.part === "validation" && record.epoch === epoch);
  const accuracy = mean(own.map(({ correct }) => Number(correct)));
  if (state.best && state.best.accuracy >= accuracy) return state;
  return { ...state, best: { playbook: state.playbook, epoch, accuracy } };
}

function validationOf(records: readonly SampleRecord[]): { epoch: number; accuracy: number }[] {
  const epochs = new Map<number, number[]>();
  for (const { part, epoch, correct } of records)
    if (part === "validation") epochs.set(epoch, [...(epochs.get(epoch) ?? []), Number(correct)]);
  return [...epochs].map(([epoch, values]) => ({ epoch, accuracy: mean(values) }));
}

/** Answers one question and learns from it. */
class SampleWorker {
  readonly #options: RunOptions;
  readonly #reflector: Reflector;
  readonly #curator: Curator;
  readonly #feedback: FeedbackSource;
  #indexed: { readonly playbook: Playbook; readonly retriever: Retriever } | undefined;

  constructor(options: RunOptions) {
    const { model, settings } = options;
    this.#options = options;
    this.#reflector = reflectorOf(options);
    this.#curator =
      settings.curator === "rules" ? rulesCurator() : modelCurator(jsonWriter(model, "curator"));
    this.#feedback = options.feedback ?? feedbackOf(options);
  }

  /** Tells the reflector of questions it learnt from before. */
  async remind(solved: readonly { readonly item: TaskItem; readonly gold: string }[]): Promise<void> {
    if (this.#reflector.name !== "rules") return;
    for (const { item, gold } of solved)
      await this.#reflector.reflect({ item, gold, pred: gold, why: "", correct: true, shown: [] });
  }

  async step(state: RunState, { items, learns, part, epoch }: Stage): Promise<RunState> {
    const { model, task, settings, signal } = this.#options;
    const item = items[state.index]!;
    const asked = performance.now();
    const shown = settings.mode === "baseline" ? [] : this.#retrieve(state.playbook, item);
    const retrieved = performance.now();
    const request: AnswerRequest = {
      domain: item.domain,
      lessons: shown.map(({ entry }) => entry.content),
      context: item.context,
      question: item.question,
    };
    const answer = await model.answer(request, signal);
    const answered = performance.now();

    let { playbook, clock, told } = state;
    let [reflected, curationLatencyMs] = [false, 0];
    const verdict = learns ? await this.#feedback.judge(item, answer, request, signal) : undefined;
    if (verdict) {
      const outcome: Outcome = {
        item,
        pred: answer.answer,
        why: answer.why,
        ...verdict,
        shown: shown.map(({ entry }) => entry),
      };
      clock++;
      told = [...told, { stage: state.stage, index: state.index, gold: verdict.gold }];
      ({ playbook, curationLatencyMs } = await this.#learn(playbook, outcome, clock));
      reflected = true;
    }
    const end = performance.now();
    const record: SampleRecord = {
      modelId: model.id,
      taskName: task.name,
      domain: item.domain,
      mode: settings.mode,
      sampleId: item.id,
      gold: item.answer,
      pred: answer.answer,
      latencyMs: answered - asked,
      question: item.question,
      context: item.context,
      correct: isCorrect(item.question, item.answer, answer.answer),
      reflectionLatencyMs: learns ? end - answered : 0,
      reflected,
      epoch,
      part,
      retrievalLatencyMs: retrieved - asked,
      generationLatencyMs: answered - retrieved,
      curationLatencyMs,
      lessonsShown: shown.length,
      playbookEntries: playbook.entries.length,
      why: answer.why,
    };
    return { ...state, index: state.index + 1, clock, playbook, told, records: [...state.records, record] };
  }

  #retrieve(playbook: Playbook, { context, question }: TaskItem): Retrieved[] {
    if (playbook.entries.length === 0) return [];
    if (this.#indexed?.playbook !== playbook)
      this.#indexed = { playbook, retriever: new Retriever(playbook) };
    // The question decides; a long context would drown it.
    const query = context.length > 400 ? question : `${question} ${question} ${context}`;
    return this.#indexed.retriever.top(query, this.#options.settings.lessons);
  }

  async #learn(before: Playbook, outcome: Outcome, now: number) {
    const { settings, signal } = this.#options;
    const reflection = await this.#reflector.reflect(outcome, signal);
    const began = performance.now();
    const lessons = reflection.lessons.filter(({ content }) => !isGeneric(content));
    let playbook = countUse(before, reflection, now);
    const operations = await this.#curator.curate(playbook, { ...reflection, lessons }, signal);
    ({ playbook } = applyOperations(playbook, operations, now));
    if (settings.deduplicate) ({ playbook } = deduplicate(playbook));
    ({ playbook } = prune(playbook, { mostEntries: settings.mostEntries }, now));
    return { playbook, curationLatencyMs: performance.now() - began };
  }
}

function reflectorOf({ model, settings }: RunOptions): Reflector {
  switch (settings.reflector) {
    case "rules":
      return rulesReflector();
    case "none":
      return caseReflector;
    case "model":
      return modelReflector(jsonWriter(model, "reflector"));
    default:
      return settings.reflector satisfies never;
  }
}

function feedbackOf({ model, settings }: RunOptions): FeedbackSource {
  switch (settings.feedback) {
    case "labels":
      return labels;
    case "self-consistency":
      return selfConsistency(model, { seed: settings.seed });
    case "execution":
      throw new AppError("request.invalid", { message: "Feedback from execution needs a check to execute." });
    default:
      return settings.feedback satisfies never;
  }
}

function jsonWriter(model: ExperimentModel, role: string): NonNullable<ExperimentModel["writeJson"]> {
  if (model.writeJson) return model.writeJson;
  throw new AppError("request.invalid", {
    message: `The model ${model.id} only answers questions; it cannot be the ${role}. Choose "rules" for it.`,
  });
}
