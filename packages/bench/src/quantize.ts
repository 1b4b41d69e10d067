/**
 * `npm run bench -- quantize [--json] [--model DIR] [--text FILE] [--texts N] [--threads N]`: what weights in 8 and 4
 * bits cost a decoder in accuracy and give in speed: surprise a token (nats) on texts it was made for, the share of
 * greedy continuations of the first half that stay the same token for token, and processor time of a decoded token. Texts
 * are the lines of FILE, or programs of the families that the interpreter knows, with held-out inputs, in its own form.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LanguageModel, loadModel, loadTokenizerFolder, type Quantization } from "@weightsmith/nn";
import { suite } from "@weightsmith/programs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    model: { type: "string", default: fileURLToPath(new URL("../../../models/anvil-tiny", import.meta.url)) },
    text: { type: "string" },
    texts: { type: "string", default: "64" },
    threads: { type: "string", default: "1" },
  },
});
const answerTokens = 24;
const model = await loadModel(flags.model);
const tokenizer = await loadTokenizerFolder(flags.model);
const { config } = model;
if (config.family === "t5") throw new Error("This benchmark is for decoders.");

function* lines(): Generator<string> {
  if (flags.text !== undefined) {
    for (const line of readFileSync(flags.text, "utf8").split("\n")) if (line.trim() !== "") yield line;
    return;
  }
  for (const { spec, examples } of suite("in-family", { seed: 7, examplesPerTask: 4 })) {
    const solved = examples.map(({ input, output }) => `<|in|>${input}<|out|>${output}<|end|>`);
    yield `<|spec|>${spec}${solved.join("")}`;
  }
}
const rows: number[][] = [];
for (const text of lines()) {
  const tokens = [...tokenizer.encode(text)].slice(0, config.maxPositions - answerTokens);
  if (tokens.length >= 8) rows.push(tokens);
  if (rows.length === Number(flags.texts)) break;
}

interface Measured {
  readonly surprise: number;
  readonly answers: readonly string[];
  readonly cpuMsPerToken: number;
}

async function measure(quantize: Quantization | undefined): Promise<Measured> {
  const session = { threads: Number(flags.threads) };
  const lm = await LanguageModel.open(
    { config: decoder, weights: model.weights },
    { session, ...(quantize ? { quantize } : {}) },
  );
  let [total, count] = [0, 0];
  const answers: string[] = [];
  let [spentMs, written] = [0, 0];
  for (const tokens of rows) {
    const [scores] = await lm.score([{ tokens }]);
    for (const score of scores!) total -= score;
    count += scores!.length;
    const before = process.cpuUsage();
    const [answer] = await lm.generate([
      { tokens: tokens.slice(0, tokens.length >> 1), maxTokens: answerTokens, stopTokens: [] },
    ]);
    const { user, system } = process.cpuUsage(before);
    spentMs += (user + system) / 1000;
    written += answer!.tokens.length;
    answers.push(answer!.tokens.join());
  }
  await lm.release();
  return { surprise: total / count, answers, cpuMsPerToken: spentMs / written };
}

const decoder = config;
const exact = await measure(undefined);
const round = (value: number, digits: number) => Number(value.toFixed(digits));
const describe = ({ surprise, answers, cpuMsPerToken }: Measured) => ({
  surprise: round(surprise, 4),
  surpriseAdded: round(surprise - exact.surprise, 4),
  sameAnswers: round(answers.filter((answer, at) => answer === exact.answers[at]).length / rows.length, 3),
  cpuMsPerToken: round(cpuMsPerToken, 3),
});
const figures = {
  model: path.basename(flags.model),
  texts: rows.length,
  tokens: rows.reduce((sum, { length }) => sum + length, 0),
  float32: describe(exact),
  int8: describe(await measure({ bits: 8 })),
  int4: describe(await measure({ bits: 4 })),
};
console.log(flags.json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));
