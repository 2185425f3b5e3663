import Table from "cli-table3";
import type { Unreachable } from "#fleet/probe-sites";
import { states, type DriftState, type Finding } from "./findings.ts";

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
}

/** Whether something is known to be other than it should be. */
export function hasDrifted({ findings }: Drift): boolean {
  return findings.some(({ state }) => state !== "correct" && state !== "unreachable");
}

/** Whether something could not be looked at. */
export function isBlind({ complete, findings, unreachable }: Drift): boolean {
  return !complete || unreachable.length > 0 || findings.some(({ state }) => state === "unreachable");
}

/** A table of releases and sites, then each thing that is wrong, then the result in a line. */
export function driftText(drift: Drift): string {
  const { findings, unreachable } = drift;
  const wrong = findings.filter(({ state }) => state !== "correct");
  return [
    ...(findings.some(({ image }) => image !== undefined) ? [table(drift)] : []),
    ...wrong.map(({ name, state, what }) => `${name}: ${state}${what ? `: ${what}` : ""}`),
    ...unreachable.map(({ place, cause, hint }) => `unreachable, not looked at: ${place} (${cause})${hint === undefined ? "" : `\n  what to do: ${hint}`}`),
    verdict(drift, wrong.length),
  ].join("\n");
}

function verdict(drift: Drift, wrong: number): string {
  const all = drift.findings.length;
  if (hasDrifted(drift)) return `${wrong} of ${all} resources are not as they should be: \`npm run up -- --stack ${drift.stack}\` repairs them`;
  if (!drift.complete) return "the engine did not come to its end: see its message above; among what it looked at nothing has drifted";
  return isBlind(drift) ? `no drift among what could be looked at (${all} resources)` : `no drift: ${all} resources are as they should be`;
}

function table({ findings, unreachable }: Drift): string {
  const places = [...new Set([...findings.filter(({ image }) => image !== undefined), ...unreachable].map(({ place }) => siteOf(place)))].sort();
  const rendered = new Table({ head: ["image", "version", ...places], style: { head: [], border: [] } });
  const releases = Map.groupBy(findings.filter(({ image }) => image !== undefined), ({ image, version }) => `${image}@${version}`);
  for (const own of releases.values()) rendered.push([own[0]!.image!, own[0]!.version!, ...places.map((site) => cell(site, own, unreachable))]);
  return rendered.toString();
}

/** `correct`, `1 missing`, `unreachable` */
function cell(site: string, own: readonly Finding[], unreachable: readonly Unreachable[]): string {
  const here = own.filter(({ place }) => siteOf(place) === site).map(({ state }): DriftState => state);
  const lost = unreachable.filter(({ place }) => siteOf(place) === site);
  if (here.length === 0) return lost.length > 0 ? "unreachable" : "";
  const wrong = states.filter((state) => state !== "correct" && here.includes(state)).map((state) => `${here.filter((one) => one === state).length} ${state}`);
  return [...(wrong.length > 0 ? wrong : ["correct"]), ...lost.map(({ place }) => `${place} unreachable`)].join(", ");
}

function siteOf(place: string): string {
  return place.split("/")[0]!;
}
