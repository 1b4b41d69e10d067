/** Records as CSV (RFC 4180) with columns whose order never changes; later versions only add to the right. */

import { invalid } from "../tasks/item.ts";
import type { Mode, Part } from "./plan.ts";
import type { SampleRecord } from "./record.ts";

const number = (value: number): string => String(Math.round(value * 1000) / 1000);

type Column = readonly [name: string, write: (record: SampleRecord) => string];

const always: readonly Column[] = [
  ["model_id", (r) => r.modelId],
  ["task_name", (r) => r.taskName],
  ["domain", (r) => r.domain],
  ["mode", (r) => r.mode],
  ["sample_id", (r) => r.sampleId],
  ["gold", (r) => r.gold],
  ["pred", (r) => r.pred],
  ["latency_ms", (r) => number(r.latencyMs)],
  ["question", (r) => r.question],
  ["context", (r) => r.context],
  ["correct", (r) => String(r.correct)],
];
const aceOnly: readonly Column[] = [
  ["reflection_latency_ms", (r) => number(r.reflectionLatencyMs)],
  ["reflected", (r) => String(r.reflected)],
];
const further: readonly Column[] = [
  ["epoch", (r) => String(r.epoch)],
  ["part", (r) => r.part],
  ["retrieval_latency_ms", (r) => number(r.retrievalLatencyMs)],
  ["generation_latency_ms", (r) => number(r.generationLatencyMs)],
  ["curation_latency_ms", (r) => number(r.curationLatencyMs)],
  ["lessons_shown", (r) => String(r.lessonsShown)],
  ["playbook_entries", (r) => String(r.playbookEntries)],
  ["why", (r) => r.why],
];

export const csvColumns = (mode: Mode): string[] =>
  (mode === "ace" ? [...always, ...aceOnly, ...further] : [...always, ...further]).map(([name]) => name);

/** With the columns of ACE as soon as one record is of that mode. */
export function toCsv(records: readonly SampleRecord[]): string {
  const isAce = records.some(({ mode }) => mode === "ace");
  const columns = isAce ? [...always, ...aceOnly, ...further] : [...always, ...further];
  const lines = [
    columns.map(([name]) => name),
    ...records.map((record) => columns.map(([, write]) => write(record))),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Reads what `toCsv` wrote; unknown columns are passed over. @throws AppError dataset.invalid naming line and column */
export function fromCsv(text: string, file = "CSV"): SampleRecord[] {
  const [header, ...lines] = parseCsv(text);
  const required = always.map(([name]) => name);
  const missing = required.filter((name) => !header?.includes(name));
  if (!header || missing.length > 0)
    throw invalid(`${file} is not a result file: it lacks the column ${missing[0] ?? required[0]}.`, {
      key: missing[0],
    });
  return lines.map((cells, index) => {
    const get = (name: string): string => cells[header.indexOf(name)] ?? "";
    const count = (name: string): number => {
      const value = Number(get(name) || "0");
      if (!Number.isFinite(value))
        throw invalid(`${file}, line ${index + 2}, ${name}: ${JSON.stringify(get(name))} is no number.`, {
          index,
          key: name,
        });
      return value;
    };
    return {
      modelId: get("model_id"),
      taskName: get("task_name"),
      domain: get("domain"),
      mode: (get("mode") === "ace" ? "ace" : "baseline") satisfies Mode,
      sampleId: get("sample_id"),
      gold: get("gold"),
      pred: get("pred"),
      latencyMs: count("latency_ms"),
      question: get("question"),
      context: get("context"),
      correct: get("correct") === "true",
      reflectionLatencyMs: count("reflection_latency_ms"),
      reflected: get("reflected") === "true",
      epoch: count("epoch"),
      part: (["train", "validation", "test"].find((part) => part === get("part")) ?? "test") as Part,
      retrievalLatencyMs: count("retrieval_latency_ms"),
      generationLatencyMs: count("generation_latency_ms"),
      curationLatencyMs: count("curation_latency_ms"),
      lessonsShown: count("lessons_shown"),
      playbookEntries: count("playbook_entries"),
      why: get("why"),
    };
  });
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;
  for (const [whole, quotedCell, plain, end] of text.matchAll(pattern)) {
    if (whole === "" && row.length === 0) break;
    row.push(quotedCell === undefined ? plain! : quotedCell.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
