import { basename } from "node:path";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import type { DigestProgress } from "#store/digest";
import { isRemoved } from "#store/is-removed";
import type { Fault, Store } from "#store/store";
import { findReleases } from "./find-releases.ts";
import { verb } from "./verb.ts";

const reportEveryMs = 2000;

export const verify = verb({
  usage: `verify [<image>[@<version>]]      compare the stored files with their records; exit 1 when one is damaged

  --deep                read every byte, also of files that have not changed since they were last read here
  --quarantine          set aside what is damaged: a format or a gate's evidence alone, and the next \`npm run up\` makes it
                        again; a damaged build with its whole release, which is then built again under a new version`,
  options: { deep: { type: "boolean" }, quarantine: { type: "boolean" } },
  subject: "optional",
  async run({ subject, json, given, open }) {
    const report = reporter();
    const store = await open({ onDigest: report.digest });
    const releases = await findReleases(store, subject, "verify");
    const faults: Fault[] = [];
    for (const [index, id] of releases.entries()) {
      report.release(`${index + 1} of ${releases.length}, ${releaseName(id)}`);
      const found = await store.verify(id, { deep: given["deep"] === true });
      if (found.length > 0 && (await isRemoved(store, id))) continue; // meanwhile: nothing is damaged
      if (found.length > 0 && given["quarantine"]) await setAside(store, id, found);
      if (!json) for (const fault of found) console.log(describe(fault, given["quarantine"] === true));
      faults.push(...found);
    }
    if (json) console.log(JSON.stringify({ store: store.location, releases: releases.length, faults }, null, 2));
    else console.log(`${releases.length} ${releases.length === 1 ? "release" : "releases"} verified in ${store.location}: ${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
    return faults.length > 0 ? 1 : 0;
  },
});

/** Groups besides the build are made from it, so that they can be set aside without it. */
async function setAside(store: Store, id: ReleaseId, faults: readonly Fault[]): Promise<void> {
  const build = faults.filter(({ group }) => group === "build");
  if (build.length > 0) return store.quarantine(id, build.map(({ group, file, problem }) => `${group}/${file} ${problem}`).join(", "));
  for (const group of new Set(faults.map((fault) => fault.group))) await store.quarantineGroup(id, group);
}

function describe({ image, version, group, file, problem, expected, found }: Fault, quarantined: boolean): string {
  const name = releaseName({ image, version });
  const detail = expected ? `: expected ${expected}, found ${found}` : found ? `: ${found}` : "";
  const remedy = quarantined
    ? `nothing more: it lies in the store's quarantine, and the next \`npm run up\` ${group === "build" ? "builds it again under a new version" : "makes it again"}`
    : `put the right file back from a copy of the store, or have it made again: npm run store -- verify --quarantine ${name}; npm run up`;
  return `${name} ${group}/${file} is ${problem === "unreadable record" ? "no readable record" : problem}${detail}\n  what to do: ${remedy}`;
}

/** Lines on stderr, at most one in two seconds, and none for what takes less. */
function reporter(): { release(text: string): void; digest(progress: DigestProgress): void } {
  let release = "";
  let reported = Date.now();
  const say = (detail: string) => {
    if (Date.now() - reported < reportEveryMs) return;
    reported = Date.now();
    console.error(`[store/verify] ${release}${detail}`);
  };
  return {
    release(text) {
      release = text;
      say("");
    },
    digest: ({ path, bytes, total }) => say(`, ${basename(path)}: ${Math.floor((100 * bytes) / total)} %`),
  };
}
