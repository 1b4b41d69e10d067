import { expect, test } from "vitest";
import { parseOptions, UsageError } from "./options.ts";

const parse = (args: string[], environment: Record<string, string> = {}) =>
  parseOptions(args, environment, "/repository");

test("without flags everything is near the repository and the sample is compiled", () => {
  expect(parse([])).toEqual({
    home: "/repository/.weightsmith",
    models: "/repository/models",
    port: 8787,
    once: false,
    sample: true,
    device: "auto",
    databaseUrl: undefined,
    help: false,
  });
});

test("a flag wins over its variable, a variable over the default", () => {
  const environment = { WEIGHTSMITH_PORT: "9001", WEIGHTSMITH_HOME: "/elsewhere", WEIGHTSMITH_DEVICE: "cpu" };
  expect(parse([], environment)).toMatchObject({ port: 9001, home: "/elsewhere", device: "cpu" });
  const flags = ["--port", "9002", "--home", "/here", "--device", "cuda", "--once", "--no-sample"];
  expect(parse(flags, environment)).toMatchObject({
    port: 9002,
    home: "/here",
    device: "cuda",
    once: true,
    sample: false,
  });
});

test.each([
  [["--prot", "1"], /--prot/],
  [["--port", "http"], /number from 1 to 65535; it is "http"/],
  [["--port", "0"], /it is "0"/],
  [["--device", "tpu"], /auto, cpu, cuda, webgpu; it is "tpu"/],
  [["extra"], /extra/],
])("%j is refused with what is wrong", (args, message) => {
  expect(() => parse(args)).toThrow(UsageError);
  expect(() => parse(args)).toThrow(message);
});
