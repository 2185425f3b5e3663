import * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "#fleet/load-fleet";
import { wavesOf, type ImageWave } from "#model/channel-waves";
import type { ChannelConfig } from "#model/config/channel";
import { ownerOf } from "#model/owner";
import { siteOf } from "#model/places";
import type { OsImage } from "#components/os-image";
import { declareHooks } from "#components/hooks";
import { fail, succeeded, succeededWith } from "#components/outcome";
import { ChannelFlip } from "#providers/channel-flip/resource";

export interface ChannelArgs {
  readonly channel: ChannelConfig;
  /** What is promoted: everything of it is declared already. */
  readonly image: OsImage;
  /** Release that the channel points at. */
  readonly version: string;
  /** It leaves a release that was revoked: nobody is to wait between its waves. */
  readonly hurry: boolean;
  /** Name of the channel for which somebody must have asked for it. */
  readonly request?: string;
  readonly world: Pick<Fleet, "project" | "stack" | "unreachable" | "config">;
}

/**
 * A channel of one image: a `ChannelFlip` for each wave, after what its required sites have registered. A wave that cannot be moved, or
 * fails, stops those after it, and is named.
 */
export class Channel extends pulumi.ComponentResource {
  /** Ends when all waves have moved, with the last one, or one of them could not: those who follow the channel find what they will find. */
  readonly moved: Promise<ChannelFlip | undefined>;
  /** Ends when the hooks that follow have run, too, or have failed. */
  readonly done: Promise<unknown>;
  readonly name: string;
  /** Name of its image. */
  readonly of: string;
  private readonly args: ChannelArgs;
  private readonly flips: ChannelFlip[] = [];

  constructor(args: ChannelArgs, options?: pulumi.ComponentResourceOptions) {
    super("imagefleet:index:Channel", `${args.channel.name}/${args.image.plan.image.name}`, {}, options);
    this.args = args;
    this.name = args.channel.name;
    this.of = args.image.plan.image.name;
    const promoted = this.promote();
    this.moved = promoted;
    this.done = promoted.then((last) => last && this.tell(last));
    this.registerOutputs({});
  }

  /** Best-effort sites of all its waves that lag. Whole once it has `moved`. */
  get lagging(): pulumi.Output<string[]> {
    return pulumi.all(this.flips.map(({ lagging }) => lagging)).apply((all) => all.flatMap((sites) => sites ?? []));
  }

  /** @returns the last wave; undefined where one of them was not moved. */
  private async promote(): Promise<ChannelFlip | undefined> {
    const { channel, image } = this.args;
    let former: ChannelFlip | undefined;
    for (const wave of wavesOf(channel, image.plan.image)) {
      former = await this.move(wave, former);
      if (!former) return undefined;
      this.flips.push(former);
    }
    return former;
  }

  private async tell(last: ChannelFlip): Promise<void> {
    const { channel, image, version, world } = this.args;
    const sha256 = (await image.diskOf(version))!;
    await declareHooks(world.config.hooks, "promotion", { image: image.plan.image.name, version, channel: channel.name, sha256 }, { parent: this, dependsOn: [last] });
  }

  /** @returns undefined where it was not moved. */
  private async move(wave: ImageWave, former: ChannelFlip | undefined): Promise<ChannelFlip | undefined> {
    const { channel, image, version, request, hurry, world } = this.args;
    const name = `channel/${channel.name}/${image.plan.image.name}/wave-${wave.wave}`;
    const sha256 = await image.diskOf(version);
    const required = wave.sites.filter((site) => !wave.bestEffort.includes(site));
    const lacking = required.filter((site) => !image.isServed(site, version));
    if (sha256 === undefined || lacking.length > 0) {
      await fail(name, `${this.goal} waits: ${lacking.length > 0 ? `${lacking.join(", ")} could not register it` : "it was not built"}`, this);
      return undefined;
    }
    this.nameUnreachable(wave);
    const flip = new ChannelFlip(name, {
      channel: channel.name, image: image.plan.image.name, version, sha256, stack: ownerOf(world), approval: channel.approval, request,
      wave: wave.wave, sites: [...wave.sites], bestEffort: [...wave.bestEffort], pause: hurry ? 0 : wave.pause, last: wave.last, after: former?.since,
    }, { parent: this, dependsOn: [...required.flatMap((site) => this.registrations(site)), ...(former ? [former] : [])] });
    return (await succeeded(name, flip)) ? flip : undefined;
  }

  /** What depends on a place that is left out of a run is left out too, so the channel stays where it is there. */
  private nameUnreachable({ sites, bestEffort, wave }: ImageWave): void {
    const lost = [...this.args.world.unreachable].filter((place) => sites.includes(siteOf(place)));
    const holding = lost.filter((place) => !bestEffort.includes(siteOf(place)));
    if (holding.length > 0) void pulumi.log.warn(`${this.goal} waits in wave ${wave}: ${holding.join(", ")} cannot be reached`, this);
    const lagging = lost.filter((place) => !holding.includes(place));
    if (lagging.length > 0) void pulumi.log.warn(`${lagging.join(", ")} will lag behind, and cannot be reached`, this);
  }

  /** All that a site has of the release, and what follows on all registrations of the site, such as a sync. */
  private registrations(site: string): pulumi.Resource[] {
    const release = `/${this.args.image.plan.image.name}@${this.args.version}/`;
    return succeededWith((name) => name.startsWith(`${site}/`) && (name.includes(release) || name.endsWith("/sync")));
  }

  private get goal(): string {
    const { channel, image, version } = this.args;
    return `moving ${channel.name} of ${image.plan.image.name} to ${version}`;
  }
}
