import type { BuildRecord, FormatRecord, GateRecord } from "#model/release";
import type { Store } from "#store/store";
import type { Expected, ReleaseReview } from "./review.ts";

/** So many of the newest builds say how long the next one takes. */
const enough = 5;

interface Times {
  readonly build: BuildRecord;
  readonly gates: number | undefined;
  /** Seconds by the name of the format. */
  readonly formats: Readonly<Record<string, number>>;
}

/** How long a build of an image may take, with its gates and the formats that its sites need; undefined where it was never built. */
export async function expectedTime(store: Store, image: string, formats: readonly string[]): Promise<Expected | undefined> {
  const times = await formerTimes(store, image);
  const newest = times[0];
  if (!newest) return undefined;
  // An emulated guest takes several times as long as one on KVM.
  const alike = times.filter(({ build }) => build.accelerator === newest.build.accelerator);
  const parts = {
    build: median(alike.map(({ build }) => seconds(build))),
    gates: median(times.flatMap(({ gates }) => gates ?? [])),
    formats: formats.map((format) => median(times.flatMap((one) => one.formats[format] ?? []))).reduce((sum, one) => sum + one, 0),
  };
  return { seconds: parts.build + parts.gates + parts.formats, parts, builds: alike.length, accelerator: newest.build.accelerator };
}

/** Of the newest builds; a release that cannot be read says nothing. */
async function formerTimes(store: Store, image: string): Promise<Times[]> {
  const versions = (await store.versions(image).catch(() => [])).slice(-enough).reverse();
  const times = await Promise.all(versions.map((version) => timesOf(store, image, version).catch(() => undefined)));
  return times.filter((one) => one !== undefined);
}

async function timesOf(store: Store, image: string, version: string): Promise<Times | undefined> {
  const id = { image, version };
  const build = await store.record(id, "build");
  if (!build) return undefined;
  const groups = await store.groups(id);
  const gates = groups.findLast((group) => group.startsWith("gates/"));
  const formats = await Promise.all(groups.filter((group) => group.startsWith("formats/")).map((group) => store.record<FormatRecord>(id, group)));
  const passed = gates && (await store.record<GateRecord>(id, gates));
  return { build, gates: passed && seconds(passed), formats: Object.fromEntries(formats.flatMap((record) => (record ? [[record.format, seconds(record)]] : []))) };
}

/** Bytes of what sites take of a release: as the store has it, else as the newest release that has the format. */
export async function artifactsOf(store: Store, image: string, version: string, formats: readonly string[]): Promise<ReleaseReview["artifacts"]> {
  const others = (await store.versions(image).catch(() => [])).filter((one) => one !== version).slice(-enough).reverse();
  return Promise.all(formats.map(async (format) => {
    for (const one of [version, ...others]) {
      const record = await store.record<FormatRecord>({ image, version: one }, `formats/${format}`).catch(() => undefined);
      if (record) return { format, bytes: record.artifact.bytes, ...(one !== version && { as: one }) };
    }
    return { format };
  }));
}

function seconds({ startedAt, finishedAt }: Pick<BuildRecord, "startedAt" | "finishedAt">): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
