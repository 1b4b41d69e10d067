import { input, matmul, parameter } from "@weightsmith/autodiff";
import { expect, test } from "vitest";
import { emit } from "./emit.ts";
import { Session } from "./session.ts";

const mebibyte = 2 ** 20;

test("a released session's memory is given back: many in turn take the room of one", async () => {
  const width = 3072; // a matrix of 36 MiB, which the runtime copies and keeps once more in the order it is read
  const weights = new Map([["w", new Float32Array(width * width).fill(1 / width)]]);
  const model = emit(
    { y: matmul(input("x", "float32", [1, width]), parameter("w", [width, width])) },
    weights,
  );
  const x = new Float32Array(width).fill(1);
  const once = async () => {
    const session = await Session.open(model, { threads: 1 });
    const { y } = await session.run({ x });
    expect((y!.data as Float32Array)[0]).toBeCloseTo(1, 4);
    await session.release();
  };
  await once();
  const before = process.memoryUsage().rss;
  for (let turn = 0; turn < 8; turn++) await once();
  // Kept, eight sessions would hold 288 MiB and more.
  expect(process.memoryUsage().rss - before).toBeLessThan(120 * mebibyte);
}, 120_000);
