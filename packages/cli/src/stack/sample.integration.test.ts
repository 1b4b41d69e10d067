/**
 * The first start with its sample program, interrupted and finished, and then the command on what it left: every one of
 * its verbs against the real servers, its exit statuses, and `--json` as one document and nothing else.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { weightsmith } from "../../test/command.ts";
import { clientOf, newHome, processesOf, type Started, start, up } from "../../test/started-stack.ts";

/** Signals and process groups as Linux has them. */
const wanted = process.platform === "linux";
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const home = newHome();
const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-command-"));
let stack: Started;
let sample: string;

const on = (...args: string[]) => weightsmith({ home, folder }, ...args);
const write = (name: string, text: string) => {
  writeFileSync(path.join(folder, name), text);
  return name;
};
const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join("\n");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(wanted)("the sample program", () => {
  test("Ctrl-C while it is compiled ends everything; the work is kept for the next start", async () => {
    const started = await start(home, { flags: ["--once"] });
    await started.until("Compiling");
    started.process.kill("SIGINT");
    expect(await started.ended()).toBe(130);
    expect(started.output()).toContain("Stopped; data and programs are kept.");
    await expect.poll(() => processesOf(started), { timeout: 10_000, interval: 100 }).toEqual([]);
  });

  test("the next start compiles it, shows its score on examples it never saw, and stays up", async () => {
    stack = await start(home, { flags: [] });
    await stack.until(up);
    expect(stack.output()).toMatch(/Sample program [0-9a-f]{20}: \d+ % of \d+ held-out examples right/);
    ({ programId: sample } = JSON.parse(readFileSync(path.join(home, "sample.json"), "utf8")));
    const program = await clientOf(stack).programs.get(sample);
    expect(program.report?.heldOut.n).toBeGreaterThan(0);
  });
});

describe.runIf(wanted)("the command", () => {
  beforeAll(() => {
    write(
      "pairs.jsonl",
      lines(["a.PDF", "b.txt"].map((input) => ({ input, output: input.slice(2).toLowerCase() }))),
    );
  });

  test("lists, shows and changes programs", async () => {
    const { items } = (await on("programs", "--json")).json();
    expect(items.map(({ id }: { id: string }) => id)).toEqual([sample]);
    expect((await on("programs", "list")).stdout).toContain(sample);
    const changed = await on("programs", "update", sample, "--name", "Renamed", "--json");
    expect(changed.json()).toMatchObject({ id: sample, name: "Renamed" });
    expect((await on("programs", "get", sample)).stdout).toMatch(/Renamed[\s\S]*Held-out score/);
  });

  test("runs a program on the server and from its folder, with the same answers", async () => {
    const inputs = ["a.PDF", "summer photo.JPG"];
    const remote = await on("run", sample, ...inputs, "--json");
    expect(remote.status).toBe(0);
    expect(remote.json().programId).toBe(sample);
    const fetched = await on("download", sample, "--out", "program", "--json");
    expect(fetched.json()).toMatchObject({ programId: sample, directory: path.join(folder, "program") });
    const nowhere = { home: path.join(folder, "no-stack"), folder };
    write("inputs.jsonl", lines(inputs));
    const local = await weightsmith(nowhere, "run", "program", "--inputs", "inputs.jsonl", "--json");
    expect(local.json()).toEqual(remote.json());
    expect((await on("run", sample, inputs[0]!)).stdout).toBe(`${remote.json().results[0].output}\n`);
  });

  test("answers a file of lines in the background, and saves answers and errors beside it", async () => {
    write("many.jsonl", '{"input": "a.PDF"}\n{"input": "b.md", "custom_id": "two"}\n{"inputs": 1}\n');
    const said = await on("batch", "run", "many.jsonl", "--program", sample, "--json");
    expect(said.status, said.stdout).toBe(0);
    expect(said.json()).toMatchObject({
      status: "completed",
      request_counts: { total: 3, completed: 2, failed: 1 },
      files: { results: { lines: 2 }, errors: { lines: 1 } },
    });
    const [first, second] = readFileSync(path.join(folder, "many.results.jsonl"), "utf8").trim().split("\n");
    const alone = (await on("run", sample, "a.PDF", "--json")).json().results[0].output;
    expect(JSON.parse(first!)).toMatchObject({ line: 1, program: sample, output: alone });
    expect(JSON.parse(second!)).toMatchObject({ line: 2, custom_id: "two" });
    expect(readFileSync(path.join(folder, "many.errors.jsonl"), "utf8")).toContain("request.unknown_field");
    const { id } = said.json();
    expect((await on("batch", "status", id)).stdout).toMatch(/completed {2}100 %/);
    expect((await on("batch", "results", id, "--json")).json().files.results.lines).toBe(2);
  });

  test("evaluates with exactMatch, n and predictions", async () => {
    const said = (await on("evaluate", sample, "--examples", "pairs.jsonl", "--json")).json();
    expect(said).toMatchObject({ programId: sample, n: 2 });
    const right = said.predictions.filter(({ correct }: { correct: boolean }) => correct).length;
    expect(said.exactMatch).toBe(right / 2);
  });

  test("compiles on the server and in its own process, with the names that scripts rely on", async () => {
    const flags = ["--spec", "Say ok.", "--examples", "pairs.jsonl", "--method", "context", "--json"];
    const remote = await on("compile", ...flags, "--out", "remote");
    expect(remote.status).toBe(0);
    expect(remote.stderr).toBe("");
    const shape = {
      programId: expect.stringMatching(/^[0-9a-f]{20}$/),
      state: "succeeded",
      report: { heldOut: { n: expect.any(Number) } },
    };
    expect(remote.json()).toMatchObject({ ...shape, directory: path.join(folder, "remote") });
    const local = await on("compile", ...flags, "--offline", "--out", "local");
    expect(local.json()).toMatchObject({ ...shape, directory: path.join(folder, "local"), jobId: null });
    expect(local.json().programId).toBe(remote.json().programId);
    const begun = (await on("compile", ...flags, "--no-watch", "--seed", "5")).json();
    expect(begun).toMatchObject({ jobId: expect.stringMatching(/^job_/), directory: null });
    const watched = await on("jobs", "watch", begun.jobId, "--json");
    expect(watched.json()).toMatchObject({ id: begun.jobId, state: "succeeded" });
    const { items } = (await on("jobs", "--json")).json();
    expect(items[0].id).toBe(begun.jobId);
    expect((await on("jobs", "get", begun.jobId)).stdout).toContain("succeeded");
  });

  test("makes and revokes keys; a revoked one is refused with status 4", async () => {
    const { secret, id } = (await on("keys", "create", "for a test", "--json")).json();
    const withKey = { home, folder, variables: { WEIGHTSMITH_API_KEY: secret } };
    expect((await weightsmith(withKey, "programs", "--json")).status).toBe(0);
    expect((await on("keys", "revoke", id)).status).toBe(0);
    const refused = await weightsmith(withKey, "programs", "--json");
    expect(refused.status).toBe(4);
    expect(refused.json().error.code).toBe("auth.invalid_key");
    expect((await on("keys")).stdout).toMatch(/for a test.*revoked/);
  });

  test("says whether the server is well", async () => {
    const { status, stdout } = await on("health");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Ready/)]);
    expect((await on("health", "--json")).json().ready).toBe(true);
  });

  test.each([
    [2, "cli.usage", ["compile", "--json"]],
    [2, "cli.usage", ["frobnicate", "--json"]],
    [2, "spec.empty", ["compile", "--spec", " ", "--json"]],
    [2, "request.missing_field", ["run", "0".repeat(20), "--json"]],
    [2, "examples.malformed_line", ["compile", "--spec", "s", "--examples", "broken.jsonl", "--json"]],
    [3, "artifact.not_found", ["run", "no-such-folder", "x", "--json"]],
    [3, "program.not_found", ["run", "0".repeat(20), "x", "--json"]],
    [3, "job.not_found", ["jobs", "get", "job_00000000000000000000000000", "--json"]],
    [5, "client.connection", ["--api-url", "http://127.0.0.1:9", "programs", "--json"]],
  ] as const)("ends with status %i and the code %s for %j", async (status, code, args) => {
    write("broken.jsonl", '{"input": "a", "output": "b"}\n{"input": ');
    const said = await on(...args);
    expect({ status: said.status, code: said.json().error.code }).toEqual({ status, code });
    expect(said.json().error.remedy).not.toBe("");
  });

  test("without a server it says how to get one", async () => {
    mkdirSync(path.join(folder, "empty"), { recursive: true });
    const said = await weightsmith({ home: path.join(folder, "empty"), folder }, "programs");
    expect(said.status).toBe(4);
    expect(said.stderr).toMatch(/npm start/);
  });

  test("--help reads well and names every verb", async () => {
    const { status, stdout } = await on("--help");
    expect(status).toBe(0);
    for (const verb of ["compile", "run", "evaluate", "jobs", "programs", "download", "keys", "health"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${verb}`, "m"));
    }
    expect(stdout).toContain("Exit status:");
  });

  test("deletes; what is deleted is not found", async () => {
    expect((await on("programs", "delete", sample, "--json")).json()).toMatchObject({ deleted: true });
    expect((await on("programs", "get", sample)).status).toBe(3);
  });
});
