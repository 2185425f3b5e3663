export interface Point {
  readonly x: number;
  /** Seconds. */
  readonly y: number;
}

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly points: readonly Point[];
}

export interface Axes {
  /** What the picture shows, for those who cannot see it. */
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const width = 640;
const height = 360;
const margin = { left: 56, right: 170, top: 24, bottom: 48 };
/** Pixels between two labels at the ends of lines. */
const labelHeight = 14;

/** Seconds against something, as SVG; each line ends with its label and its last value. */
export function lineChart(lines: readonly Line[], axes: Axes): string {
  const points = lines.flatMap(({ points: all }) => all);
  const right = Math.max(...points.map(({ x }) => x));
  const step = niceStep(Math.max(...points.map(({ y }) => y)) / 4);
  const top = Math.ceil(Math.max(...points.map(({ y }) => y)) / step) * step;
  const x = (value: number) => margin.left + (value / right) * (width - margin.left - margin.right);
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const grid = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step).map((seconds) =>
    `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(seconds)}" y2="${y(seconds)}" stroke="#d0d7de"/><text x="${margin.left - 8}" y="${y(seconds) + 4}" text-anchor="end">${seconds}</text>`);
  const counts = [...new Set(points.map((point) => point.x))].map((value) => `<text x="${x(value)}" y="${height - margin.bottom + 20}" text-anchor="middle">${value}</text>`);
  const shown = lines.filter(({ points: all }) => all.length > 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#1f2328" role="img" aria-label="${axes.title}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`, ...grid, ...counts, ...shown.map((line) => drawLine(line, x, y)), ...labels(shown, x, y),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">${axes.x}</text>`,
    `<text x="12" y="14">${axes.y}</text>`, "</svg>", "",
  ].join("\n");
}

function drawLine({ color, points }: Line, x: (value: number) => number, y: (value: number) => number): string {
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3.5" fill="${color}"/>`).join("")}`;
}

/** From the top down, none upon another. */
function labels(lines: readonly Line[], x: (value: number) => number, y: (value: number) => number): string[] {
  const ends = lines.map((line) => ({ ...line, last: line.points.at(-1)! })).sort((a, b) => b.last.y - a.last.y);
  let free = 0;
  return ends.map(({ label, color, last }) => {
    const at = Math.max(free, y(last.y) + 4);
    free = at + labelHeight;
    return `<text x="${x(last.x) + 8}" y="${at}" fill="${color}">${label}: ${last.y.toFixed(1)} s</text>`;
  });
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}
