/** The names that every chat template can use: those of Hugging Face's transformers, held within bounds. */

const largestRange = 10_000;

/** As Python's range, of at most 10,000 items: a template of a stranger must not fill the memory. */
function boundedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= largestRange))
    throw new Error(`range() of ${count} items; at most ${largestRange} are allowed`);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/** Python's strftime, as far as templates use it, in local time and English. */
export function formatTime(format: string, now: Date): string {
  const named = (options: Intl.DateTimeFormatOptions) => now.toLocaleString("en-US", options);
  const two = (value: number) => String(value).padStart(2, "0");
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(now.getFullYear()),
    y: () => two(now.getFullYear() % 100),
    m: () => two(now.getMonth() + 1),
    d: () => two(now.getDate()),
    B: () => named({ month: "long" }),
    b: () => named({ month: "short" }),
    A: () => named({ weekday: "long" }),
    a: () => named({ weekday: "short" }),
    H: () => two(now.getHours()),
    I: () => two(now.getHours() % 12 || 12),
    M: () => two(now.getMinutes()),
    S: () => two(now.getSeconds()),
    p: () => (now.getHours() < 12 ? "AM" : "PM"),
    "%": () => "%",
  };
  return format.replaceAll(/%(.)/g, (whole, letter: string) =>
    Object.hasOwn(parts, letter) ? parts[letter]!() : whole,
  );
}

/** Names and their values. */
export function templateGlobals(now: Date): Readonly<Record<string, unknown>> {
  return {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range: boundedRange,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: (format: unknown) => formatTime(String(format), now),
  };
}
