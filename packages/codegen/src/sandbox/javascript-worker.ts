/**
 * Runs JavaScript in QuickJS (WebAssembly): a fresh runtime for every run, with limits on time, memory and stack. The
 * guest has the language's own objects and nothing of the host's.
 */
import { parentPort } from "node:worker_threads";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, shouldInterruptAfterDeadline } from "quickjs-emscripten-core";
import type { CallResult, RunMessage, WorkerMessage } from "./protocol.ts";

const port = parentPort!;
const reply = (message: WorkerMessage): void => port.postMessage(message);
const quickjs = await newQuickJSWASMModuleFromVariant(variant as never);

/** Keeps the guest's hands off the functions that carry values in and out. */
const PROLOGUE = `
const __carry = (() => {
  const { parse, stringify } = JSON;
  return (target, text) => {
    const value = target(...parse(text));
    if (value === undefined) throw new TypeError("the function returned undefined");
    if (typeof value === "number" && !(value - value === 0)) throw new RangeError("the function returned " + value);
    return stringify(value);
  };
})();`;

function run({ code, functionName, calls, timeoutMs, memoryBytes }: RunMessage): CallResult[] {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(512 * 1024);
  runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + timeoutMs));
  const context = runtime.newContext();
  try {
    const argumentLists = JSON.parse(calls) as unknown[];
    const script = `${PROLOGUE}\n${code.replace(/^export\s+(default\s+)?/gm, "")}\n;`;
    const loaded = context.evalCode(script, "program.js", { type: "global" });
    if (loaded.error) {
      const error = describe(context.dump(loaded.error));
      loaded.error.dispose();
      return argumentLists.map(() => ({ error }));
    }
    loaded.value.dispose();
    return argumentLists.map((list) => {
      const expression = `__carry(${functionName}, ${JSON.stringify(JSON.stringify(list))})`;
      const result = context.evalCode(expression, "call.js", { type: "global" });
      if (result.error) {
        const error = describe(context.dump(result.error));
        result.error.dispose();
        return { error };
      }
      const value = context.dump(result.value) as unknown;
      result.value.dispose();
      return typeof value === "string" ? { value } : { error: "the function returned no JSON value" };
    });
  } finally {
    // A runtime that ran out of memory may fail to free itself; the thread is replaced then.
    context.dispose();
    runtime.dispose();
  }
}

const describe = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error
    ? `${"name" in error ? String(error.name) : "Error"}: ${String(error.message)}`.slice(0, 500)
    : String(error).slice(0, 500);

port.on("message", (message: RunMessage) => {
  try {
    reply({ type: "result", id: message.id, results: run(message) });
  } catch (error) {
    reply({ type: "failed", id: message.id, error: describe(error) });
  }
});
reply({ type: "ready" });
