import { z } from "zod";
import { severityOf } from "#providers/inspection/scan/vulnerability";
import type { Vulnerability } from "#providers/inspection/scan/vulnerability";

const rule = { Severity: z.string().optional(), Title: z.string().optional() };

const schema = z.object({
  SchemaVersion: z.number(),
  Results: z.array(z.object({
    Target: z.string().default("?"),
    Vulnerabilities: z.array(z.object({ VulnerabilityID: z.string(), PkgName: z.string(), InstalledVersion: z.string().default("?"), FixedVersion: z.string().optional(), ...rule })).nullish(),
    Misconfigurations: z.array(z.object({ ID: z.string(), Status: z.string().optional(), ...rule })).nullish(),
    Secrets: z.array(z.object({ RuleID: z.string(), ...rule })).nullish(),
  })).nullish(),
});

/** Findings of trivy's JSON: vulnerabilities, and what its other scanners say where they are turned on. */
export function readTrivyReport(report: unknown): Vulnerability[] {
  return (schema.parse(report).Results ?? []).flatMap(({ Target, Vulnerabilities, Misconfigurations, Secrets }) => [
    ...(Vulnerabilities ?? []).map((one) => ({ ...common(one), id: one.VulnerabilityID, subject: `${one.PkgName} ${one.InstalledVersion}`, ...(one.FixedVersion ? { fixed: one.FixedVersion } : {}) })),
    ...(Misconfigurations ?? []).filter(({ Status }) => Status !== "PASS").map((one) => ({ ...common(one), id: one.ID, subject: Target })),
    // never the text that matched
    ...(Secrets ?? []).map((one) => ({ ...common(one), id: one.RuleID, subject: Target })),
  ]);
}

function common({ Severity, Title }: { Severity?: string; Title?: string }) {
  return { severity: severityOf(Severity), ...(Title ? { title: Title } : {}) };
}
