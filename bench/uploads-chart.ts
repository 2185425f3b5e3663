import { lineChart, type Line } from "./line-chart.ts";
import type { Result } from "./results.ts";

/** Seconds of uploads against the latency of the service, as docs/uploads.svg. @returns undefined until at least two latencies were measured. */
export function uploadsChart(results: readonly Result[]): string | undefined {
  const lines = [...linesOf(results, "ebs", "EBS", "#1f6feb", "#a5c8ff"), ...linesOf(results, "azure", "Page blob", "#1a7f37", "#aceebb")];
  if (!lines.some(({ points }) => points.length > 1)) return undefined;
  return lineChart(lines, { title: "Seconds that an upload takes, against the latency of the service", x: "milliseconds to the answer of each request", y: "seconds: EBS 2 GiB, page blob 1 GiB of data" });
}

function linesOf(results: readonly Result[], site: string, label: string, color: string, pale: string): Line[] {
  const line = (of: string, stroke: string, seconds: (result: Result) => number | undefined): Line => ({
    label: of, color: stroke, points: results.flatMap((result) => {
      const latency = new RegExp(`^${site}-upload-(\\d+)$`).exec(result.name)?.[1];
      const y = latency === undefined ? undefined : seconds(result);
      return y === undefined ? [] : [{ x: Number(latency), y }];
    }),
  });
  return [line(label, color, ({ value }) => value), line(`${label}, usual`, pale, ({ baseline }) => baseline?.value)];
}
