import prettyBytes from "pretty-bytes";
import { parseDuration } from "#model/config/duration";
import { FleetError } from "#model/errors";
import { defaultRules, type StoreRules } from "#model/store-retention";
import { gc as collect, type GcLine } from "#store/gc";
import type { Store } from "#store/store";
import { commaList } from "../engine/comma-list.ts";
import { findReleases } from "./find-releases.ts";
import { verb, type Call } from "./verb.ts";

const action = "run `store gc`";
const daySeconds = 24 * 3600;
const reportEveryMs = 2000;

export const gc = verb({
  usage: `gc [--dry-run]      remove what nobody needs; each line says what stays or goes, its size, and why

  --dry-run             say the same, and remove nothing
  --image NAME,...      releases of these images alone
  --retain N            of each image, stay the newest that passed and as many before it (default: ${defaultRules.retain}, at least 1)
  --keep-for TIME       what was built or registered within this time stays (default: ${defaultRules.keepFor}d, at least 1d)

  Whatever these say, a release stays that a stack holds, that a channel points at or has pointed at before, that is asked for, that is
  revoked, that a process works with, or that another one which stays is layered on. What stacks retain, they hold: their own
  settings count wherever their files lie.`,
  options: { "dry-run": { type: "boolean" }, image: { type: "string", multiple: true }, retain: { type: "string" }, "keep-for": { type: "string" } },
  subject: "none",
  async run({ json, given, open }) {
    const rules = rulesOf(given);
    const store = await open();
    for (const image of rules.images ?? []) await findReleases(store, image, action);
    const dryRun = given["dry-run"] === true;
    const lines = await collected(store, { ...rules, dryRun }, (line) => void (json || console.log(asText(line))));
    if (json) console.log(JSON.stringify({ store: store.location, dryRun, retain: rules.retain, keepForDays: rules.keepFor, bytes: bytesOf(lines.filter(({ goes }) => goes)), lines }, null, 2));
    else console.log(summary(store, lines, dryRun));
    return 0;
  },
});

async function collected(store: Store, options: Parameters<typeof collect>[1], onLine: (line: GcLine) => void): Promise<GcLine[]> {
  const lines: GcLine[] = [];
  // The first line takes a while where there is much to read, and so may what is large.
  const report = setInterval(() => console.error(lines.length === 0 ? "[store/gc] reading who needs what" : `[store/gc] ${lines.length} looked at`), reportEveryMs);
  try {
    for await (const line of collect(store, options)) {
      lines.push(line);
      onLine(line);
    }
    return lines;
  } finally {
    clearInterval(report);
  }
}

/** @throws FleetError that says which option is wrong */
function rulesOf(given: Call["given"]): StoreRules {
  const { retain: releases, "keep-for": time, image } = given;
  const retain = releases === undefined ? defaultRules.retain : /^[1-9]\d{0,2}$/.test(String(releases)) ? Number(releases) : undefined;
  if (retain === undefined) throw new FleetError({ action, cause: `--retain ${String(releases)} is no number of releases from 1 to 999`, hint: "with 1, the newest and the one before it stay" });
  const seconds = time === undefined ? defaultRules.keepFor * daySeconds : parseDuration(String(time));
  if (seconds === undefined || seconds < daySeconds) throw new FleetError({ action, cause: `--keep-for ${String(time)} is no time of a day or more`, hint: `write it as in ${defaultRules.keepFor}d; a run may be at work with what it built today` });
  const images = commaList(image as readonly string[] | undefined);
  return { retain, keepFor: seconds / daySeconds, now: new Date(), ...(images.length > 0 && { images }) };
}

function asText({ what, goes, bytes, why }: GcLine): string {
  return `${goes ? "goes " : "stays"}  ${what}, ${sizeText(bytes)}: ${why}`;
}

function summary({ location }: Store, lines: readonly GcLine[], dryRun: boolean): string {
  if (lines.length === 0) return `there is nothing in ${location}`;
  const [going, staying] = [lines.filter(({ goes }) => goes), lines.filter(({ goes }) => !goes)];
  const others = going.filter(({ kind }) => kind !== "release").length;
  const releases = going.length - others;
  const went = `${releases} ${releases === 1 ? "release" : "releases"} and ${others} ${others === 1 ? "leftover" : "leftovers"} ${dryRun ? "would go" : "are gone"}`;
  return `${went} (${sizeText(bytesOf(going))}), ${staying.length} ${staying.length === 1 ? "stays" : "stay"} (${sizeText(bytesOf(staying))}) in ${location}`;
}

function bytesOf(lines: readonly GcLine[]): number {
  return lines.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sizeText(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}
