/**
 * Runs Python in Pyodide (CPython as WebAssembly). Before any guest code runs, the bridge from Python to JavaScript is
 * taken down, imports are limited to modules that compute, and the thread loses what could reach files or the network.
 */
import { parentPort } from "node:worker_threads";
import { loadPyodide } from "pyodide";
import type { CallResult, RunMessage, WorkerMessage } from "./protocol.ts";

const MAX_MEMORY_BYTES = 512 * 1024 * 1024;
const PAGE_BYTES = 65_536;

const port = parentPort!;
const reply = (message: WorkerMessage): void => port.postMessage(message);

interface Memory {
  readonly buffer: ArrayBuffer;
}

// CPython asks for more memory through this; refused, it raises MemoryError.
const memory = (
  globalThis as unknown as {
    WebAssembly: { Memory: { prototype: { grow(this: Memory, pages: number): number } } };
  }
).WebAssembly.Memory.prototype;
const { grow } = memory;
memory.grow = function (pages) {
  if (this.buffer.byteLength + pages * PAGE_BYTES > MAX_MEMORY_BYTES) throw new RangeError("memory limit");
  return grow.call(this, pages);
};

const python = await loadPyodide({
  jsglobals: Object.create(null) as object,
  stdout: () => {},
  stderr: () => {},
  env: { HOME: "/home/guest", PYTHONHASHSEED: "0" },
});

const LOCKDOWN = `
import builtins, copy, json, sys
import bisect, collections, dataclasses, datetime, decimal, enum, fractions, functools, heapq, itertools, math
import operator, os.path, random, re, statistics, string, textwrap, typing, unicodedata, abc, numbers

def _lock():
    allowed = {
        "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
        "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "os.path", "os", "random", "re",
        "statistics", "string", "textwrap", "typing", "unicodedata", "__future__", "calendar",
    }
    real_import, loads, dumps = builtins.__import__, json.loads, json.dumps
    real_compile, real_exec = compile, exec
    import calendar, os, posixpath, types

    # os is needed for os.path alone; the guest gets a module that has nothing else.
    small_os = types.ModuleType("os")
    small_os.path = types.ModuleType("os.path")
    small_os.path.commonprefix = posixpath.commonprefix
    small_os.path.splitext = posixpath.splitext
    small_os.path.basename = posixpath.basename
    small_os.path.dirname = posixpath.dirname
    small_os.path.join = posixpath.join

    def guarded_import(name, globals=None, locals=None, fromlist=(), level=0):
        if name == "os" or name == "os.path":
            return small_os.path if fromlist and name == "os.path" else small_os
        if name in allowed or name.partition(".")[0] == "collections":
            return real_import(name, globals, locals, fromlist, level)
        raise ImportError(f"the module {name} is not available here")

    names = {name: getattr(builtins, name) for name in dir(builtins) if not name.startswith("_")}
    for name in ("open", "input", "exec", "eval", "compile", "breakpoint", "help", "exit", "quit", "globals", "vars"):
        names.pop(name, None)
    names["__build_class__"] = builtins.__build_class__
    names["__import__"] = guarded_import
    names["print"] = lambda *args, **kwargs: None

    def run(code, function_name, calls):
        results = []
        try:
            scope = {"__builtins__": dict(names), "__name__": "program"}
            real_exec(real_compile(code, "program.py", "exec"), scope)
            target = scope[function_name]
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"[:500]
            return dumps([{"error": message} for _ in loads(calls)])
        for arguments in loads(calls):
            try:
                value = target(*arguments)
                results.append({"value": dumps(value, allow_nan=False)})
            except BaseException as error:
                results.append({"error": f"{type(error).__name__}: {error}"[:500]})
        return dumps(results)

    # The bridge to JavaScript and whatever could bring it back.
    for name in list(sys.modules):
        root = name.partition(".")[0]
        if root in ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "micropip", "socket", "_socket", "ctypes", "_ctypes", "subprocess", "asyncio", "ssl", "webbrowser", "importlib.util"):
            del sys.modules[name]
    sys.meta_path[:] = [finder for finder in sys.meta_path if "Js" not in type(finder).__name__ and "pyodide" not in str(type(finder)).lower()]
    sys.modules["js"] = sys.modules["pyodide_js"] = sys.modules["pyodide"] = sys.modules["_pyodide_core"] = sys.modules["_pyodide"] = None
    sys.modules["ctypes"] = sys.modules["_ctypes"] = sys.modules["socket"] = None
    sys.setrecursionlimit(600)
    return run

_lock()
`;
const run = python.runPython(LOCKDOWN) as (code: string, name: string, calls: string) => string;

// Should the guest come out of Python all the same, it finds a thread without a process, modules or a network.
for (const name of [
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "Worker",
  "BroadcastChannel",
  "navigator",
  "require",
]) {
  Reflect.deleteProperty(globalThis, name);
}
for (const name of [
  "binding",
  "_linkedBinding",
  "dlopen",
  "getBuiltinModule",
  "kill",
  "chdir",
  "mainModule",
  "env",
]) {
  Object.defineProperty(process, name, { value: undefined, configurable: false });
}

port.on("message", ({ id, code, functionName, calls }: RunMessage) => {
  try {
    reply({ type: "result", id, results: JSON.parse(run(code, functionName, calls)) as CallResult[] });
  } catch (error) {
    // A fatal error of the interpreter: the thread is replaced.
    reply({ type: "failed", id, error: String(error).slice(0, 500) });
  }
});
reply({ type: "ready" });
