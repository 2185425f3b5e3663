import { lineChart, type Line } from "./line-chart.ts";
import type { Result } from "./results.ts";

/** Cost against the number of vCenters, as docs/sites.svg. @returns undefined until at least two sizes were measured. */
export function sitesChart(results: readonly Result[]): string | undefined {
  const sized = results.flatMap((result) => {
    const sites = Number(/^sites-(\d+)$/.exec(result.name)?.[1]);
    return sites > 0 ? [{ sites, result }] : [];
  });
  if (sized.length < 2) return undefined;
  const line = (label: string, color: string, seconds: (result: Result) => number | undefined): Line => ({
    label, color, points: sized.flatMap(({ sites, result }) => { const value = seconds(result); return value === undefined ? [] : [{ x: sites, y: value }]; }),
  });
  return lineChart([
    line("npm run up", "#1f6feb", ({ value }) => value),
    line("the engine alone", "#8c959f", ({ baseline }) => baseline?.value),
    line("npm run drift", "#bf8700", ({ details }) => details?.["drift run, s"]),
  ], { title: "Seconds of runs that find nothing to do, against the number of vCenters", x: "vCenters (30 images; with 1, 1 and 4 OpenStack regions)", y: "seconds, nothing to do" });
}
