/** The first seconds on a new machine: packages are missing, half there, or somebody presses Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Installs one package; before that it waits for ever or fails, if the file `mood` says so. */
const npm = `
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
const mood = existsSync("mood") ? readFileSync("mood", "utf8") : "";
writeFileSync("npm-runs", String(Number(existsSync("npm-runs") ? readFileSync("npm-runs", "utf8") : 0) + 1));
mkdirSync("node_modules/one", { recursive: true });
if (mood === "slow") {
  writeFileSync("npm-pid", String(process.pid));
  setInterval(() => {}, 1000);
} else if (mood === "broken") {
  process.exitCode = 7;
} else {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
}
`;

/** A repository of one package, with this one's scripts. */
function repository(): string {
  const root = mkdtempSync(path.join(tmpdir(), "weightsmith-install-"));
  folders.push(root);
  cpSync(import.meta.dirname, path.join(root, "scripts"), { recursive: true });
  const stack = path.join(root, "packages/cli/src/stack");
  mkdirSync(stack, { recursive: true });
  writeFileSync(path.join(stack, "main.ts"), 'console.log("up"); process.exit();');
  const packages = { "": {}, "node_modules/one": { version: "1.0.0" } };
  writeFileSync(path.join(root, "package-lock.json"), JSON.stringify({ packages }));
  writeFileSync(path.join(root, "npm.mjs"), npm);
  return root;
}

interface Ran {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
}

function start(root: string): Ran {
  const { npm_lifecycle_event: _, ...environment } = process.env;
  const child = spawn(process.execPath, [path.join(root, "scripts/start.mjs")], {
    env: { ...environment, npm_execpath: path.join(root, "npm.mjs") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return { process: child, ended: once(child, "close").then(([status]) => ({ status, output })) };
}

const runsOf = (root: string) => Number(readFileSync(path.join(root, "npm-runs"), "utf8"));

test("missing packages are installed once, and then the stack starts", async () => {
  const root = repository();
  expect(await start(root).ended).toEqual({
    status: 0,
    output: "Installing packages (about a minute)…\nup\n",
  });
  expect(await start(root).ended).toEqual({ status: 0, output: "up\n" });
  expect(runsOf(root)).toBe(1);
});

test("an install that was cut off, or is of another version, is made again", async () => {
  const root = repository();
  mkdirSync(path.join(root, "node_modules/one"), { recursive: true });
  expect((await start(root).ended).output).toContain("Installing packages again");
  const older = { packages: { "node_modules/one": { version: "0.9.0" } } };
  writeFileSync(path.join(root, "node_modules/.package-lock.json"), JSON.stringify(older));
  expect((await start(root).ended).output).toContain("Installing packages again");
  expect(runsOf(root)).toBe(2);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s while installing ends npm, says so and leaves the rest for the next time",
  async (signal, status) => {
    const root = repository();
    writeFileSync(path.join(root, "mood"), "slow");
    const started = start(root);
    const pidFile = path.join(root, "npm-pid");
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, "utf8")).toMatch(/\d/);
    started.process.kill(signal);
    const { status: ended, output } = await started.ended;
    expect(ended).toBe(status);
    expect(output).toContain(
      "Interrupted while packages were being installed. The same command starts over.",
    );
    expect(() => process.kill(Number(readFileSync(pidFile, "utf8")), 0)).toThrow("ESRCH");
    rmSync(path.join(root, "mood"));
    expect((await start(root).ended).output).toContain("up");
  },
);

test("an install that fails is told with what to check", async () => {
  const root = repository();
  writeFileSync(path.join(root, "mood"), "broken");
  const { status, output } = await start(root).ended;
  expect(status).toBe(1);
  expect(output).toMatch(
    /npm ci did not finish \(exit status 7\)\. Check that the npm registry is reachable/,
  );
});
