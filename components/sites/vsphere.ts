import type * as pulumi from "@pulumi/pulumi";
import type { Publisher, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { itemReference } from "#model/vsphere";
import { declareItem, type Registered } from "#components/sites/vsphere/item";
import { declareLibrary, type Library } from "#components/sites/vsphere/library";
import { declareSubscribed } from "#components/sites/vsphere/subscribed";
import { declareSync } from "#components/sites/vsphere/sync";
import { declareTestDeploys } from "#components/sites/vsphere/test-deploy";
import type { RegisterOptions, SealedFormat, Site, SiteWorld } from "#components/sites/site";

/** A boundary of vCenters: an OVA enters it once for each publisher, and subscribers pull it inside. */
export function vsphereSite(config: VsphereSite, world: SiteWorld): Site {
  const generations = config.publishers.map((publisher) => new Generation(config, publisher, world));
  return {
    config,
    reference: (release) => itemReference(config, release, release.format.name),
    async register(release, options) {
      const takers = generations.filter(({ publisher }) => publisher.format === release.format.name);
      const done = await Promise.all(takers.map((taker) => taker.register(release, options)));
      return done.every(Boolean);
    },
    async finish() {
      await Promise.all(generations.map((generation) => generation.finish()));
    },
  };
}

/** A publisher with its subscribers. */
class Generation {
  readonly publisher: Publisher;
  private readonly site: VsphereSite;
  private readonly world: SiteWorld;
  private readonly items: Registered[] = [];
  private published?: Promise<Library | undefined>;

  constructor(site: VsphereSite, publisher: Publisher, world: SiteWorld) {
    this.site = site;
    this.publisher = publisher;
    this.world = world;
  }

  async register(release: SealedFormat, options: RegisterOptions): Promise<boolean> {
    const library = await (this.published ??= declareLibrary(this.site, this.publisher, this.world));
    const item = library && (await declareItem(this.site, this.publisher, library, release, this.world, options));
    if (item) this.items.push({ ...options, release, item });
    return item !== undefined;
  }

  /** Subscribers are told once, of everything: the items of releases that stay, too. */
  async finish(): Promise<void> {
    const published = await this.published;
    if (!published) return;
    await Promise.all([
      this.test(this.publisher, published.library.id),
      ...this.publisher.subscribers.map(async (subscriber) => {
        const pulled = await declareSubscribed(this.site, this.publisher, published, subscriber, this.world);
        const sync = pulled && (await declareSync(this.site, { publisher: this.publisher, published, subscriber, pulled, items: this.items }));
        if (sync) await this.test(subscriber, pulled.libraryId, sync);
      }),
    ]);
  }

  private async test(vcenter: Vcenter, libraryId: pulumi.Output<string>, sync?: pulumi.Resource): Promise<void> {
    if (this.site.testDeploy?.vcenter !== vcenter.name) return;
    const current = this.items.filter(({ superseded }) => !superseded);
    await declareTestDeploys(this.site, { config: this.site.testDeploy, vcenter, libraryId, items: current, ...(sync && { sync }) });
  }
}
