import { siteOf } from "#model/places";
import { itemName } from "#model/vsphere";
import type { Unreachable } from "#fleet/probe-sites";
import { registrationOf, states, type Finding } from "./findings.ts";
import type { Drift } from "./report.ts";

/** Where something is not as it should be, at a glance. */
export interface DriftTable {
  /** What a row is of (`image`, `version`), then the places. */
  readonly head: readonly string[];
  /** As many cells; `correct`, what is wrong, or nothing. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that are not shown, of which all is correct, and of which something is not. */
  readonly left: { readonly correct: number; readonly wrong: number };
}

/** Rows that one reads; with more of them, those are left out that say nothing new. */
const mostRows = 50;

/** Releases by sites; of each registration and of what registrations share the worst that was found. */
export function releaseTable({ findings, unreachable }: Drift): DriftTable | undefined {
  const registered = findings.filter(({ image, channel }) => image !== undefined && channel === undefined);
  if (registered.length === 0) return undefined;
  const places = [...new Set([...registered, ...unreachable].map(({ place }) => siteOf(place)))].sort();
  const releases = Map.groupBy(registered, itemOf);
  const shared = sharedFindings(findings, releases);
  const rows = [...releases].map(([item, own]) => {
    const here = Map.groupBy([...own, ...shared(item)], ({ place }) => siteOf(place));
    return [own[0]!.image!, own[0]!.version!, ...places.map((site) => cell(site, here.get(site) ?? [], unreachable))];
  });
  return shortened({ head: ["image", "version", ...places], rows });
}

/** Channels by sites: where each one points. */
export function channelTable({ findings }: Drift): DriftTable | undefined {
  const pointers = findings.filter(({ channel }) => channel !== undefined);
  if (pointers.length === 0) return undefined;
  const places = [...new Set(pointers.map(({ place }) => place))].sort();
  const rows = [...Map.groupBy(pointers, ({ channel, image }) => `${channel} ${image}`).values()].map((own) => {
    const { channel, image, version } = own[0]!;
    return [channel!, image!, version!, ...places.map((place) => own.find((finding) => finding.place === place)?.state ?? "")];
  });
  return shortened({ head: ["channel", "image", "version", ...places], rows });
}

function shortened({ head, rows }: Pick<DriftTable, "head" | "rows">): DriftTable {
  if (rows.length <= mostRows) return { head, rows, left: { correct: 0, wrong: 0 } };
  const named = head.filter((title) => ["channel", "image", "version"].includes(title)).length;
  const wrong = rows.filter((cells) => cells.slice(named).some((one) => one !== "" && one !== "correct"));
  const shown = wrong.length > 0 ? wrong.slice(0, mostRows) : rows.slice(0, 1);
  return { head, rows: shown, left: { correct: rows.length - Math.max(wrong.length, shown.length), wrong: Math.max(0, wrong.length - shown.length) } };
}

function itemOf({ image, version }: Finding): string {
  return itemName({ image: image!, version: version! });
}

/** What is wrong with a part that registrations share concerns the releases that it names, or, where it names none, all. */
function sharedFindings(findings: readonly Finding[], releases: ReadonlyMap<string, unknown>): (item: string) => readonly Finding[] {
  const ofAll: Finding[] = [];
  const ofSome = new Map<string, Finding[]>();
  for (const finding of findings.filter(({ image, state }) => image === undefined && state !== "correct")) {
    const named = new Set((finding.what ?? "").split(/[\s,()]+/).filter((word) => releases.has(word)));
    if (named.size === 0) ofAll.push(finding);
    for (const item of named) ofSome.set(item, [...(ofSome.get(item) ?? []), finding]);
  }
  return (item) => [...ofAll, ...(ofSome.get(item) ?? [])];
}

/** `correct`, `1 missing`, `unreachable`: of each registration and shared part the worst that was found. */
function cell(site: string, here: readonly Finding[], unreachable: readonly Unreachable[]): string {
  const lost = unreachable.filter(({ place }) => siteOf(place) === site);
  if (here.length === 0) return lost.length > 0 ? "unreachable" : "";
  const worst = [...Map.groupBy(here, registrationOf).values()].map((of) => states.findLast((state) => of.some((finding) => finding.state === state))!);
  const wrong = states.filter((state) => state !== "correct" && worst.includes(state)).map((state) => `${worst.filter((one) => one === state).length} ${state}`);
  return [...(wrong.length > 0 ? wrong : ["correct"]), ...lost.map(({ place }) => `${place} unreachable`)].join(", ");
}
