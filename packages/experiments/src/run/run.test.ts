import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { evaluateExperiments } from "../evaluate.ts";
import type { AnswerRequest, ExperimentModel } from "../models/model.ts";
import { openModel, randomModel } from "../models/registry.ts";
import { picturesOf } from "../pictures/run-pictures.ts";
import { emptyPlaybook } from "../playbook/index.ts";
import { findTask } from "../tasks/registry.ts";
import { csvColumns, fromCsv, toCsv } from "./csv.ts";
import { cellsOf, parseGrid } from "./grid.ts";
import { defaultSettings, type RunSettings } from "./plan.ts";
import { measuredRecords, reportOf } from "./report.ts";
import { type RunState, runExperiment } from "./run.ts";
import { compare, summarize, summaryMarkdown } from "./summary.ts";

/** Follows a lesson on its sensor, and else says normal: what context can do, without a network. */
const follower: ExperimentModel = {
  id: "follower",
  identity: "test",
  device: "cpu",
  async answer({ question, lessons }: AnswerRequest) {
    const [, sensor, value] = /, ([a-z ]+) (\d+)\./.exec(question)!;
    const lesson = lessons.find((one) => one.startsWith(`${sensor}:`));
    const [low = 0, high = 1e9] = (lesson?.match(/\d+/g) ?? []).map(Number);
    return {
      why: lesson ?? "",
      answer: Number(value) < low ? "low" : Number(value) > high ? "high" : "normal",
    };
  },
  close: async () => {},
};
const ace: RunSettings = { ...defaultSettings, mode: "ace", adaptation: "offline", epochs: 2, limit: 60 };
const task = findTask("iot_generated");
/** Without what the clock decides. */
const timeless = (records: readonly object[]) =>
  records.map((record) => Object.fromEntries(Object.entries(record).filter(([key]) => !key.endsWith("Ms"))));

test("a model that follows lessons gets better, and the comparison says so", async () => {
  const evaluation = await evaluateExperiments({
    model: follower,
    epochs: 2,
    domains: ["iot"],
    limit: 120,
    ablations: true,
  });
  const [iot] = evaluation.domains;
  expect(iot!.ace).toBeGreaterThan(iot!.baseline + 0.3);
  expect(iot!.low).toBeGreaterThan(0);
  expect(evaluation.domainsImproved).toBe(1);
  const without = evaluation.ablations.find(({ ablation }) => ablation === "no-reflector")!;
  expect(without.ace).toBeLessThan(iot!.ace);
});

test("a run that was interrupted ends as one that was not", async () => {
  const whole = await runExperiment({ model: follower, task, settings: ace });
  let saved: RunState | undefined;
  const interrupted = runExperiment({
    model: follower,
    task,
    settings: ace,
    onSample: (state) => {
      if (state.records.length === 73) {
        saved = JSON.parse(JSON.stringify(state)) as RunState;
        throw new Error("power cut");
      }
    },
  });
  await expect(interrupted).rejects.toThrow("power cut");
  const resumed = await runExperiment({ model: follower, task, settings: ace, resume: saved! });
  expect(resumed.playbook).toEqual(whole.playbook);
  expect(timeless(resumed.records)).toEqual(timeless(whole.records));
});

test("the test part is measured with the playbook that did best on the validation part, and teaches nothing", async () => {
  const { records, validation, bestEpoch, playbook } = await runExperiment({
    model: follower,
    task,
    settings: ace,
  });
  expect(validation.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(validation.find(({ epoch }) => epoch === bestEpoch)!.accuracy).toBe(
    Math.max(...validation.map((v) => v.accuracy)),
  );
  expect(records.filter(({ part, reflected }) => part !== "train" && reflected)).toEqual([]);
  expect(
    measuredRecords(records).every(({ playbookEntries }) => playbookEntries === playbook.entries.length),
  ).toBe(true);
});

test("online: every question is answered before it is learnt from", async () => {
  const { records } = await runExperiment({
    model: follower,
    task,
    settings: { ...ace, adaptation: "online", epochs: 1 },
  });
  expect(records[0]).toMatchObject({ lessonsShown: 0, reflected: true, playbookEntries: 1 });
  expect(records.at(-1)!.lessonsShown).toBeGreaterThan(0);
});

test("without labels: what several answers agree on is learnt from", async () => {
  const settings: RunSettings = {
    ...ace,
    adaptation: "online",
    epochs: 1,
    feedback: "self-consistency",
    limit: 10,
  };
  const { records } = await runExperiment({ model: follower, task, settings });
  expect(records.every(({ reflected }) => reflected)).toBe(true);
  let turn = 0;
  const undecided = { ...follower, answer: async () => ({ why: "", answer: String(turn++) }) };
  const none = await runExperiment({ model: undecided, task, settings });
  expect(none.records.some(({ reflected }) => reflected)).toBe(false);
  expect(none.playbook).toEqual(emptyPlaybook);
});

describe("result files", () => {
  test("the columns have their order", () => {
    const first = "model_id,task_name,domain,mode,sample_id,gold,pred,latency_ms,question,context,correct";
    expect(csvColumns("baseline").join()).toMatch(new RegExp(`^${first},epoch`));
    expect(csvColumns("ace").join()).toMatch(new RegExp(`^${first},reflection_latency_ms,reflected,epoch`));
  });

  test("are read back, quotes and line breaks too", async () => {
    const { records } = await runExperiment({
      model: follower,
      task,
      settings: { ...ace, limit: 4, epochs: 1 },
    });
    const awkward = records.map((record) => ({
      ...record,
      question: 'He said "so, so"\nthen\r\nleft',
      context: "a,b",
    }));
    expect(timeless(fromCsv(toCsv(awkward)))).toEqual(timeless(awkward));
    expect(() => fromCsv("a,b\r\n1,2\r\n")).toThrow(/model_id/);
  });

  test("are compared pair by pair, and drawn", async () => {
    const before = await runExperiment({ model: follower, task, settings: { ...ace, mode: "baseline" } });
    const after = await runExperiment({ model: follower, task, settings: ace });
    const all = [...before.records, ...after.records];
    const [baseline, improved] = summarize(all);
    expect(baseline).toMatchObject({ mode: "baseline", difference: null, n: 60 });
    expect(improved!.difference).toBeCloseTo(improved!.accuracy - baseline!.accuracy);
    expect(improved!.pValue).toBeLessThan(0.01);
    expect(summaryMarkdown([baseline!])).toMatch(/^\| model \| task .*\n\| --- /);
    expect(compare(before.records, [])).toBeUndefined();
    for (const svg of Object.values(picturesOf(all))) {
      expect(svg).toMatch(/^<svg xmlns[^>]*>.*<\/svg>\n$/s);
      expect(svg).not.toContain("NaN");
    }
  });
});

test("a grid names its cells alike every time, and says which key is wrong", () => {
  const grid = "models: [a, b]\ntasks: [iot_tiny]\nsettings: {limit: 3}";
  const cells = cellsOf(parseGrid(grid));
  expect(cells).toHaveLength(4);
  expect(cellsOf(parseGrid(grid))).toEqual(cells);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(4);
  expect(() => parseGrid("models: [a]\ntasks: [t]\nsetting: 3")).toThrow(/"setting"/);
  expect(() => parseGrid("models: []\ntasks: [t]")).toThrow(/"models"/);
  expect(() => parseGrid("models: [a")).toThrow(/not YAML/);
});

const options = {
  device: "cpu",
  threads: 1,
  modelsFolder: "models",
  allowPaths: false,
  allowEndpoints: true,
};

test("a random model of tiny-gpt2's shape runs through everything", async () => {
  const model = await openModel(randomModel, options);
  try {
    const result = await runExperiment({
      model,
      task: findTask("tatqa_tiny"),
      settings: { ...defaultSettings, mode: "ace", limit: 1, reflector: "model", curator: "model" },
    });
    const report = reportOf(result, {
      model: { id: model.id, identity: model.identity, device: model.device },
      task: { name: "tatqa_tiny", domain: "finance" },
      settings: defaultSettings,
      resources: { peakMemoryBytes: 1, energyJoules: null, energySource: "not measured" },
    });
    expect(report).toMatchObject({ scores: { n: 1 }, latency: { reflection: { p50: expect.any(Number) } } });
  } finally {
    await model.close();
  }
}, 60_000);

test("an OpenAI-compatible endpoint is asked for JSON of a schema", async () => {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      const content = '```json\n{"why": "seen", "answer": "412"}\n```';
      const failing = bodies.length > 1;
      response
        .writeHead(failing ? 500 : 200)
        .end(failing ? "busy" : JSON.stringify({ choices: [{ message: { content } }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const model = await openModel(`http://127.0.0.1:${port}/v1#some-model`, options);
    const request = {
      domain: "finance",
      lessons: ["top line means net sales"],
      context: "",
      question: "How much?",
    };
    expect(await model.answer(request)).toEqual({ why: "seen", answer: "412" });
    expect(bodies[0]).toMatchObject({ model: "some-model", response_format: { type: "json_schema" } });
    expect(JSON.stringify(bodies[0])).toContain("top line means net sales");
    await expect(model.answer(request)).rejects.toMatchObject({ code: "model.unavailable" });
  } finally {
    server.close();
  }
});

test.each([
  ["nope", "model.unknown"],
  ["gpt2", "model.unavailable"],
  ["./models/x", "model.unknown"],
  ["https://example.com/v1", "model.unknown"],
  ["0123456789abcdef0123", "model.unavailable"],
])("the model %s is refused as %s", async (name, code) => {
  await expect(openModel(name, options)).rejects.toMatchObject({ code });
});
