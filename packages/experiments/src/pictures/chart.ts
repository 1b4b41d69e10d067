/** Line charts and strips as SVG text: axes, ticks, legend. Pure; what is drawn comes in, a document comes out. */

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Values of the y axis; found from the points if not given. */
  readonly yRange?: readonly [number, number];
  /** How a y value is written. */
  readonly format?: (value: number) => string;
}

const size = { width: 640, height: 360, left: 64, right: 16, top: 40, bottom: 48 };
/** Colour-blind safe (Okabe & Ito). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const short = (value: number): string => String(Math.round(value * 100) / 100);

export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const points = series.flatMap((one) => one.points);
  const [xMin, xMax] = extent(points.map(([x]) => x));
  const [yMin, yMax] = options.yRange ?? padded(extent([0, ...points.map(([, y]) => y)]));
  const place = frame([xMin, xMax], [yMin, yMax]);
  const lines = series.map(({ points: own }, index) => {
    const colour = colours[index % colours.length];
    const path = own.map(([x, y], at) => `${at === 0 ? "M" : "L"}${place.x(x)} ${place.y(y)}`).join("");
    const dots =
      own.length > 40
        ? ""
        : own
            .map(([x, y]) => `<circle cx="${place.x(x)}" cy="${place.y(y)}" r="3" fill="${colour}"/>`)
            .join("");
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
  });
  return svg(options, [axes([xMin, xMax], [yMin, yMax], place, options), ...lines, legend(series)]);
}

/** Cumulative shares: which share of values is at most x. */
export function distributionChart(
  groups: readonly { readonly name: string; readonly values: readonly number[] }[],
  options: Omit<ChartOptions, "y">,
): string {
  const series = groups
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }): Series => {
      const sorted = [...values].sort((a, b) => a - b);
      const every = Math.ceil(sorted.length / 200);
      const points = sorted
        .map((value, index): [number, number] => [value, (index + 1) / sorted.length])
        .filter((_, index) => index % every === 0 || index === sorted.length - 1);
      return { name, points };
    });
  return lineChart(series, { ...options, y: "share of samples", yRange: [0, 1] });
}

function extent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low === high ? [low, low + 1] : [low, high];
}

const padded = ([low, high]: readonly [number, number]): [number, number] => [
  low,
  high + (high - low) * 0.05,
];

interface Frame {
  x(value: number): number;
  y(value: number): number;
}

function frame([xMin, xMax]: readonly [number, number], [yMin, yMax]: readonly [number, number]): Frame {
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    x: (value) => round(size.left + ((value - xMin) / (xMax - xMin)) * inner.width),
    y: (value) => round(size.height - size.bottom - ((value - yMin) / (yMax - yMin)) * inner.height),
  };
}

/** Round values within a range, about five. */
function ticks([low, high]: readonly [number, number]): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const values: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step)
    values.push(Number(value.toPrecision(12)));
  return values;
}

function axes(
  xRange: readonly [number, number],
  yRange: readonly [number, number],
  place: Frame,
  { x, y, format = short }: ChartOptions,
): string {
  const bottom = size.height - size.bottom;
  const right = size.width - size.right;
  const vertical = ticks(yRange).map(
    (value) =>
      `<line x1="${size.left}" x2="${right}" y1="${place.y(value)}" y2="${place.y(value)}" stroke="#8884"/><text x="${size.left - 8}" y="${place.y(value) + 4}" text-anchor="end">${escapeXml(format(value))}</text>`,
  );
  const horizontal = ticks(xRange).map(
    (value) => `<text x="${place.x(value)}" y="${bottom + 18}" text-anchor="middle">${short(value)}</text>`,
  );
  return [
    ...vertical,
    ...horizontal,
    `<line x1="${size.left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="currentColor"/>`,
    `<text x="${(size.left + right) / 2}" y="${size.height - 10}" text-anchor="middle">${escapeXml(x)}</text>`,
    `<text x="16" y="${(size.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(size.top + bottom) / 2})">${escapeXml(y)}</text>`,
  ].join("");
}

function legend(series: readonly Series[]): string {
  return series
    .map(({ name }, index) => {
      const y = size.top + 12 + index * 16;
      return `<rect x="${size.left + 8}" y="${y - 8}" width="10" height="10" fill="${colours[index % colours.length]}"/><text x="${size.left + 24}" y="${y + 1}">${escapeXml(name)}</text>`;
    })
    .join("");
}

function svg({ title }: ChartOptions, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor" role="img" aria-label="${escapeXml(title)}"><title>${escapeXml(title)}</title><text x="${size.left}" y="22" font-size="15">${escapeXml(title)}</text>${parts.join("")}</svg>\n`;
}
