import Table from "cli-table3";
import type { Unreachable } from "#fleet/probe-sites";
import { titleOf, type Finding } from "./findings.ts";
import { channelTable, releaseTable, type DriftTable } from "./tables.ts";

/** What a look at a stack has found. */
export interface Drift {
  readonly stack: string;
  /** When the look began, ISO 8601. */
  readonly at: string;
  /** Whether the engine came to its end. */
  readonly complete: boolean;
  readonly findings: readonly Finding[];
  /** Places that were not looked at. */
  readonly unreachable: readonly Unreachable[];
  /** Names of the resources that had drifted and no longer do; absent where nothing was to be repaired. */
  readonly repaired?: readonly string[];
}

/** Whether something is known to be other than it should be. */
export function hasDrifted({ findings }: Drift): boolean {
  return findings.some(drifted);
}

/** Whether one is known to be other than it should be. */
export function drifted({ state }: Finding): boolean {
  return state !== "correct" && state !== "unreachable";
}

/** Whether something could not be looked at. */
export function isBlind({ complete, findings, unreachable }: Drift): boolean {
  return !complete || unreachable.length > 0 || findings.some(({ state }) => state === "unreachable");
}

/** What a later look has found, and of all that it did not look at, what the first one has. */
export function seenAnew(first: Drift, later: Drift): Drift {
  const anew = new Set(later.findings.map(titleOf));
  const kept = first.findings.filter((finding) => !anew.has(titleOf(finding)));
  return { ...later, complete: first.complete && later.complete, findings: [...kept, ...later.findings].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** A table of releases and sites, one of channels, then each thing that is wrong, then the result in a line. */
export function driftText(drift: Drift): string {
  const { findings, unreachable } = drift;
  const wrong = findings.filter(({ state, what }) => state !== "correct" || what !== undefined);
  return [
    ...[releaseTable(drift), channelTable(drift)].flatMap((one) => (one ? tableText(one) : [])),
    ...wrong.map((finding) => `${titleOf(finding)}: ${finding.state}${finding.what ? `: ${finding.what}` : ""}`),
    ...unreachable.map(({ place, cause, hint }) => `unreachable, not looked at: ${place} (${cause})${hint === undefined ? "" : `\n  what to do: ${hint}`}`),
    ...(drift.repaired ?? []).map((name) => `repaired: ${name}`),
    verdict(drift),
  ].join("\n");
}

/** The result in a line. */
export function verdict(drift: Drift): string {
  const all = resourcesOf(drift.findings);
  const wrong = resourcesOf(drift.findings.filter(({ state }) => state !== "correct"));
  if (hasDrifted(drift)) return `${wrong} of ${all} resources are not as they should be: \`npm run up -- --stack ${drift.stack}\` repairs them`;
  if (!drift.complete) return "the engine did not come to its end: see its message above; among what it looked at nothing has drifted";
  return isBlind(drift) ? `no drift among what could be looked at (${all} resources)` : `no drift: ${all} resources are as they should be`;
}

/** `950 more are correct`: what a table leaves out. */
export function leftText({ correct, wrong }: DriftTable["left"]): string | undefined {
  const said = [...(correct > 0 ? [`${correct} more are correct everywhere`] : []), ...(wrong > 0 ? [`${wrong} more are not`] : [])];
  return said.length > 0 ? said.join(", ") : undefined;
}

function resourcesOf(findings: readonly Finding[]): number {
  return new Set(findings.map(({ name }) => name)).size;
}

function tableText({ head, rows, left }: DriftTable): string[] {
  const rendered = new Table({ head: [...head], style: { head: [], border: [] } });
  rendered.push(...rows.map((cells) => [...cells]));
  return [rendered.toString(), leftText(left) ?? []].flat();
}
