import Table from "cli-table3";
import type { Unreachable } from "#fleet/probe-sites";
import type { Place } from "#model/places";
import type { BuildRecord } from "#model/release";
import type { Store } from "#store/store";
import type { ResourceEvent } from "./events.ts";
import { converting, inspecting, publishing, tally } from "./tally.ts";

export interface SummaryInput {
  readonly events: readonly ResourceEvent[];
  readonly store: Store;
  readonly siteNames: readonly string[];
  /** What this run was to reach. */
  readonly places: readonly Place[];
  /** When the run began: what was built later was built by it. */
  readonly since: Date;
  readonly unreachable: readonly Unreachable[];
}

const buildType = "PackerBuild";
const holdType = ":Hold";

/** A short table of what was built, inspected, converted and published, and what failed. */
export async function summary(input: SummaryInput): Promise<string> {
  // A build that a choice of images leaves out has no inputs, or is deleted: it is not of this run.
  const releases = (of: string) => byName(input.events).filter(({ type, op, inputs }) => type.endsWith(of) && inputs["image"] !== undefined && !["delete", "discard"].includes(op));
  // A stack that never builds has the releases that it holds.
  const builds = [releases(buildType), releases(holdType)].find(({ length }) => length > 0) ?? [];
  const table = new Table({ head: ["image", "version", "build", "gates", "formats", ...input.siteNames], style: { head: [], border: [] } });
  for (const build of builds) table.push(await row(build, input));
  const lines = builds.length > 0 ? [table.toString()] : [];
  const failed = input.events.filter((event) => event.failed);
  if (failed.length > 0) lines.push(`failed: ${failed.map(({ name }) => name).join(", ")}; what does not depend on it has converged, and nothing was deleted`);
  lines.push(...unreachableLines(input.unreachable));
  return lines.join("\n");
}

/** Resources of several images end in any order. */
function byName(events: readonly ResourceEvent[]): ResourceEvent[] {
  return events.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Each place that was left out, why, and what to do about it. */
export function unreachableLines(unreachable: readonly Unreachable[]): string[] {
  return unreachable.map(({ place, cause, hint }) => `unreachable, left out of this run: ${place} (${cause})${hint === undefined ? "" : `\n  what to do: ${hint}`}`);
}

async function row(build: ResourceEvent, input: SummaryInput): Promise<string[]> {
  const { events, store, siteNames, since } = input;
  const [image, version] = [String(build.inputs["image"]), String(build.inputs["version"])];
  const record = await store.record({ image, version }, "build").catch(() => undefined);
  const sites = siteNames.map((site) => onSite(site, `${image}@${version}`, input));
  const gates = tally(events.filter(({ name }) => name === `inspection/${image}@${version}`), inspecting);
  const formats = tally(events.filter(({ name }) => name.startsWith("format/") && name.endsWith(`/${image}@${version}`)), converting);
  return [image, version, outcome(build, record, since), gates, formats, ...sites];
}

/** `30 published, 1 vCenter unreachable`; nothing for a site that the run was not to reach. */
function onSite(site: string, release: string, { events, places, unreachable }: SummaryInput): string {
  const reached = places.filter((place) => place.site.name === site);
  const lost = reached.filter(({ name }) => unreachable.some(({ place }) => place === name));
  if (lost.length === reached.length) return lost.length > 0 ? "unreachable" : "";
  const published = tally(reached.flatMap(({ name }) => registrations(name, release, events)), publishing);
  const missing = lost.length > 0 ? `${lost.length} ${lost.length === 1 ? "vCenter" : "vCenters"} unreachable` : "";
  return [published, missing].filter(Boolean).join(", ");
}

/**
 * A registration may be several resources, such as an image and its check: what was done to it is what was done to most effect.
 * Each region with a copy has one of its own: `aws/eu-west-1/debian-12@2026.1101.2/raw`.
 */
function registrations(place: string, release: string, events: readonly ResourceEvent[]): ResourceEvent[] {
  const own = Map.groupBy(events, ({ name }) => (name.startsWith(`${place}/`) ? registrationIn(name.slice(place.length + 1), release) : undefined));
  own.delete(undefined);
  const status = [...own.values()].flat().find(({ name, op }) => name.endsWith("/status") && op !== "same"); // of a revoked release, on the whole site
  const turned = status && { ...status, op: status.op === "delete" ? "restore" : "withdraw" };
  return [...own.values()].map((parts) => parts.find(({ failed }) => failed) ?? turned ?? parts.find(({ op }) => op === "import") ?? parts.find(({ op }) => op.startsWith("create")) ?? parts.find(({ op }) => op !== "same") ?? parts[0]!);
}

/** `eu-west-1/debian-12@2026.1101.2/raw` of the name of one of its resources. */
function registrationIn(name: string, release: string): string | undefined {
  const words = name.split("/");
  const at = words.indexOf(release);
  return at === 0 || at === 1 ? words.slice(0, at + 2).join("/") : undefined;
}

function outcome(build: ResourceEvent, record: BuildRecord | undefined, since: Date): string {
  if (build.type.endsWith(holdType)) return "from the store";
  if (build.failed || !record) return "failed";
  if (build.op === "same") return "unchanged";
  if (Date.parse(record.finishedAt) < since.getTime()) return "found in the store";
  return `built in ${duration(Date.parse(record.finishedAt) - Date.parse(record.startedAt))}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
