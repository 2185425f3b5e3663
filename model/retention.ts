import { ageInDays, daysText } from "#model/age";
import type { ResolvedChannel } from "#model/channels";
import type { ImageConfig } from "#model/config/types";
import { newestUsable } from "#model/newest-usable";
import type { ImageLedger, StoredRelease } from "#model/plan";
import type { PublicationDocument } from "#model/publication";
import { compareVersions } from "#model/version";

/** A release that stays registered besides the current one. */
export interface Stay {
  readonly version: string;
  /** A line each: `stable points at it`. */
  readonly why: readonly string[];
}

/** A release that this stack holds and gives up. */
export interface Dropped {
  readonly version: string;
  readonly why: string;
}

export interface RetentionFacts {
  readonly current: string;
  /** Of the image, from this run on. */
  readonly channels: readonly Pick<ResolvedChannel, "channel" | "version">[];
  /** Of the image and this stack, as the store says. */
  readonly pointed: readonly { readonly channel: string; readonly version: string; readonly former?: string }[];
  /** Of the image and this stack. */
  readonly publications: readonly PublicationDocument[];
  /** Names of the releases that are layered on one and stay, by its version. */
  readonly layered: ReadonlyMap<string, readonly string[]>;
  /** Versions that are revoked. */
  readonly revoked: ReadonlySet<string>;
  readonly now: Date;
}

/** Which releases stay besides the current one, and which of those that this stack holds do not; newest first. */
export function retention(image: ImageConfig, ledger: ImageLedger, facts: RetentionFacts): { stays: Stay[]; dropped: Dropped[] } {
  const older = ledger.releases.filter(({ build, passed }) => build.version !== facts.current && passed.length > 0).sort((a, b) => compareVersions(b.build.version, a.build.version));
  const held = older.filter(({ build }) => ledger.held.includes(build.version));
  const why = (version: string): string[] => [
    ...facts.channels.filter((channel) => channel.version === version).map(({ channel }) => `${channel} points at it`),
    ...(ledger.held.includes(version) ? reasonsToKeep(version, image, held, facts) : []),
  ];
  const stays = older.map(({ build: { version } }) => ({ version, why: why(version) })).filter(({ why: reasons }) => reasons.length > 0);
  const staying = new Set([facts.current, ...stays.map(({ version }) => version)]);
  const dropped = ledger.held.filter((version) => !staying.has(version)).sort((a, b) => compareVersions(b, a));
  return { stays, dropped: dropped.map((version) => ({ version, why: whyDropped(version, image, ledger, facts) })) };
}

function reasonsToKeep(version: string, image: ImageConfig, held: readonly StoredRelease[], facts: RetentionFacts): string[] {
  const { pointed, channels, layered, publications } = facts;
  const before = pointed.filter((pointer) => [pointer.version, pointer.former].includes(version) && !channels.some((now) => now.channel === pointer.channel && now.version === version));
  const age = ageOf(version, publications, facts.now);
  const children = layered.get(version) ?? [];
  return [
    ...before.map(({ channel }) => `${channel} has pointed at it`),
    ...(children.length > 0 ? [`${children.join(", ")} ${children.length === 1 ? "is" : "are"} layered on it`] : []),
    ...(age !== undefined && age < image.keepFor ? [`registered ${daysText(age)} ago (keepFor: ${daysText(image.keepFor)})`] : []),
    ...(newest(held, image, facts.revoked).has(version) ? [image.retain === 1 ? "the one before the current (retain: 1)" : `one of the newest ${image.retain} (retain)`] : []),
    ...lastOn(version, image, held, facts),
  ];
}

function newest(held: readonly StoredRelease[], { retain }: ImageConfig, revoked: ReadonlySet<string>): Set<string> {
  return newestUsable(held.map(({ build }) => build.version), retain, revoked);
}

/** Every site keeps one that it has whole, however many came and failed there since. Who retains none wants none. */
function lastOn(version: string, image: ImageConfig, held: readonly StoredRelease[], { publications, revoked }: RetentionFacts): string[] {
  if (image.retain === 0) return [];
  const sites = image.sites.filter((site) => {
    const last = held.find(({ build }) => !revoked.has(build.version) && publications.some((one) => one.version === build.version && one.sites[site]));
    return last?.build.version === version;
  });
  const before = newest(held, image, revoked).has(version);
  return sites.length === 0 || before ? [] : [`the last that ${sites.join(", ")} ${sites.length === 1 ? "has" : "have"} whole besides the current`];
}

function whyDropped(version: string, image: ImageConfig, { releases }: ImageLedger, { publications, now }: RetentionFacts): string {
  const release = releases.find(({ build }) => build.version === version);
  if (!release) return "the store no longer has it whole";
  if (release.passed.length === 0) return "it has not passed its gates";
  const age = ageOf(version, publications, now);
  const kept = image.retain === 0 ? "none is kept besides the current one (retain: 0)" : `${image.retain} newer ${image.retain === 1 ? "one is" : "ones are"} kept besides the current one (retain: ${image.retain})`;
  const past = age !== undefined && image.keepFor > 0 ? [`it was registered ${daysText(age)} ago (keepFor: ${daysText(image.keepFor)})`] : [];
  return [kept, "no channel points at it", ...past].join("; ");
}

function ageOf(version: string, publications: readonly PublicationDocument[], now: Date): number | undefined {
  const registeredAt = publications.find((one) => one.version === version)?.registeredAt;
  return registeredAt === undefined ? undefined : ageInDays(registeredAt, now);
}
