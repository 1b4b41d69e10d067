/** One place for checkpoints, several trainings after each other: what is found there counts only for its own phase. */
import type { TrainingOptions } from "./progress.ts";

type Checkpoint = NonNullable<TrainingOptions["checkpoint"]>;

export function phasedCheckpoint(
  checkpoint: Checkpoint | undefined,
  phase: string,
): { readonly checkpoint?: Checkpoint } {
  if (!checkpoint) return {};
  const head = new TextEncoder().encode(`${phase}\n`);
  return {
    checkpoint: {
      async load() {
        const bytes = await checkpoint.load();
        const own = bytes && head.every((byte, index) => bytes[index] === byte);
        // A copy, because tensors want to begin at an aligned byte.
        return own ? bytes.slice(head.length) : undefined;
      },
      async save(bytes, step) {
        const whole = new Uint8Array(head.length + bytes.length);
        whole.set(head);
        whole.set(bytes, head.length);
        await checkpoint.save(whole, step);
      },
    },
  };
}
