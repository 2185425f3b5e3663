import Table from "cli-table3";
import type { BuildRecord } from "#model/release";
import type { Store } from "#store/store";
import type { ResourceEvent } from "./events.ts";

export interface SummaryInput {
  readonly events: readonly ResourceEvent[];
  readonly store: Store;
  readonly siteNames: readonly string[];
  /** Sites that this run was to leave out. */
  readonly leftOut: readonly string[];
  /** When the run began: what was built later was built by it. */
  readonly since: Date;
  readonly unreachable: readonly { site: string; cause: string }[];
}

const buildType = "PackerBuild";

/** A short table of what was built, inspected, converted and published, and what failed. */
export async function summary(input: SummaryInput): Promise<string> {
  // A build that a choice of images leaves out has no inputs, or is deleted: it is not of this run.
  const builds = input.events.filter(({ type, op, inputs }) => type.endsWith(buildType) && inputs["image"] !== undefined && !["delete", "discard"].includes(op));
  const table = new Table({ head: ["image", "version", "build", "gates", "formats", ...input.siteNames], style: { head: [], border: [] } });
  for (const build of builds) table.push(await row(build, input));
  const lines = builds.length > 0 ? [table.toString()] : [];
  const failed = input.events.filter((event) => event.failed);
  if (failed.length > 0) lines.push(`failed: ${failed.map(({ name }) => name).join(", ")}; what does not depend on it has converged, and nothing was deleted`);
  for (const { site, cause } of input.unreachable) lines.push(`unreachable, left out of this run: ${site} (${cause})`);
  return lines.join("\n");
}

async function row(build: ResourceEvent, { events, store, siteNames, leftOut, unreachable, since }: SummaryInput): Promise<string[]> {
  const [image, version] = [String(build.inputs["image"]), String(build.inputs["version"])];
  const record = await store.record({ image, version }, "build").catch(() => undefined);
  const sites = siteNames.map((site) => {
    if (unreachable.some((one) => one.site === site)) return "unreachable";
    return leftOut.includes(site) ? "" : tally(events.filter(({ name }) => name.startsWith(`${site}/${image}@${version}/`)), publishing);
  });
  const gates = tally(events.filter(({ name }) => name === `inspection/${image}@${version}`), inspecting);
  const formats = tally(events.filter(({ name }) => name.startsWith("format/") && name.endsWith(`/${image}@${version}`)), converting);
  return [image, version, outcome(build, record, since), gates, formats, ...sites];
}

/** What an operation of the engine means for a kind of resource; what a refresh found wrong is made right by an update. */
type Words = Readonly<Record<string, string>>;
const inspecting: Words = { same: "unchanged", create: "passed", update: "passed", replace: "passed", "create-replacement": "passed" };
const converting: Words = { same: "unchanged", create: "sealed", update: "sealed", replace: "sealed", "create-replacement": "sealed" };
const publishing: Words = { same: "unchanged", create: "published", update: "repaired", replace: "published", "create-replacement": "published" };

/** `published` where all are, else `4 published, 1 failed`. */
function tally(events: readonly ResourceEvent[], words: Words): string {
  const steps = events.filter(({ op }) => !["delete", "delete-replaced", "discard", "read", "refresh"].includes(op));
  const counted = [...Map.groupBy(steps, ({ failed, op }) => (failed ? "failed" : (words[op] ?? op)))];
  if (counted.length === 1) return steps.length === 1 ? counted[0]![0] : `${steps.length} ${counted[0]![0]}`;
  return counted.map(([word, { length }]) => `${length} ${word}`).join(", ");
}

function outcome(build: ResourceEvent, record: BuildRecord | undefined, since: Date): string {
  if (build.failed || !record) return "failed";
  if (build.op === "same") return "unchanged";
  if (Date.parse(record.finishedAt) < since.getTime()) return "found in the store";
  return `built in ${duration(Date.parse(record.finishedAt) - Date.parse(record.startedAt))}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
