import { afterAll, describe, expect, it } from "vitest";
import { Sandbox } from "./sandbox.ts";

const sandbox = new Sandbox();
afterAll(() => sandbox.close());

const python = async (body: string, timeoutMs = 20_000) =>
  (await sandbox.run("python", `def f():\n${body.replace(/^/gm, "    ")}\n`, "f", [[]], { timeoutMs }))[0]!;
const typescript = async (body: string, timeoutMs = 20_000) =>
  (await sandbox.run("typescript", `function f(): unknown { ${body} }`, "f", [[]], { timeoutMs }))[0]!;

describe("a program in the sandbox", { timeout: 180_000 }, () => {
  it("gets its arguments and gives its value back, in both languages", async () => {
    const calls = [
      [2, "ab"],
      [1, "é"],
    ];
    const twice = [
      { status: "returned", value: ["abab", 2] },
      { status: "returned", value: ["é", 1] },
    ];
    expect(
      await sandbox.run(
        "typescript",
        "export const f = (n: number, s: string): unknown[] => [s.repeat(n), n];",
        "f",
        calls,
      ),
    ).toEqual(twice);
    expect(
      await sandbox.run("python", "def f(n: int, s: str) -> list:\n    return [s * n, n]\n", "f", calls),
    ).toEqual(twice);
  });

  it("fails with the reason when it throws, has no such function or does not parse", async () => {
    expect(await python("raise ValueError('no')")).toEqual({ status: "failed", error: "ValueError: no" });
    expect(await typescript("throw new RangeError('no')")).toEqual({
      status: "failed",
      error: "RangeError: no",
    });
    expect((await sandbox.run("typescript", "const x = ;", "f", [[]]))[0]).toMatchObject({
      status: "failed",
    });
    expect((await sandbox.run("python", "def g(): return 1", "f", [[]]))[0]).toMatchObject({
      status: "failed",
    });
  });

  it.each(["while (true) {}", "return f();", "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);"])(
    "is stopped, not waited for: %s",
    async (body) => {
      expect((await typescript(body, 1_500)).status).toBe("stopped");
      expect(await typescript("return 1;")).toEqual({ status: "returned", value: 1 });
    },
  );

  it("finds nothing of the host from JavaScript", async () => {
    expect(
      await typescript(
        "return [typeof process, typeof require, typeof fetch, typeof Deno, typeof WebAssembly];",
      ),
    ).toEqual({
      status: "returned",
      value: ["undefined", "undefined", "undefined", "undefined", "undefined"],
    });
    expect((await typescript("return (function(){}).constructor('return process.version')();")).status).toBe(
      "failed",
    );
  });

  it("cannot change the next program's language by changing prototypes", async () => {
    await typescript("Array.prototype.map = () => ['mine']; JSON.stringify = () => '1'; return 0;");
    expect(await typescript("return [1].map((x) => x + 1);")).toEqual({ status: "returned", value: [2] });
  });

  it.each([
    "import js\nreturn 1",
    "from pyodide.code import run_js\nreturn run_js('1')",
    "return open('/etc/passwd').read()",
    "import socket\nreturn 1",
    "import subprocess\nreturn 1",
    "import os\nreturn os.listdir('/')",
    "return eval('1')",
    "import re\nreturn str(re.enum.sys.modules['importlib'].import_module('pyodide_js'))",
    "import re\nreturn str(re.enum.sys.modules['js'].process)",
  ])("finds nothing of the host from Python: %s", async (body) => {
    expect((await python(body)).status).toBe("failed");
  });

  it("sees no file of the machine from Python, whatever module it gets hold of", async () => {
    const outcome = await python("import re\nreturn re.enum.sys.modules['posix'].listdir('/')");
    expect(outcome).toEqual({
      status: "returned",
      value: expect.not.arrayContaining(["etc", "usr", "root"]),
    });
  });

  it("is stopped in Python when it never ends, and the next one runs", async () => {
    expect((await python("while True: pass", 1_000)).status).toBe("stopped");
    expect(await python("return 'ok'", 60_000)).toEqual({ status: "returned", value: "ok" });
  });

  it("leaves nothing behind for the next Python program", async () => {
    await python("import math\nmath.secret = 1\nglobal kept\nkept = 1\nreturn 0");
    expect((await python("return kept")).status).toBe("failed");
  });
});
