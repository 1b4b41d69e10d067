// Dropout whose randomness is an input: the same noise gives the same gradient, on every device.

import { isFloat } from "../dtype.ts";
import { DtypeError } from "../errors.ts";
import { cast, less, multiply } from "../operations/elementwise.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Zeroes elements whose noise is below `rate` and scales the others by 1 ÷ (1 − rate), so that the mean stays.
 * @param x float [...]   @param noise float of x's shape (or broadcast to it), uniform on [0, 1), seeded by the caller
 * @throws DtypeError unless floats @throws RangeError unless 0 ≤ rate < 1
 * @see Srivastava et al. 2014, JMLR 15:1929
 */
export function dropout(x: Tensor, noise: Tensor, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`dropout: the rate must lie in [0, 1), received ${rate}.`);
  if (!isFloat(noise.dtype)) {
    throw new DtypeError({
      operation: "dropout",
      invariant: "noise must be floats on [0, 1)",
      received: noise.dtype,
      remedy: "Feed uniform float noise.",
    });
  }
  if (rate === 0) return x;
  const kept = multiply(cast(less(rate, noise), x.dtype), 1 / (1 - rate));
  return multiply(x, kept);
}
