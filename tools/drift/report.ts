import Table from "cli-table3";
import type { Unreachable } from "#fleet/probe-sites";
import { siteOf } from "#model/places";
import { itemName } from "#model/vsphere";
import { registrationOf, states, type Finding } from "./findings.ts";

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

/** A table of releases and sites, then each thing that is wrong, then the result in a line. */
export function driftText(drift: Drift): string {
  const { findings, unreachable } = drift;
  const wrong = findings.filter(({ state }) => state !== "correct");
  return [
    ...(findings.some(({ image }) => image !== undefined) ? [table(drift)] : []),
    ...wrong.map(({ name, state, what }) => `${name}: ${state}${what ? `: ${what}` : ""}`),
    ...unreachable.map(({ place, cause, hint }) => `unreachable, not looked at: ${place} (${cause})${hint === undefined ? "" : `\n  what to do: ${hint}`}`),
    ...(drift.repaired ?? []).map((name) => `repaired: ${name}`),
    verdict(drift),
  ].join("\n");
}

/** The result in a line. */
export function verdict(drift: Drift): string {
  const all = drift.findings.length;
  const wrong = drift.findings.filter(({ state }) => state !== "correct").length;
  if (hasDrifted(drift)) return `${wrong} of ${all} resources are not as they should be: \`npm run up -- --stack ${drift.stack}\` repairs them`;
  if (!drift.complete) return "the engine did not come to its end: see its message above; among what it looked at nothing has drifted";
  return isBlind(drift) ? `no drift among what could be looked at (${all} resources)` : `no drift: ${all} resources are as they should be`;
}

function table({ findings, unreachable }: Drift): string {
  const registered = findings.filter(({ image }) => image !== undefined);
  const places = [...new Set([...registered, ...unreachable].map(({ place }) => siteOf(place)))].sort();
  const rendered = new Table({ head: ["image", "version", ...places], style: { head: [], border: [] } });
  const releases = Map.groupBy(registered, ({ image, version }) => `${image}@${version}`);
  const shared = sharedFindings(findings, [...releases.values()].map(([first]) => itemOf(first!)));
  for (const own of releases.values()) {
    const all = [...own, ...(shared.get(itemOf(own[0]!)) ?? [])];
    rendered.push([own[0]!.image!, own[0]!.version!, ...places.map((site) => cell(site, all, unreachable))]);
  }
  return rendered.toString();
}

function itemOf({ image, version }: Finding): string {
  return itemName({ image: image!, version: version! });
}

/** What is wrong with a part that registrations share concerns the releases that it names, or, where it names none, all. */
function sharedFindings(findings: readonly Finding[], items: readonly string[]): Map<string, Finding[]> {
  const wrong = findings.filter(({ image, state }) => image === undefined && state !== "correct");
  const concerned = ({ what = "" }: Finding) => {
    const named = items.filter((item) => what.split(/[\s,()]+/).includes(item));
    return named.length > 0 ? named : items;
  };
  return new Map(items.map((item) => [item, wrong.filter((finding) => concerned(finding).includes(item))]));
}

/** `correct`, `1 missing`, `unreachable`: of each registration and shared part the worst that was found. */
function cell(site: string, own: readonly Finding[], unreachable: readonly Unreachable[]): string {
  const here = own.filter(({ place }) => siteOf(place) === site);
  const lost = unreachable.filter(({ place }) => siteOf(place) === site);
  if (here.length === 0) return lost.length > 0 ? "unreachable" : "";
  const worst = [...Map.groupBy(here, registrationOf).values()].map((of) => states.findLast((state) => of.some((finding) => finding.state === state))!);
  const wrong = states.filter((state) => state !== "correct" && worst.includes(state)).map((state) => `${worst.filter((one) => one === state).length} ${state}`);
  return [...(wrong.length > 0 ? wrong : ["correct"]), ...lost.map(({ place }) => `${place} unreachable`)].join(", ");
}
