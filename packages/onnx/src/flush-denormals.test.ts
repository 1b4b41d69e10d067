import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** 1e-30 · 1e-10 in a process of its own, because a process's first session decides for its thread. */
function product(beforehand: string): number {
  const script = `
    import { input, multiply } from "@weightsmith/autodiff";
    import { evaluate, flushDenormals } from "@weightsmith/onnx";
    ${beforehand}
    const x = input("x", "float32", [1]);
    const { y } = await evaluate({ y: multiply(x, 1e-10) }, { x: [1e-30] });
    process.stdout.write(String(y.data[0]));`;
  const flags = ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", script];
  return Number(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: "utf8" }));
}

test("a process that flushes denormals computes zero where others compute a denormal", () => {
  expect(product("flushDenormals();")).toBe(0);
  expect(product("")).toBeGreaterThan(0);
}, 60_000);
