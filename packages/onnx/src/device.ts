// Where a session runs. The runtime throws if a provider is missing and never falls back by itself; "auto" tries what a
// machine may have, in order, and says why each was passed over.

import { type Device, missingPart } from "#hardware";

export type { Device } from "#hardware";

/** A place to run: `auto` takes the first that works of cuda, webgpu, cpu. */
export type DeviceChoice = "auto" | Device;

const order: readonly Device[] = ["cuda", "webgpu", "cpu"];

/** A device that was asked for and cannot run here. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
  readonly device: Device;

  constructor(device: Device, cause: unknown) {
    super(`The device "${device}" is not available: ${reason(cause)}. ${remedies[device]}`, { cause });
    this.device = device;
  }
}

const remedies: Readonly<Record<Device, string>> = {
  cpu: "This platform has no build of ONNX Runtime: use Linux, macOS or Windows on x64 or arm64.",
  cuda: 'Install a driver, CUDA 12, cuDNN 9 and the runtime\'s CUDA provider (ONNXRUNTIME_NODE_INSTALL=cuda12), or choose device "cpu" or "auto".',
  webgpu: 'A GPU with a Vulkan, Metal or Direct3D 12 driver is needed; else choose device "cpu" or "auto".',
};

/** The first line of an error, without its trailing stop. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? text).trim().replace(/\.$/, "");
}

/** Devices that failed before in this process, with the reason, so that "auto" does not try them for every session. */
const refused = new Map<Device, string>();

/**
 * Opens something on the chosen device.
 * @param missing what the machine plainly lacks for a device, which "auto" then does not try
 * @returns what `open` gave, the device it runs on, and for "auto" why earlier ones were passed over
 * @throws DeviceError if a device asked for by name is not available
 * @throws whatever `open` throws on the CPU: then the fault is the model's
 */
export async function openOn<T>(
  choice: DeviceChoice,
  open: (device: Device) => Promise<T>,
  missing: (device: Device) => string | undefined = missingPart,
): Promise<{ opened: T; device: Device; passedOver: ReadonlyMap<Device, string> }> {
  if (choice === "cpu") return { opened: await open("cpu"), device: "cpu", passedOver: new Map() };
  if (choice !== "auto") {
    try {
      return { opened: await open(choice), device: choice, passedOver: new Map() };
    } catch (error) {
      throw new DeviceError(choice, error);
    }
  }
  const passedOver = new Map<Device, string>();
  for (const device of order) {
    const known = missing(device) ?? refused.get(device);
    if (known !== undefined) {
      passedOver.set(device, known);
      continue;
    }
    try {
      return { opened: await open(device), device, passedOver };
    } catch (error) {
      if (device === "cpu") throw error;
      refused.set(device, reason(error));
      passedOver.set(device, reason(error));
    }
  }
  throw new Error("unreachable: the CPU either opens or throws");
}
