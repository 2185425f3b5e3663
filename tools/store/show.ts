import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import { ownerOf } from "../../model/owner.ts";
import { releaseName } from "#model/release";
import type { BuildRecord, GateRecord, GroupRecord, ReleaseId } from "#model/release";
import type { GroupName, Hold, Store } from "#store/store";
import { findRelease } from "./find-releases.ts";
import { nobodyNeedsIt, reasonsToStay } from "./reasons-to-stay.ts";
import { verb } from "./verb.ts";

interface Details {
  readonly record: BuildRecord;
  readonly groups: Readonly<Record<string, GroupRecord>>;
  readonly holds: readonly Hold[];
  readonly stays: readonly string[];
}

export const show = verb({
  usage: "show <image>[@<version>]      everything that is known of a release (default: the newest)\n",
  subject: "required",
  async run({ subject = "", json, open }) {
    const store = await open();
    const action = `show ${subject}`;
    const id = await findRelease(store, subject, action);
    const details = await readDetails(store, id, action);
    if (json) console.log(JSON.stringify({ ...details.record, groups: details.groups, holds: details.holds, stays: details.stays }, null, 2));
    else console.log(asText(id, details));
    return 0;
  },
});

async function readDetails(store: Store, id: ReleaseId, action: string): Promise<Details> {
  const [names, holds, record, reasons] = await Promise.all([store.groups(id), store.holds(id.image), store.record(id, "build"), reasonsToStay(store)]);
  if (!record) {
    const hint = `npm run store -- verify ${releaseName(id)}`;
    throw new FleetError({ action, place: store.location, cause: `${releaseName(id)} has lost its record`, hint });
  }
  const others = names.filter((name) => name !== "build");
  const groups = await Promise.all(others.map(async (name): Promise<[GroupName, GroupRecord | undefined]> => [name, await store.record(id, name)]));
  const present = groups.filter((entry): entry is [GroupName, GroupRecord] => entry[1] !== undefined);
  return { record, groups: Object.fromEntries(present), holds: holds.filter(({ version }) => version === id.version), stays: reasons.get(releaseName(id)) ?? [] };
}

function asText(id: ReleaseId, { record, groups, holds, stays }: Details): string {
  const { disk, parent } = record;
  const facts: [string, string | undefined][] = [
    ["key", record.key],
    ["epoch", record.epoch],
    ["parent", parent && `${releaseName(parent)}, key ${parent.key}`],
    ["disk", `${disk.name}, ${disk.format}, ${size(disk.bytes)}; ${size(disk.virtualBytes)} for the guest`],
    ["sha256", disk.sha256],
    ["built", `${record.startedAt} to ${record.finishedAt}, with ${record.accelerator}`],
    ["owner", record.owner],
    ["team", record.team],
    ["held by", holds.map(ownerOf).join(", ") || "nobody"],
    ["stays", stays.join("; ") || `${nobodyNeedsIt}: npm run store -- gc removes it`],
  ];
  return [
    releaseName(id),
    ...columns(facts),
    ...verdicts(groups),
    ...section("steps", record.steps.map(({ name, seconds }) => [name, `${seconds.toFixed(1)} s`])),
    ...section("tools", Object.entries(record.tools)),
    ...section("inputs", Object.entries(record.inputs)),
    ...artifacts("build", record),
    ...Object.entries(groups).flatMap(([name, group]) => artifacts(name, group)),
  ].join("\n");
}

/** Of each inspection: its verdict, when, and what was found; the evidence is among the group's artifacts. */
function verdicts(groups: Details["groups"]): string[] {
  const records = Object.entries(groups).filter(([name]) => /^(gates|failures)\//.test(name)) as [string, GateRecord][];
  return section("gates", records.map(([name, { verdict, finishedAt, gates = [], waived = [] }]) => {
    const found = gates.filter(({ findings }) => findings > 0).map(({ gate, findings }) => `${gate}: ${findings} found`);
    return [name, [`${verdict} ${finishedAt}`, ...found, ...(waived.length > 0 ? [`${waived.length} waived`] : [])].join(", ")];
  }));
}

function artifacts(group: string, record: GroupRecord): string[] {
  return section(`artifacts of ${group}`, record.artifacts.map(({ name, sha256, bytes }) => [name, `${sha256}  ${size(bytes)}`]));
}

function section(title: string, rows: readonly [string, string][]): string[] {
  return rows.length > 0 ? ["", title, ...columns(rows)] : [];
}

function columns(rows: readonly (readonly [string, string | undefined])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(width)}  ${value}`]));
}

function size(bytes: number): string {
  return `${prettyBytes(bytes, { binary: true })} (${bytes} bytes)`;
}
