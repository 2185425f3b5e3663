import { resolveChannels, type ChannelFacts, type ResolvedChannel, type WaitingChannel } from "#model/channels";
import type { ConfigFault } from "#model/config/config-error";
import type { ImageConfig } from "#model/config/types";
import type { Format } from "#model/format";
import { finishedRelease, storedRelease, wantedRelease, type CurrentRelease, type ImageLedger, type ImagePlan, type WantedBuild } from "#model/plan";
import type { PublicationDocument } from "#model/publication";
import { answersOf, type Answer } from "#model/answers";
import { settingPath } from "#model/config/setting-path";
import { releaseName, type ReleaseId } from "#model/release";
import { retention } from "#model/retention";
import { compareVersions } from "#model/version";

/** An image, what its sites need, what the store has of it, and what the configuration asks for where something may be built. */
export interface ImageNeeds {
  readonly image: ImageConfig;
  readonly formats: readonly Format[];
  readonly ledger: ImageLedger;
  readonly wanted?: WantedBuild;
}

export interface FleetFacts extends ChannelFacts {
  /** Of this stack. */
  readonly publications: readonly PublicationDocument[];
  readonly now: Date;
}

export interface FleetPlan {
  /** In the order of the needs. */
  readonly images: readonly ImagePlan[];
  readonly channels: readonly ResolvedChannel[];
  readonly waiting: readonly WaitingChannel[];
  /** To the stacks that ask. */
  readonly answers: readonly Answer[];
  /** Names of images of which there is no release to have, where nothing is built. */
  readonly missing: readonly string[];
  readonly faults: readonly ConfigFault[];
}

/** The release that every image should have now, where its channels point, and what stays besides. */
export function planFleet(needs: readonly ImageNeeds[], facts: FleetFacts): FleetPlan {
  const newest = new Map(needs.map((need) => [need.image.name, newestOf(need)]));
  const known = needs.map(({ image, ledger, wanted }) => ({ image, ledger, latest: newest.get(image.name)?.version, builds: wanted !== undefined }));
  const { resolved, waiting, faults } = resolveChannels(known, facts);
  const isWaiting = (name: string) => waiting.some(({ image }) => image === name);
  const plans = new Map<string, ImagePlan>();
  for (const need of childrenFirst(needs)) {
    const channels = resolved.filter(({ image }) => image === need.image.name);
    const current = need.wanted ? newest.get(need.image.name) : (promoted(need, channels) ?? (isWaiting(need.image.name) ? undefined : newest.get(need.image.name)));
    if (current) plans.set(need.image.name, complete(need, current, channels, { facts, layered: layeredOn(need.image.name, plans) }));
  }
  // An image whose channel has a fault is told of once.
  const missing = needs.map(({ image }) => image.name).filter((name) => !plans.has(name) && !isWaiting(name) && !faults.some(({ path }) => path.endsWith(`.${name}`)));
  return { images: needs.flatMap(({ image }) => plans.get(image.name) ?? []), channels: resolved, waiting, answers: answersOf(facts.requests, resolved, waiting), missing, faults: [...faults, ...lost(needs, plans, waiting)] };
}

/** Nobody has the image where no channel has got it; but one that the stack has already is not taken away for a request that has gone. */
function lost(needs: readonly ImageNeeds[], plans: ReadonlyMap<string, ImagePlan>, waiting: readonly WaitingChannel[]): ConfigFault[] {
  return needs.filter(({ image, ledger }) => !plans.has(image.name) && ledger.held.length > 0).flatMap(({ image: { name }, ledger }) => waiting.filter(({ image }) => image === name).map(({ channel, refused }) => ({
    path: settingPath(["channels", channel, name]),
    problem: `this stack has ${ledger.held.join(", ")} of ${name}, the store does not say where ${channel} points, and ${refused === undefined ? "nobody asks for a release" : `what is asked for does not count: ${refused}`}`,
    hint: "name the release in place of request, or let it be asked for",
  })));
}

/** What `latest` stands for. */
function newestOf({ image, formats, ledger, wanted }: ImageNeeds): CurrentRelease | undefined {
  if (wanted) return wantedRelease(image, ledger, wanted);
  const finished = finishedRelease(formats, ledger);
  return finished && storedRelease(finished);
}

/** Where nothing is built, a channel decides: the newest release that one of the image points at. */
function promoted({ ledger }: ImageNeeds, channels: readonly ResolvedChannel[]): CurrentRelease | undefined {
  const version = channels.map((channel) => channel.version).sort(compareVersions).at(-1);
  const release = ledger.releases.find(({ build }) => build.version === version);
  return release && storedRelease(release);
}

function complete(need: ImageNeeds, current: CurrentRelease, channels: readonly ResolvedChannel[], { facts, layered }: { facts: FleetFacts; layered: ReadonlyMap<string, readonly string[]> }): ImagePlan {
  const { image, formats, ledger } = need;
  const own = <T extends { readonly image: string }>(all: readonly T[]) => all.filter((one) => one.image === image.name);
  const revoked = new Set(ledger.releases.map(({ build }) => build.version).filter((version) => facts.revoked.has(releaseName({ image: image.name, version }))));
  const { stays, dropped } = retention(image, ledger, { current: current.version, channels, pointed: own(facts.pointed), publications: own(facts.publications), layered, revoked, now: facts.now });
  const retained = stays.map(({ version }) => ledger.releases.find(({ build }) => build.version === version)!);
  return { image, formats, ...current, retained, stays, dropped, channels };
}

/** Releases that stay and are layered on one of an image, by its version. */
function layeredOn(image: string, plans: ReadonlyMap<string, ImagePlan>): Map<string, string[]> {
  const children = [...plans.values()].flatMap(({ release, retained }) => [release, ...retained].flatMap((one) => one?.build ?? []));
  const layered = new Map<string, string[]>();
  for (const { image: name, version, parent } of children) {
    if (parent?.image === image) layered.set(parent.version, [...(layered.get(parent.version) ?? []), releaseName({ image: name, version } satisfies ReleaseId)]);
  }
  return layered;
}

/** A release stays while one that is layered on it does. */
function childrenFirst(needs: readonly ImageNeeds[]): ImageNeeds[] {
  const images = new Map(needs.map((need) => [need.image.name, need.image]));
  const depth = (name: string | undefined): number => (name === undefined || !images.has(name) ? 0 : 1 + depth(images.get(name)!.parent));
  return needs.toSorted((a, b) => depth(b.image.name) - depth(a.image.name));
}
