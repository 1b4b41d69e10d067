import { DeviceError } from "@weightsmith/onnx";
import { pino } from "pino";
import { expect, test } from "vitest";
import { chooseDevice } from "./devices.ts";

const lines: Record<string, unknown>[] = [];
const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });

test("the CPU works everywhere", async () => {
  expect(await chooseDevice("cpu", log)).toBe("cpu");
});

test("auto takes a device that computes, and the log names each one passed over with the reason", async () => {
  lines.length = 0;
  const device = await chooseDevice("auto", log);
  const better = ["cuda", "webgpu", "cpu"].slice(0, ["cuda", "webgpu", "cpu"].indexOf(device));
  expect(lines.map((line) => line.device)).toEqual(better);
  for (const { reason } of lines) expect(reason).toMatch(/\w/);
});

test("a device asked for by name is used or refused, never replaced", async () => {
  for (const device of ["cuda", "webgpu"] as const) {
    const outcome = await chooseDevice(device, log).catch((error: unknown) => error);
    if (outcome !== device) expect(outcome).toBeInstanceOf(DeviceError);
  }
});
