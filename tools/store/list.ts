import Table from "cli-table3";
import prettyBytes from "pretty-bytes";
import { ownerOf } from "../../model/owner.ts";
import { releaseName } from "#model/release";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { Store } from "#store/store";
import { findReleases } from "./find-releases.ts";
import { nobodyNeedsIt, reasonsToStay } from "./reasons-to-stay.ts";
import { verb } from "./verb.ts";

interface Row extends ReleaseId {
  readonly holds: readonly string[];
  readonly record?: BuildRecord;
  /** `passed`, `failed`, or nothing where it was not inspected. */
  readonly gates: string;
  /** Names of the formats that are sealed. */
  readonly formats: readonly string[];
  /** Why it stays when what nobody needs is removed; empty where nobody needs it. */
  readonly stays: readonly string[];
  /** Why there is no record. */
  readonly problem?: string;
}

export const list = verb({
  usage: "ls [<image>]      list releases, oldest first, with why each stays when `gc` removes what nobody needs\n",
  subject: "optional",
  async run({ subject, json, open }) {
    const store = await open();
    const rows = await readRows(store, subject);
    if (json) console.log(JSON.stringify(rows.map(asJson), null, 2));
    else if (rows.length === 0) console.log(`no releases in ${store.location}\n  what to do: \`npm run up\` builds what is configured; --store names another store`);
    else console.log(asTable(rows));
    return 0;
  },
});

async function readRows(store: Store, subject: string | undefined): Promise<Row[]> {
  const [releases, holds, reasons] = await Promise.all([findReleases(store, subject, "list releases"), store.holds(), reasonsToStay(store)]);
  const holders = Map.groupBy(holds, releaseName);
  return Promise.all(
    releases.map(async (id): Promise<Row> => {
      const groups = await store.groups(id).catch(() => []);
      const named = (kind: string) => groups.filter((group) => group.startsWith(`${kind}/`)).map((group) => group.slice(kind.length + 1));
      const gates = named("gates").length > 0 ? "passed" : named("failures").length > 0 ? "failed" : "";
      const row = { ...id, gates, formats: named("formats"), holds: (holders.get(releaseName(id)) ?? []).map(ownerOf), stays: reasons.get(releaseName(id)) ?? [] };
      try {
        const record = await store.record(id, "build");
        return record ? { ...row, record } : { ...row, problem: "its record is missing" };
      } catch {
        return { ...row, problem: "its record cannot be read" };
      }
    }),
  );
}

function asJson({ image, version, holds, stays, gates, formats, record, problem }: Row): object {
  if (!record) return { image, version, holds, problem };
  const { key, disk, finishedAt, accelerator } = record;
  return { image, version, key, sha256: disk.sha256, bytes: disk.bytes, virtualBytes: disk.virtualBytes, finishedAt, accelerator, gates, formats, holds, stays };
}

function asTable(rows: readonly Row[]): string {
  const table = new Table({ head: ["image", "version", "key", "size", "built", "by", "gates", "formats", "stays"], style: { head: [], border: [], compact: true } });
  for (const { image, version, stays, gates, formats, record, problem } of rows) {
    const facts = record
      ? [record.key.slice(0, 12), prettyBytes(record.disk.bytes, { binary: true }), record.finishedAt.slice(0, 16).replace("T", " "), record.accelerator, gates, formats.join(" ")]
      : [{ colSpan: 6, content: `${problem}: npm run store -- verify ${image}@${version}` }];
    table.push([image, version, ...facts, record ? firstOf(stays) : ""]);
  }
  return table.toString();
}

/** The strongest comes first; `show` tells all. */
function firstOf([first, ...more]: readonly string[]): string {
  return first === undefined ? nobodyNeedsIt : more.length > 0 ? `${first} (+${more.length})` : first;
}
