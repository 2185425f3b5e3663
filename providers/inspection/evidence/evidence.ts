import type { GatesConfig } from "#model/gates";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { Judgement } from "#providers/inspection/judge";

/** What was asked of a release, by what, and what came out: the whole of evidence.json, from which the other two are made. */
export interface Evidence extends ReleaseId, Judgement {
  readonly schemaVersion: 1;
  /** Build key. */
  readonly key: string;
  readonly gateSet: string;
  readonly target?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly disk: BuildRecord["disk"];
  readonly os?: BuildRecord["os"];
  /** RFC 3339, UTC. */
  readonly builtAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What was wanted. */
  readonly settings: GatesConfig;
  /** What inspected: Node and the machine. What a gate ran itself stands in its facts. */
  readonly tools: Readonly<Record<string, string>>;
}

/** How many findings of a kind there are. */
export function countFindings({ gates }: Pick<Evidence, "gates">, verdict: "fails" | "waived" | "tolerated"): number {
  return gates.flatMap(({ checks }) => checks.flatMap(({ findings }) => findings.filter((finding) => finding.verdict === verdict))).length;
}
