import { freemem } from "node:os";
import { add, gather, input, parameter } from "@weightsmith/autodiff";
import { expect, test } from "vitest";
import { emit } from "./emit.ts";
import { Session } from "./session.ts";

const gibibyte = 2 ** 30;
/** The weights, the runtime's copy of them, and room for everything else. */
const neededBytes = 8 * gibibyte;

test.skipIf(freemem() < neededBytes)(
  `a model of more than 2 GB runs from external data (needs ${neededBytes / gibibyte} GiB of free memory)`,
  { timeout: 600_000 },
  async () => {
    const [rows, width] = [150_000, 2048];
    const marked = [0, 123_456, rows - 1];
    const table = (sign: number) => {
      const values = new Float32Array(rows * width);
      for (const row of marked) values.fill(sign * (row + 1), row * width, (row + 1) * width);
      return values;
    };
    const weights = new Map([
      ["a", table(1)],
      ["b", table(-3)],
    ]);
    const indices = input("indices", "int64", [marked.length]);
    const part = (name: string) => gather(parameter(name, [rows, width]), indices);
    const model = emit({ y: add(part("a"), part("b")) }, weights);
    expect(model.bytes.byteLength).toBeLessThan(1 << 20);
    expect(model.external.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeGreaterThan(2 ** 31);
    const session = await Session.open(model, { threads: 1 });
    try {
      const { y } = await session.run({ indices: marked });
      const found = y!.data as Float32Array;
      expect(marked.map((_, k) => found[k * width + k])).toEqual(marked.map((row) => -2 * (row + 1)));
    } finally {
      await session.release();
    }
  },
);

test("one tensor beyond what the runtime can hold is refused when the model is made", () => {
  const [rows, width] = [2 ** 18 + 1, 2048];
  const y = gather(parameter("huge", [rows, width]), input("indices", "int64", [1]));
  expect(() => emit({ y }, new Map([["huge", new Float32Array(rows * width)]]))).toThrow(
    /"huge" takes 2147491840 bytes .* 2147483648 in one tensor/,
  );
});
