import { add, input } from "@weightsmith/autodiff";
import { describe, expect, it } from "vitest";
import { type Device, DeviceError, openOn } from "./device.ts";
import { emit } from "./emit.ts";
import { Session } from "./session.ts";

describe("devices", () => {
  it("a device asked for by name that is missing is an error that says what to do", async () => {
    const opening = openOn("cuda", () => Promise.reject(new Error("no such provider.\nstack")));
    await expect(opening).rejects.toThrow(DeviceError);
    await expect(opening).rejects.toThrow('"cuda" is not available: no such provider. Install');
  });

  it("auto takes the first that opens, says why others were passed over, and remembers", async () => {
    const tried: Device[] = [];
    const open = (device: Device) => {
      tried.push(device);
      return device === "cpu" ? Promise.resolve("open") : Promise.reject(new Error(`${device} is not here`));
    };
    const nothingMissing = () => undefined;
    const first = await openOn("auto", open, nothingMissing);
    expect(first.device).toBe("cpu");
    expect([...first.passedOver.values()]).toEqual(["cuda is not here", "webgpu is not here"]);
    const second = await openOn("auto", open, nothingMissing);
    expect(second.passedOver).toEqual(first.passedOver);
    expect(tried).toEqual(["cuda", "webgpu", "cpu", "cpu"]);
  });

  it("auto does not try a device whose parts are missing", async () => {
    const tried: Device[] = [];
    const open = (device: Device) => Promise.resolve(tried.push(device));
    const { device, passedOver } = await openOn("auto", open, (each) =>
      each === "cpu" ? undefined : "no card",
    );
    expect(device).toBe("cpu");
    expect(tried).toEqual(["cpu"]);
    expect(passedOver.get("webgpu")).toBe("no card");
  });

  it("a fault of the model on the CPU is not blamed on the device", async () => {
    await expect(openOn("cpu", () => Promise.reject(new Error("bad model")))).rejects.toThrow(/^bad model$/);
  });

  it("auto opens a session on this machine", async () => {
    const x = input("x", "float32", [1]);
    const session = await Session.open(emit({ y: add(x, 1) }), { device: "auto" });
    try {
      expect((await session.run({ x: [2] })).y!.number).toBe(3);
      expect(session.passedOver.has(session.device)).toBe(false);
    } finally {
      await session.release();
    }
  });
});
