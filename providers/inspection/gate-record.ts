import type { GateRecord } from "#model/release";
import type { Inspection } from "#providers/inspection/inspect";
import type { JudgedGate, Judgement } from "#providers/inspection/judge";

/** The record of an inspection before its files are listed and sealed. */
export type UnsealedRecord = Omit<GateRecord, "artifacts" | "seal">;

export interface Judged {
  readonly job: Inspection;
  readonly judgement: Judgement;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export function gateRecord({ job: { id, gateSet, build }, judgement, startedAt, finishedAt }: Judged): UnsealedRecord {
  const { name, sha256 } = build.disk;
  return {
    schemaVersion: 1, image: id.image, version: id.version, gateSet, verdict: judgement.verdict, source: { name, sha256 },
    gates: judgement.gates.map(summary), waived: waived(judgement), startedAt, finishedAt,
  };
}

function summary({ gate, verdict, checks, seconds, facts }: JudgedGate): GateRecord["gates"][number] {
  return { gate, verdict, checks: checks.length, findings: checks.flatMap(({ findings }) => findings).length, seconds, facts };
}

function waived({ gates }: Judgement): GateRecord["waived"] {
  const found = gates.flatMap(({ checks }) => checks.flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding }))));
  return found.flatMap(({ id, finding: { place, waiver } }) => (waiver ? [{ rule: id, place, reason: waiver.reason, expires: waiver.expires }] : []));
}
