import { ageInDays, daysText } from "#model/age";
import { newestUsable } from "#model/newest-usable";
import { ownerOf, type Owner } from "#model/owner";
import { releaseName, type ReleaseId } from "#model/release";
import { compareVersions } from "#model/version";

/** A release of a store, as far as it matters for what stays there. */
export interface StoreRelease extends ReleaseId {
  readonly parent?: ReleaseId;
  /** Of its build: RFC 3339, UTC. */
  readonly finishedAt: string;
  readonly passed: boolean;
}

/** All that a store says of who needs what, whichever stack said it. */
export interface StoreNeeds {
  readonly releases: readonly StoreRelease[];
  readonly holds: readonly (ReleaseId & Owner)[];
  readonly channels: readonly (ReleaseId & { readonly channel: string; readonly former?: string })[];
  /** What stacks ask others to publish. */
  readonly requests: readonly (ReleaseId & { readonly stack: string })[];
  readonly revocations: readonly (ReleaseId & { readonly reason: string })[];
  /** When a site of some stack was last seen with a release for the first time: RFC 3339, UTC. */
  readonly publications: readonly (ReleaseId & { readonly at?: string })[];
  /** What processes work with now: `convert debian-12@2026.1101.2 to vhd`. */
  readonly uses: readonly (ReleaseId & { readonly by: string })[];
}

export interface StoreRules {
  /** Releases of each image that stay besides the newest, of those that passed; at least 1, so that there is one to go back to. */
  readonly retain: number;
  /** Days for which a release stays after it was built or registered. At least 1: a run may be at work with what it has just built. */
  readonly keepFor: number;
  /** Images whose releases may go. Default: all. */
  readonly images?: readonly string[];
  readonly now: Date;
}

export const defaultRules = { retain: 1, keepFor: 14 } as const;

/** What becomes of a release, and why, a line each. */
export interface Verdict extends ReleaseId {
  readonly stays: boolean;
  readonly why: readonly string[];
}

/** Judges every release of a store, in order of image and version: it goes only when nobody needs it. */
export function storeRetention(needs: StoreNeeds, rules: StoreRules): Verdict[] {
  const releases = needs.releases.toSorted((a, b) => (a.image < b.image ? -1 : a.image > b.image ? 1 : compareVersions(a.version, b.version)));
  const newest = newestOfEach(releases, needs, rules);
  const reasons = new Map(releases.map((release) => [releaseName(release), [...claims(release, needs), ...reasonsOfAge(release, needs, rules), ...(newest.get(releaseName(release)) ?? []), ...reasonsOfRun(release, rules)]]));
  addParents(releases, reasons);
  return releases.map((release): Verdict => {
    const why = reasons.get(releaseName(release)) ?? [];
    return { image: release.image, version: release.version, stays: why.length > 0, why: why.length > 0 ? why : whyItGoes(release, needs, rules) };
  });
}

/** What goes, each release after all that are layered on it: whenever a run ends, none is left without its parent. */
export function removalOrder(verdicts: readonly Verdict[], releases: readonly StoreRelease[]): Verdict[] {
  const byName = new Map(releases.map((release) => [releaseName(release), release]));
  const depth = (id: ReleaseId | undefined, below = 0): number => {
    const release = id && byName.get(releaseName(id));
    return release && below < byName.size ? depth(release.parent, below + 1) : below;
  };
  return verdicts.filter(({ stays }) => !stays).sort((a, b) => depth(b) - depth(a));
}

/** Who has said that they need it. */
function claims(id: ReleaseId, { holds, channels, requests, revocations, uses }: StoreNeeds): string[] {
  const mine = <T extends ReleaseId>(all: readonly T[]) => all.filter(({ image, version }) => image === id.image && version === id.version);
  const holders = [...new Set(mine(holds).map(ownerOf))].sort();
  return [
    ...(holders.length > 0 ? [`held by ${holders.join(", ")}`] : []),
    ...mine(channels).map(({ channel }) => `${channel} points at it`),
    ...channels.filter(({ image, version, former }) => image === id.image && former === id.version && former !== version).map(({ channel }) => `${channel} has pointed at it`),
    ...mine(requests).map(({ stack }) => `${stack} asks for it to be published`),
    ...mine(revocations).map(({ reason }) => `revoked (${reason}): it may be restored`),
    ...mine(uses).map(({ by }) => `in use now: ${by}`),
  ];
}

function reasonsOfAge(release: StoreRelease, needs: StoreNeeds, { keepFor, now }: StoreRules): string[] {
  const young = (since: string | undefined, what: string) => {
    const age = since === undefined ? Infinity : ageInDays(since, now);
    return age < keepFor ? [`${what} ${daysText(age)} ago (--keep-for ${keepFor}d)`] : [];
  };
  return [...young(release.finishedAt, "built"), ...young(registeredAt(release, needs), "registered")];
}

function reasonsOfRun({ image }: ReleaseId, { images }: StoreRules): string[] {
  return images && !images.includes(image) ? ["not among the images that were named"] : [];
}

/** By name of a release, why it is among the newest of its image. */
function newestOfEach(releases: readonly StoreRelease[], { revocations }: StoreNeeds, { retain }: StoreRules): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const [image, all] of Map.groupBy(releases, (release) => release.image)) {
    const revoked = new Set(revocations.filter((one) => one.image === image).map(({ version }) => version));
    const passed = all.filter((release) => release.passed).map(({ version }) => version).reverse();
    for (const version of newestUsable(passed, retain + 1, revoked)) reasons.set(releaseName({ image, version }), [`one of the newest ${retain + 1} that passed (--retain ${retain})`]);
    const last = all.at(-1);
    if (last && !last.passed) reasons.set(releaseName(last), ["the newest of its image"]);
  }
  return reasons;
}

/** What a release that stays is layered on stays as well, and what that is layered on. */
function addParents(releases: readonly StoreRelease[], reasons: Map<string, string[]>): void {
  const byName = new Map(releases.map((release) => [releaseName(release), release]));
  const children = new Map<string, string[]>();
  const queue = releases.filter((release) => reasons.get(releaseName(release))?.length);
  for (const child of queue) {
    const parent = child.parent && byName.get(releaseName(child.parent));
    if (!parent) continue;
    const name = releaseName(parent);
    if (!reasons.get(name)?.length && !children.has(name)) queue.push(parent);
    children.set(name, [...(children.get(name) ?? []), releaseName(child)]);
  }
  for (const [name, layered] of children) reasons.get(name)?.push(`${layered.sort().join(", ")} ${layered.length === 1 ? "is" : "are"} layered on it`);
}

function whyItGoes(release: StoreRelease, needs: StoreNeeds, { retain, keepFor, now }: StoreRules): string[] {
  const registered = registeredAt(release, needs);
  return [
    release.passed ? `${retain + 1} newer ones that passed stay (--retain ${retain})` : "it has not passed its gates, and there is a newer one",
    `built ${daysText(ageInDays(release.finishedAt, now))} ago${registered === undefined ? "" : `, registered ${daysText(ageInDays(registered, now))} ago`} (--keep-for ${keepFor}d)`,
    "nobody needs it",
  ];
}

function registeredAt(id: ReleaseId, { publications }: StoreNeeds): string | undefined {
  const times = publications.filter(({ image, version }) => image === id.image && version === id.version).flatMap(({ at }) => at ?? []);
  return times.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}
