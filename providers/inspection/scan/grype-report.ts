import { z } from "zod";
import { severityOf } from "#providers/inspection/scan/vulnerability";
import type { Vulnerability } from "#providers/inspection/scan/vulnerability";

const schema = z.object({
  matches: z.array(z.object({
    vulnerability: z.object({
      id: z.string(),
      severity: z.string().optional(),
      description: z.string().optional(),
      fix: z.object({ versions: z.array(z.string()).nullish() }).optional(),
    }),
    artifact: z.object({ name: z.string(), version: z.string().default("?") }),
  })),
});

/** Vulnerabilities of grype's JSON. */
export function readGrypeReport(report: unknown): Vulnerability[] {
  return schema.parse(report).matches.map(({ vulnerability: { id, severity, description, fix }, artifact }) => ({
    id,
    severity: severityOf(severity),
    subject: `${artifact.name} ${artifact.version}`,
    ...(fix?.versions?.length ? { fixed: fix.versions.join(", ") } : {}),
    ...(description ? { title: description } : {}),
  }));
}
