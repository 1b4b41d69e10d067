import { expect, test } from "vitest";
import { jsonLog } from "./log.ts";
import { environmentSchema, parseEnvironment } from "./settings.ts";

const sha256 = "ab".repeat(32);
const good = {
  DATABASE_URL: "postgres://u:p@localhost/db",
  WEIGHTSMITH_BUCKET: "b",
  ...Object.fromEntries(
    ["COMPILE", "GENERATE", "EXPERIMENT"].flatMap((type) => [
      [`WEIGHTSMITH_${type}_QUEUE_URL`, "http://localhost/q"],
      [`WEIGHTSMITH_${type}_DEAD_LETTER_URL`, "http://localhost/d"],
    ]),
  ),
  WEIGHTSMITH_INTERPRETERS: JSON.stringify([{ id: "base", sha256 }]),
  WEIGHTSMITH_COMPILER_REVISION: "1",
};

test("the environment is parsed once, with defaults", () => {
  expect(parseEnvironment(environmentSchema, good)).toMatchObject({
    WEIGHTSMITH_INTERPRETERS: [{ id: "base", sha256 }],
    WEIGHTSMITH_COMPILE_KINDS: ["weights", "specialist"],
    WEIGHTSMITH_GENERATE_KINDS: [],
    WEIGHTSMITH_LOCAL: "0",
  });
  const kinds = parseEnvironment(environmentSchema, { ...good, WEIGHTSMITH_GENERATE_KINDS: "loda,code" });
  expect(kinds.WEIGHTSMITH_GENERATE_KINDS).toEqual(["loda", "code"]);
});

test("everything that is wrong is said at once", () => {
  const { DATABASE_URL: _, ...rest } = good;
  const bad = {
    ...rest,
    WEIGHTSMITH_INTERPRETERS: "{",
    WEIGHTSMITH_GENERATE_KINDS: "poem",
    WEIGHTSMITH_LOCAL: "yes",
  };
  expect(() => parseEnvironment(environmentSchema, bad)).toThrow(
    /DATABASE_URL.*\n.*WEIGHTSMITH_INTERPRETERS: is not JSON\n.*WEIGHTSMITH_GENERATE_KINDS.*\n.*WEIGHTSMITH_LOCAL/,
  );
});

test("a log line is one JSON object with the whole chain of causes", () => {
  const lines: string[] = [];
  const log = jsonLog("info", (line) => lines.push(line));
  const cause = Object.assign(new Error("socket\nclosed"), { code: "ECONNRESET" });
  log("error", "failed", { requestId: "r", error: new Error("query", { cause }) });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: "error",
    message: "failed",
    requestId: "r",
    error: { message: "query", cause: { message: "socket\nclosed", code: "ECONNRESET" } },
  });
});

test("lines below the level are not written", () => {
  const lines: string[] = [];
  const log = jsonLog("warn", (line) => lines.push(line));
  log("info", "a");
  log("warn", "b");
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(["b"]);
  jsonLog("silent", (line) => lines.push(line))("error", "c");
  expect(lines).toHaveLength(1);
});
