import { whoBuilds, type Builder } from "#model/builders";
import type { ChannelConfig } from "#model/config/channel";
import { latest, requested } from "#model/config/channel-schema";
import type { ConfigFault } from "#model/config/config-error";
import { settingPath } from "#model/config/setting-path";
import type { ImageConfig } from "#model/config/types";
import { nearest } from "#model/nearest";
import type { ImageLedger, StoredRelease } from "#model/plan";
import type { FoundRequest, PublishRequest } from "#model/request";
import { isVersion } from "#model/version";

/** Where a channel of an image points from this run on. */
export interface ResolvedChannel {
  readonly channel: string;
  readonly image: string;
  readonly version: string;
  /** How it comes to that, step by step: `["candidate", "latest"]`, or the version that is written. */
  readonly via: readonly string[];
  /** Where it has pointed so far, as the store says; absent: nowhere. */
  readonly pointed?: string;
  /** Set where it should point at a revoked release, and points at the newest one that is held and not revoked. */
  readonly revokedFallback?: { readonly from: string; readonly reason: string };
  /** Name of the channel by whose signed request alone it moves: itself, or one that it follows. */
  readonly request?: string;
  /** Set where it stays although another stack asks: `images/dev asks for 2026.1101.2, which is revoked (CVE-2026-0001)`. */
  readonly refused?: string;
  /** Set where another stack is asked to move it: what has become of that. */
  readonly asks?: string;
}

/** A channel that points nowhere, and waits for a request. */
export interface WaitingChannel {
  readonly channel: string;
  readonly image: string;
  readonly version?: undefined;
  /** Why the request that there is does not count; absent: nobody asks. */
  readonly refused?: string;
}

/** What resolution needs to know of an image. */
export interface ChannelImage {
  readonly image: ImageConfig;
  readonly ledger: ImageLedger;
  /** Version that `latest` stands for; absent where there is no release at all. */
  readonly latest?: string;
  /** Whether `latest` is what this run builds, inspects and converts: it need not be whole yet. */
  readonly builds: boolean;
}

export interface ChannelFacts {
  readonly channels: Readonly<Record<string, ChannelConfig>>;
  /** What the channels of this stack point at, as the store says. */
  readonly pointed: readonly { readonly channel: string; readonly image: string; readonly version: string; readonly former?: string }[];
  /** Reasons by `<image>@<version>`. */
  readonly revoked: ReadonlyMap<string, string>;
  /** What other stacks ask for, by `<channel>/<image>`. */
  readonly requests: ReadonlyMap<string, readonly FoundRequest[]>;
  /** What this stack asks others for, and what has become of it, by `<channel>/<image>`. */
  readonly asked: ReadonlyMap<string, { readonly version: string; readonly status: string }>;
  /** Names of the formats that a site takes. */
  readonly formatsOf: (site: string) => readonly string[];
  /** For messages: where the store is. */
  readonly store: string;
  /** For messages of a stack that builds nothing: who does. */
  readonly builders?: readonly Builder[];
}

type Outcome = ResolvedChannel | WaitingChannel | ConfigFault[];

/** Finds the release of every channel and image. A fault that channels share is reported where it is written. */
export function resolveChannels(images: readonly ChannelImage[], facts: ChannelFacts): { resolved: ResolvedChannel[]; waiting: WaitingChannel[]; faults: ConfigFault[] } {
  const outcomes = new Map<string, Outcome>();
  for (const channel of Object.values(facts.channels)) {
    for (const [name, target] of Object.entries(channel.images)) {
      const known = images.find(({ image }) => image.name === name);
      if (known) outcomes.set(`${channel.name}/${name}`, new Resolution(channel, known, facts).resolve(target, outcomes));
    }
  }
  const all = [...outcomes.values()];
  const found = all.flatMap((one) => (Array.isArray(one) ? [] : [one]));
  return { resolved: found.filter((one) => one.version !== undefined), waiting: found.filter((one) => one.version === undefined), faults: all.flatMap((one) => (Array.isArray(one) ? one : [])) };
}

/** One channel of one image. */
class Resolution {
  private readonly channel: ChannelConfig;
  private readonly known: ChannelImage;
  private readonly facts: ChannelFacts;

  constructor(channel: ChannelConfig, known: ChannelImage, facts: ChannelFacts) {
    this.channel = channel;
    this.known = known;
    this.facts = facts;
  }

  resolve(target: string, earlier: ReadonlyMap<string, Outcome>): Outcome {
    if (target === requested) return this.resolveRequest();
    const { image, latest: newest } = this.known;
    const source = target === latest || isVersion(target) ? undefined : earlier.get(`${target}/${image.name}`);
    if (Array.isArray(source)) return [];
    if (source && source.version === undefined) return { channel: this.channel.name, image: image.name };
    const version = source?.version ?? (target === latest ? newest : target);
    // That there is no release at all is said of the image.
    if (version === undefined) return [];
    const via = source ? [target, ...source.via] : [target];
    return this.at(version, via, source);
  }

  /** What is asked for, where that counts; else it stays where it is. */
  private resolveRequest(): Outcome {
    const { place: { channel, image, pointed } } = this;
    const found = this.facts.requests.get(`${channel}/${image}`) ?? [];
    const counts = found.find(({ problem }) => problem === undefined)?.says;
    const [first] = found;
    const refusal = counts ? this.refusal(counts) : first?.problem;
    const refused = refusal === undefined ? {} : { refused: `${(counts ?? first)!.stack} asks${counts ? ` for ${counts.version}` : ""}: ${refusal}` };
    if (counts && refusal === undefined) return this.at(counts.version, [requested, counts.stack], { request: channel });
    if (pointed === undefined) return { channel, image, ...refused };
    const stays = this.at(pointed, [pointed], { request: channel });
    return Array.isArray(stays) ? stays : { ...stays, ...refused };
  }

  /** Why a request that is signed is not carried out. What was carried out is asked nothing more. */
  private refusal({ version, sha256 }: PublishRequest): string | undefined {
    if (this.place.pointed === version) return undefined;
    const reason = this.reasonOf(version);
    if (reason !== undefined) return `it is revoked (${reason})`;
    const release = this.known.ledger.releases.find(({ build }) => build.version === version);
    if (release && release.build.disk.sha256 !== sha256) return `the store has it with another digest (${release.build.disk.sha256.slice(0, 16)}) than what is asked for (${sha256.slice(0, 16)})`;
    return this.unusable(version)?.problem;
  }

  private at(version: string, via: readonly string[], source?: Pick<ResolvedChannel, "request" | "revokedFallback">): ResolvedChannel | ConfigFault[] {
    const reason = this.reasonOf(version);
    if (reason !== undefined) return this.fallBack(version, reason, via);
    const fault = this.unusable(version);
    if (fault) return [fault];
    return { ...this.place, version, via, ...(source?.revokedFallback && { revokedFallback: source.revokedFallback }), ...(source?.request !== undefined && { request: source.request }) };
  }

  private fallBack(from: string, reason: string, via: readonly string[]): ResolvedChannel | ConfigFault[] {
    const { ledger, image } = this.known;
    const found = ledger.releases.findLast((release) => ledger.held.includes(release.build.version) && this.reasonOf(release.build.version) === undefined && this.lacking(release) === undefined);
    if (found) return { ...this.place, version: found.build.version, via, revokedFallback: { from, reason } };
    const problem = `it points at ${from}, which is revoked (${reason}), and this stack holds no other release of ${image.name} that it could fall back to`;
    return [{ path: this.path, problem, hint: `build a release with a new epoch (npm run bump -- --image ${image.name}), or point the channel at a release that is not revoked: npm run store -- ls ${image.name}` }];
  }

  private unusable(version: string): ConfigFault | undefined {
    const { image, ledger, builds, latest: newest } = this.known;
    if (builds && version === newest) return undefined;
    const release = ledger.releases.find(({ build }) => build.version === version);
    const problem = release ? this.lacking(release) : this.absence(version);
    if (problem === undefined) return undefined;
    const versions = ledger.releases.map(({ build }) => build.version);
    const known = release ? undefined : `see what there is: npm run store -- ls ${image.name}`;
    return { path: this.path, problem, nearest: release || this.isBuilt(version) ? undefined : nearest(version, versions), hint: builds ? known : this.whoBuilds(version) };
  }

  private absence(version: string): string {
    const { image: { name }, ledger } = this.known;
    const damaged = ledger.damaged.find((release) => release.version === version);
    if (damaged) return `the release ${version} of ${name} in the store ${this.facts.store} is damaged: ${damaged.problem}`;
    if (ledger.taken.includes(version)) return `the release ${version} of ${name} has been removed from the store ${this.facts.store}`;
    return `the store ${this.facts.store} has no release ${version} of ${name}`;
  }

  /** What a release lacks for the sites that must have it before the channel moves. */
  private lacking({ build: { version, image: name }, passed, formats }: StoredRelease): string | undefined {
    if (passed.length === 0) return `the release ${version} of ${name} has not passed its gates`;
    const required = this.known.image.sites.filter((site) => !this.channel.bestEffort.includes(site));
    const missing = required.flatMap((site) => this.facts.formatsOf(site).filter((format) => !formats[format]).map((format) => ({ site, format })));
    if (missing.length === 0) return undefined;
    return `the release ${version} of ${name} is not sealed as ${missing.map(({ site, format }) => `${format} (${site})`).join(", ")}`;
  }

  private isBuilt(version: string): boolean {
    return this.facts.builders?.some((builder) => builder.image === this.known.image.name && builder.version === version) ?? false;
  }

  private whoBuilds(version: string): string {
    const { image: { name, sites }, ledger: { elsewhere } } = this.known;
    const formats = [...new Set(sites.filter((site) => !this.channel.bestEffort.includes(site)).flatMap((site) => this.facts.formatsOf(site)))];
    return `${whoBuilds({ image: name, version, formats, elsewhere }, this.facts.builders ?? [])}; what there is: npm run store -- ls ${name}`;
  }

  private reasonOf(version: string): string | undefined {
    return this.facts.revoked.get(`${this.known.image.name}@${version}`);
  }

  private get place() {
    const { channel: { name: channel, publish }, known: { image: { name: image } } } = this;
    if (publish === "request") {
      const { version, status = "nobody is asked yet" } = this.facts.asked.get(`${channel}/${image}`) ?? {};
      return { channel, image, ...(version !== undefined && { pointed: version }), asks: status };
    }
    const pointed = this.facts.pointed.find((pointer) => pointer.channel === channel && pointer.image === image)?.version;
    return { channel, image, ...(pointed !== undefined && { pointed }) };
  }

  private get path(): string {
    return settingPath(["channels", this.channel.name, this.known.image.name]);
  }
}
