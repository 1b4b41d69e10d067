/** The container images and compose.yaml, as far as they can be proven without building them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly { readonly word: string; readonly rest: string }[];
}

function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const stages: { name: string; from: string; instructions: { word: string; rest: string }[] }[] = [];
  for (const line of lines) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    expect(word, `an instruction: ${line}`).toBeDefined();
    if (word === "FROM") {
      const [, from, name = `last`] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest!)!;
      stages.push({ name, from: from!, instructions: [] });
    } else stages.at(-1)?.instructions.push({ word: word!, rest: rest! });
  }
  return stages;
}

const stages = stagesOf(read("gpu-worker/Dockerfile"));
const named = (name: string) => stages.find((stage) => stage.name === name)!;

test("every base image is pinned, none to latest", () => {
  const own = new Set(stages.map(({ name }) => name));
  for (const { from } of stages.filter((stage) => !own.has(stage.from))) {
    expect(from).toMatch(/:[\w.${}-]*\d[\w.${}-]*$|:\$\{\w+\}/);
    expect(from).not.toMatch(/:latest/);
  }
});

test.each(["cpu", "cuda"])(
  "the image %s runs as an ordinary user, is watched, and starts the entry point",
  (name) => {
    const { instructions } = named(name);
    const last = (word: string) =>
      instructions.filter((instruction) => instruction.word === word).at(-1)?.rest;
    expect(last("USER")).toMatch(/^(node|1000)$/);
    expect(last("HEALTHCHECK")).toContain("healthcheck.mjs");
    expect(last("ENTRYPOINT")).toBe('["/app/gpu-worker/entrypoint.sh"]');
    expect(last("VOLUME")).toContain("/models-cache");
    const after = instructions.slice(instructions.findIndex(({ word }) => word === "USER"));
    expect(after.filter(({ word }) => word === "RUN")).toEqual([]);
  },
);

test("what is copied into the image exists, and no secret is among it", () => {
  const ignored = read(".dockerignore").split("\n");
  for (const word of [".git", "**/node_modules", ".weightsmith", ".sst"]) expect(ignored).toContain(word);
  for (const { instructions } of stages) {
    for (const { word, rest } of instructions) {
      if (word === "ADD") throw new Error("COPY says what it does; ADD may fetch and unpack.");
      if (word !== "COPY" || rest.includes("--from=")) continue;
      const sources = rest
        .split(/\s+/)
        .filter((part) => !part.startsWith("--"))
        .slice(0, -1);
      for (const source of sources) expect(existsSync(path.join(root, source)), source).toBe(true);
    }
  }
  expect(read("gpu-worker/Dockerfile")).not.toMatch(/PASSWORD|SECRET|TOKEN/);
});

test("the entry point is a script that a shell understands, and names files that are there", () => {
  const file = path.join(root, "gpu-worker/entrypoint.sh");
  expect(statSync(file).mode & 0o111).not.toBe(0);
  execFileSync("sh", ["-n", file]);
  const script = read("gpu-worker/entrypoint.sh");
  const files = [...script.matchAll(/\/app\/([\w./-]+\.(?:ts|mjs))/g)].map(([, name]) => name!);
  expect(files.length).toBeGreaterThan(5);
  for (const name of files) expect(existsSync(path.join(root, name)), name).toBe(true);
});

test("compose.yaml: pinned images, no privileges, no open port, no password, nothing before what it needs", () => {
  const compose = parse(read("compose.yaml"), { merge: true }) as {
    services: Record<
      string,
      {
        image: string;
        ports?: string[];
        cap_drop?: string[];
        read_only?: boolean;
        environment?: Record<string, string>;
        depends_on?: Record<string, { condition: string }>;
        command?: string[];
      }
    >;
  };
  const { services } = compose;
  const script = read("gpu-worker/entrypoint.sh");
  for (const [name, service] of Object.entries(services)) {
    expect(service.image).not.toMatch(/:latest$/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|SECRET|KEY/.test(variable)) expect(value, `${name} ${variable}`).toMatch(/^\$\{\w+/);
    }
    for (const needed of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty(needed);
    if (!service.image.startsWith("weightsmith")) continue;
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.read_only).toBe(true);
    expect(script).toContain(`  ${service.command![0]}) exec node`);
  }
  for (const name of ["api", "runner", "worker", "worker-gpu"]) {
    expect(services[name]?.depends_on).toEqual({ prepare: { condition: "service_completed_successfully" } });
  }
});
