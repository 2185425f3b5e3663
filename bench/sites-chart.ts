import type { Result } from "./results.ts";

/** A point of a line: how many sites, and the seconds of a run that finds nothing to do. */
interface Point {
  readonly sites: number;
  readonly seconds: number;
}

interface Line {
  readonly label: string;
  readonly color: string;
  readonly points: readonly Point[];
}

const width = 640;
const height = 360;
const margin = { left: 56, right: 150, top: 24, bottom: 48 };

/** Cost against the number of vCenters, as docs/sites.svg. @returns undefined until at least two sizes were measured. */
export function sitesChart(results: readonly Result[]): string | undefined {
  const sized = results.flatMap((result) => {
    const sites = Number(/^sites-(\d+)$/.exec(result.name)?.[1]);
    return sites > 0 ? [{ sites, result }] : [];
  });
  if (sized.length < 2) return undefined;
  const line = (label: string, color: string, seconds: (result: Result) => number | undefined): Line => ({
    label, color, points: sized.flatMap(({ sites, result }) => { const value = seconds(result); return value === undefined ? [] : [{ sites, seconds: value }]; }),
  });
  return draw([
    line("npm run up", "#1f6feb", ({ value }) => value),
    line("the engine alone", "#8c959f", ({ baseline }) => baseline?.value),
    line("npm run drift", "#bf8700", ({ details }) => details?.["drift run, s"]),
  ]);
}

function draw(lines: readonly Line[]): string {
  const points = lines.flatMap(({ points: all }) => all);
  const right = Math.max(...points.map(({ sites }) => sites));
  const step = niceStep(Math.max(...points.map(({ seconds }) => seconds)) / 4);
  const top = Math.ceil(Math.max(...points.map(({ seconds }) => seconds)) / step) * step;
  const x = (sites: number) => margin.left + (sites / right) * (width - margin.left - margin.right);
  const y = (seconds: number) => height - margin.bottom - (seconds / top) * (height - margin.top - margin.bottom);
  const grid = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step).map((seconds) =>
    `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(seconds)}" y2="${y(seconds)}" stroke="#d0d7de"/><text x="${margin.left - 8}" y="${y(seconds) + 4}" text-anchor="end">${seconds}</text>`);
  const counts = [...new Set(points.map(({ sites }) => sites))].map((sites) => `<text x="${x(sites)}" y="${height - margin.bottom + 20}" text-anchor="middle">${sites}</text>`);
  const drawn = lines.filter(({ points: all }) => all.length > 0).map((line) => drawLine(line, x, y));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#1f2328" role="img" aria-label="Seconds of runs that find nothing to do, against the number of vCenters">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`, ...grid, ...counts, ...drawn,
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">vCenters (30 images; with 1, 1 and 4 OpenStack regions)</text>`,
    `<text x="12" y="14">seconds, nothing to do</text>`, "</svg>", "",
  ].join("\n");
}

function drawLine({ label, color, points }: Line, x: (sites: number) => number, y: (seconds: number) => number): string {
  const path = points.map(({ sites, seconds }) => `${x(sites)},${y(seconds)}`).join(" ");
  const dots = points.map(({ sites, seconds }) => `<circle cx="${x(sites)}" cy="${y(seconds)}" r="3.5" fill="${color}"/>`).join("");
  const last = points.at(-1)!;
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots}<text x="${x(last.sites) + 8}" y="${y(last.seconds) + 4}" fill="${color}">${label}: ${last.seconds.toFixed(1)} s</text>`;
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}
