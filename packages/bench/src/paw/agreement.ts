/**
 * Does a `.paw` answer in llama.cpp as the program answers here?
 *
 *   node packages/bench/src/paw/agreement.ts FOLDER [INPUTS.jsonl]
 *
 * FOLDER is a program's folder. The inputs (one JSON string or {"input"} a line) default to those of its report. Needs
 * node-llama-cpp: `npm ci --omit=optional` in packages/bench/peers/llama-cpp and its prebuilt package, or the folder of
 * an installation in WEIGHTSMITH_LLAMA_CPP. Prints one JSON document; exits with 1 if an answer differs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { baseModelFile, loadInterpreter, loadProgram, openProgram, packPaw } from "@weightsmith/programs";
import { unzipSync } from "fflate";

const [folder, inputsFile] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name a program's folder.");
const repository = path.join(import.meta.dirname, "../../../..");
const modelsFolder = process.env.WEIGHTSMITH_MODELS ?? path.join(repository, "models");
const peerFolder = path.join(repository, "packages/bench/peers/llama-cpp");
const installation = process.env.WEIGHTSMITH_LLAMA_CPP ?? peerFolder;

const artifact = await loadProgram(folder);
const interpreter = await loadInterpreter(modelsFolder, artifact.manifest.interpreter.id);
const inputs =
  inputsFile === undefined
    ? artifact.report.predictions.map(({ input }) => input)
    : await readInputs(inputsFile);
const files = unzipSync(packPaw(artifact, interpreter));
const base = baseModelFile(interpreter);

const temporary = await mkdtemp(path.join(tmpdir(), "weightsmith-paw-bench-"));
try {
  const [basePath, adapterPath] = ["base.gguf", "adapter.gguf"].map((name) => path.join(temporary, name)) as [
    string,
    string,
  ];
  await writeFile(basePath, base.bytes);
  await writeFile(adapterPath, files["adapter.gguf"]!);
  await copyFile(path.join(peerFolder, "program.mjs"), path.join(temporary, "program.mjs"));
  await symlink(path.join(installation, "node_modules"), path.join(temporary, "node_modules"));
  const template = new TextDecoder().decode(files["prompt_template.txt"]);
  const theirs = await askPeer({ base: basePath, adapter: adapterPath, template });

  const program = await openProgram(artifact, { modelsFolder, threads: 1 });
  const ours: { output: string; milliseconds: number }[] = [];
  for (const input of inputs) {
    const began = performance.now();
    const [answer] = await program.run([input]);
    ours.push({ output: answer!.output, milliseconds: performance.now() - began });
  }
  await program.close();

  const differing = inputs.flatMap((input, i) =>
    ours[i]!.output === theirs[i]!.output
      ? []
      : [{ input, ours: ours[i]!.output, llamaCpp: theirs[i]!.output }],
  );
  const result = {
    programId: artifact.manifest.programId,
    method: artifact.manifest.method,
    inputs: inputs.length,
    agreeing: inputs.length - differing.length,
    pawBytes: packPaw(artifact, interpreter).byteLength,
    baseBytes: base.bytes.byteLength,
    medianMilliseconds: { ours: median(ours), llamaCpp: median(theirs) },
    differing,
  };
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  await rm(temporary, { recursive: true });
}

async function askPeer(options: object): Promise<{ output: string; milliseconds: number }[]> {
  const peer = spawn(process.execPath, ["program.mjs", JSON.stringify(options)], {
    cwd: temporary,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? "null");
  if ((await next()) === null) throw new Error("node-llama-cpp did not start: see the head of this file.");
  const answers = [];
  for (const input of inputs) {
    peer.stdin.write(`${JSON.stringify({ input })}\n`);
    answers.push(await next());
  }
  peer.stdin.end();
  await once(peer, "exit");
  return answers;
}

async function readInputs(file: string): Promise<string[]> {
  return (await readFile(file, "utf8"))
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const value = JSON.parse(line);
      return typeof value === "string" ? value : String(value.input);
    });
}

function median(answers: readonly { milliseconds: number }[]): number {
  const sorted = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 100) / 100;
}
