/**
 * What the search tells the time by. With the machine's clock it gets as far as the machine lets it; with a counting
 * clock it always gets equally far, so that equal problems have equal answers on every machine.
 */

export interface Clock {
  /** Milliseconds since a moment of the clock's own. */
  now(): number;
}

export const systemClock: Clock = { now: () => performance.now() };

/** In the mean over the development problems on one 2.5 GHz core; 0.25 to 1 of single ones. */
export const MS_PER_LOOK = 0.5;

/**
 * Time as the count of looks at it: each look is `msPerLook` later than the one before. The search looks once every few
 * thousand evaluations, so looks measure work.
 */
export function countingClock(msPerLook = MS_PER_LOOK): Clock {
  let looks = 0;
  return { now: () => ++looks * msPerLook };
}
