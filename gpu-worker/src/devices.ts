/** On what this worker computes. Found out once, at start, by running a tiny model there. */
import { input, matmul } from "@weightsmith/autodiff";
import { type Device, type DeviceChoice, emit, Session } from "@weightsmith/onnx";
import type { Logger } from "pino";

/**
 * The device to use: the one asked for, or for `auto` the first of cuda, webgpu and cpu that works.
 * @throws DeviceError if the one asked for does not work here
 */
export async function chooseDevice(choice: DeviceChoice, log: Logger): Promise<Device> {
  const row = input("row", "float32", [1, 2]);
  const column = input("column", "float32", [2, 1]);
  const session = await Session.open(emit({ product: matmul(row, column) }), { device: choice });
  try {
    const { product } = await session.run({ row: [2, 3], column: [10, 100] });
    const [value] = (await product?.read()) ?? [];
    if (value !== 320) throw new Error(`The device "${session.device}" computes 2·10 + 3·100 = ${value}.`);
    for (const [device, reason] of session.passedOver) log.info({ device, reason }, "device passed over");
    return session.device;
  } finally {
    await session.release();
  }
}
