import { expect, test } from "vitest";
import { gauge, histogram } from "./registry.ts";

test("a histogram counts below each bound, and all of them together", () => {
  const seconds = histogram("t", "Time.");
  for (const value of [0.004, 0.03, 0.03, 60]) seconds.observe({ route: "/v1/jobs/:id" }, value);
  const lines = seconds.text().split("\n");
  expect(lines[1]).toBe("# TYPE t histogram");
  expect(lines).toContain('t_bucket{route="/v1/jobs/:id",le="0.005"} 1');
  expect(lines).toContain('t_bucket{route="/v1/jobs/:id",le="0.05"} 3');
  expect(lines).toContain('t_bucket{route="/v1/jobs/:id",le="30"} 3');
  expect(lines).toContain('t_bucket{route="/v1/jobs/:id",le="+Inf"} 4');
  expect(lines).toContain('t_count{route="/v1/jobs/:id"} 4');
});

test("labels are escaped, and there are never more series than allowed", () => {
  expect(gauge("g", "G.", [{ labels: { a: 'x"y\\z\n' }, value: 2 }])).toContain('g{a="x\\"y\\\\z\\n"} 2\n');
  const few = histogram("f", "F.", 2);
  for (const n of ["1", "2", "3"]) few.observe({ n }, 1);
  expect(few.text()).not.toContain('n="3"');
});
