// What a machine plainly lacks for a device. ONNX Runtime prints to the terminal when a provider's library is not there,
// so "auto" looks before it tries; a machine that has the parts may still fail, and then the runtime's reason counts.
import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Where ONNX Runtime can compute. */
export type Device = "cpu" | "cuda" | "webgpu";

/** The part that is missing, in words; undefined if nothing plainly is. */
export function missingPart(device: Device): string | undefined {
  if (process.platform !== "linux") return undefined;
  if (device === "cuda") {
    const runtime = path.dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
    const library = path.join(runtime, "bin/napi-v6/linux", process.arch, "libonnxruntime_providers_cuda.so");
    return existsSync(library) ? undefined : "the runtime's CUDA provider is not installed";
  }
  if (device === "webgpu") {
    const folders = ["/usr/lib", "/usr/lib64", "/usr/lib/*-linux-gnu", "/usr/local/lib", "/lib/*-linux-gnu"];
    const found = folders.some((folder) => globSync(`${folder}/libvulkan.so.1`).length > 0);
    return found ? undefined : "there is no Vulkan loader (libvulkan.so.1)";
  }
  return undefined;
}
