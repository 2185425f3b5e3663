import { z } from "zod";
import type { Severity } from "#model/severity";
import type { Vulnerability } from "#providers/inspection/scan/vulnerability";

const properties = z.object({ "security-severity": z.coerce.number().optional() }).optional();

const schema = z.object({
  version: z.string(),
  runs: z.array(z.object({
    tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string(), properties })).nullish() }) }),
    results: z.array(z.object({
      ruleId: z.string(),
      level: z.string().optional(),
      message: z.object({ text: z.string().default("") }),
      properties,
      locations: z.array(z.object({ physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string().optional() }).optional() }).optional() })).nullish(),
    })).nullish(),
  })),
});

/** Results of a SARIF 2.1 log: the rule's CVSS score where it has one, else the result's level. */
export function readSarifReport(report: unknown): Vulnerability[] {
  return schema.parse(report).runs.flatMap(({ tool, results }) => {
    const scores = new Map(tool.driver.rules?.map((rule) => [rule.id, rule.properties?.["security-severity"]]));
    return (results ?? []).map(({ ruleId, level, message, properties, locations }) => ({
      id: ruleId,
      severity: severityOfScore(properties?.["security-severity"] ?? scores.get(ruleId)) ?? severityOfLevel(level),
      subject: locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "image",
      ...(message.text ? { title: message.text.replaceAll(/\s*\r?\n\s*/g, "; ") } : {}),
    }));
  });
}

/** The bands of CVSS 3. */
function severityOfScore(score: number | undefined): Severity | undefined {
  if (score === undefined) return undefined;
  return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : score > 0 ? "low" : "info";
}

/** SARIF's default level is `warning`. */
function severityOfLevel(level = "warning"): Severity {
  return ({ error: "high", warning: "medium", note: "low", none: "info" } as Record<string, Severity>)[level] ?? "medium";
}
