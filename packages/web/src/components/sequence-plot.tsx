const width = 420;
const height = 150;
const pad = 10;

/**
 * Terms of a sequence as dots. Terms that grow past what a line of pixels can show are drawn by the logarithm of their size,
 * with their sign; the caption says so.
 */
export function SequencePlot({ terms, given }: { terms: readonly string[]; given: number }) {
  if (terms.length < 2) return null;
  const values = terms.map((term) => BigInt(term));
  const largest = values.reduce((most, value) => (abs(value) > most ? abs(value) : most), 0n);
  const logarithmic = largest > 2000n;
  const heights = values.map((value) => (logarithmic ? signedLog(value) : Number(value)));
  const low = Math.min(0, ...heights);
  const high = Math.max(1e-9, ...heights);
  const x = (index: number) => pad + (index / Math.max(1, terms.length - 1)) * (width - 2 * pad);
  const y = (value: number) => height - pad - ((value - low) / (high - low)) * (height - 2 * pad);
  return (
    <figure className="chart sequence">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`The terms ${terms.slice(0, 12).join(", ")}…`}
      >
        <line className="grid" x1={pad} x2={width - pad} y1={y(0)} y2={y(0)} />
        <polyline
          className="line past"
          points={heights.map((h, i) => `${x(i).toFixed(1)},${y(h).toFixed(1)}`).join(" ")}
        />
        {heights.map((h, i) => (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: a term's place is what it is
            key={i}
            className={i < given ? "dot" : "dot open"}
            cx={x(i)}
            cy={y(h)}
            r="3.2"
          >
            <title>{`a(${i}) = ${terms[i]}`}</title>
          </circle>
        ))}
      </svg>
      <figcaption className="muted hint">
        {logarithmic ? "By order of magnitude" : "Values"}
        {given > 0 && given < terms.length && "; filled dots were given, open ones are the program's own"}
      </figcaption>
    </figure>
  );
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** log₁₀(1 + |v|) with v's sign, exact enough for a pixel at any size. */
function signedLog(value: bigint): number {
  const digits = abs(value).toString();
  const size =
    digits.length > 15
      ? digits.length - 1 + Math.log10(Number(`${digits[0]}.${digits.slice(1, 12)}`))
      : Math.log10(1 + Number(digits));
  return value < 0n ? -size : size;
}
