import * as pulumi from "@pulumi/pulumi";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { SiteConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";
import { siteOf } from "#model/places";
import type { ImagePlan, StoredRelease } from "#model/plan";
import { releaseName } from "#model/release";
import { registrationName, type RegisterOptions, type SealedFormat, type Site } from "#components/sites/site";
import type { KeptRegistration, LeavingRelease } from "#components/withdrawal";
import { explainPlan } from "#components/explain-plan";
import { fail, succeeded } from "#components/outcome";
import { DiskFormat } from "#providers/disk-format/resource";
import { Hold } from "#providers/hold/resource";
import { Inspection } from "#providers/inspection/resource";
import { PackerBuild } from "#providers/packer-build/resource";
import { Publication } from "#providers/publication/resource";

export interface OsImageArgs {
  /** The release to have now, and the older ones that stay. */
  readonly plan: ImagePlan;
  /** Sites that serve the image. */
  readonly sites: readonly Site[];
  /** The parent's component: its build comes first. */
  readonly parent?: OsImage;
  readonly project: string;
  readonly stack: string;
  /** Names of sites that this run leaves out because they did not answer. */
  readonly unreachable: ReadonlySet<string>;
  /** Versions of the image that are revoked. */
  readonly revoked: ReadonlySet<string>;
}

/** What users of the stack see of an image. */
export interface ImageFacts {
  readonly version: string;
  readonly key: string;
  /** Of the disk that was built, from which every format is made. */
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
  /** Of each site by its name, the reference of each format by its name. */
  readonly sites: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Facts = pulumi.Input<ImageFacts | undefined>;

type SiteNames = ReadonlySet<string>;

const none: SiteNames = new Set();

/** By the name of the format; undefined where its conversion failed. */
type SealedFormats = ReadonlyMap<string, Promise<SealedFormat | undefined>>;

/**
 * One operating-system image: its build, the gates that it must pass, its sealed formats, the holds on its releases, and
 * their registration on every site. What depends on a resource that failed is not declared at all, so that the engine
 * reports the failure once, where it happened, and what does not depend on it goes on.
 */
export class OsImage extends pulumi.ComponentResource {
  /** Of the current release; where its build failed, of the newest one that stays; absent where there is none. */
  readonly facts: Facts;
  /** The build, once it is done; undefined where it, or that of a layer below, failed, or where nothing is built. */
  readonly build: Promise<PackerBuild | undefined>;
  /** Ends when everything of the image is registered, or has failed. */
  readonly done: Promise<unknown>;
  /** Revoked releases that stay registered. Whole once all is `done`. */
  readonly keptRevoked: KeptRegistration[] = [];
  /** Revoked releases that are no longer declared on a site, where the engine deletes them last. Whole once all is `done`. */
  readonly leavingRevoked: LeavingRelease[] = [];
  private readonly args: OsImageArgs;
  /** Sites on which everything of a release succeeded, by version. */
  private readonly served = new Map<string, SiteNames>();
  /** When this run saw that a site has a release, in seconds, by `<version>/<site>`. */
  private readonly seen = new Map<string, number>();

  constructor(name: string, args: OsImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("imagefleet:index:OsImage", name, {}, options);
    this.args = args;
    explainPlan(args.plan, this);
    this.build = this.createBuild();
    this.done = this.registerAll();
    this.facts = this.currentFacts();
    this.registerOutputs({});
  }

  get plan(): ImagePlan {
    return this.args.plan;
  }

  /** Whether a site has everything of a release. Meaningful once all is `done`. */
  isServed(site: string, version: string): boolean {
    return this.served.get(version)?.has(site) ?? false;
  }

  /** SHA-256 of a release's disk; undefined where it could not be built. */
  async diskOf(version: string): Promise<pulumi.Input<string> | undefined> {
    const { release, retained } = this.args.plan;
    const stored = [...(release ? [release] : []), ...retained].find(({ build }) => build.version === version);
    return stored?.build.disk.sha256 ?? (await this.build)?.sha256;
  }

  private async createBuild(): Promise<PackerBuild | undefined> {
    const { plan: { image, version, key, gateSet }, parent } = this.args;
    if (gateSet === undefined) return undefined;
    const below = await parent?.build;
    if (parent && !below) return undefined;
    const name = this.releaseName;
    const build = new PackerBuild(name, { image: image.name, version, key }, this.kept(below ? [below] : []));
    return (await succeeded(name, build)) ? build : undefined;
  }

  /** Newest first: a release counts as superseded where a newer one is registered, not where one is only planned. */
  private async registerAll(): Promise<void> {
    const { plan } = this.args;
    let served = await (plan.gateSet === undefined ? this.registerStored(plan.release!, none, true) : this.registerCurrent(plan.gateSet));
    this.served.set(plan.version, served);
    await this.recordPublication(plan.version, this.args.sites, plan.image.distributeWithin);
    // Nothing is superseded by what nobody is to get.
    if (this.args.revoked.has(plan.version)) served = none;
    for (const release of plan.retained) {
      const own = await this.registerStored(release, served, false);
      this.served.set(release.build.version, own);
      await this.recordPublication(release.build.version, this.args.sites.filter(({ config }) => formatsOf(config).every((format) => release.formats[format])));
      if (!this.args.revoked.has(release.build.version)) served = served.union(own);
    }
  }

  /** Gates are edges of the graph: formats, and so sites, come after them. A failed format holds back its own sites alone. */
  private async registerCurrent(gateSet: string): Promise<SiteNames> {
    const build = await this.build;
    if (!build) return none;
    const { image, version, key, formats } = this.args.plan;
    const inspection = new Inspection(`inspection/${this.releaseName}`, { image: image.name, version, key, gateSet }, this.kept([build]));
    if (!(await succeeded(`inspection/${this.releaseName}`, inspection))) return none;
    const hold = await this.createHold(version, [inspection]);
    if (!hold) return none;
    const sealed = new Map(formats.map((format) => [format.name, this.createFormat(format, gateSet, build, inspection)]));
    return this.publish(sealed, { parent: this, dependsOn: [hold], superseded: false });
  }

  private async createFormat(format: Format, gateSet: string, build: PackerBuild, inspection: Inspection): Promise<SealedFormat | undefined> {
    const { image, version, key, release } = this.args.plan;
    const name = `format/${format.name}/${this.releaseName}`;
    const made = new DiskFormat(name, { image: image.name, version, key, format: format.name }, this.kept([inspection]));
    if (!(await succeeded(name, made))) return undefined;
    // Facts from the ledger make exact previews; without them the outputs of build and conversion stand in.
    const { sha256, bytes } = release?.formats[format.name]?.artifact ?? made;
    const { virtualBytes } = release?.build.disk ?? build;
    return { image: image.name, version, key, format, sha256, bytes, virtualBytes, os: release ? release.build.os : build.os, gateSet };
  }

  /** From the store's records alone, with those of its formats that were sealed: a new site's may be missing. */
  private async registerStored({ build, formats, passed }: StoredRelease, served: SiteNames, current: boolean): Promise<SiteNames> {
    const { image, version, key, os, disk: { virtualBytes } } = build;
    const hold = await this.createHold(version, []);
    if (!hold) return none;
    const sealed = new Map(Object.values(formats).flatMap(({ format: name, artifact: { sha256, bytes } }) => {
      const format = parseFormat(name);
      return format ? [[name, Promise.resolve({ image, version, key, format, sha256, bytes, virtualBytes, os, gateSet: passed.at(-1)! })]] : [];
    }));
    const options = { parent: this, dependsOn: [hold] };
    return current ? this.publish(sealed, { ...options, superseded: false }) : this.registerOn(this.args.sites, sealed, options, served);
  }

  private async createHold(version: string, dependsOn: pulumi.Resource[]): Promise<Hold | undefined> {
    const { plan: { image }, project, stack } = this.args;
    const name = `hold/${releaseName({ image: image.name, version })}`;
    const hold = new Hold(name, { image: image.name, version, project, stack }, { parent: this, dependsOn });
    return (await succeeded(name, hold)) ? hold : undefined;
  }

  /** The current release: sites marked as master try it out before the others take it. */
  private async publish(sealed: SealedFormats, options: RegisterOptions): Promise<SiteNames> {
    if (this.args.revoked.has(this.args.plan.version)) return this.registerOn(this.args.sites, sealed, options, none); // what nobody is to get needs no trial
    const [others = [], masters = []] = [false, true].map((master) => this.args.sites.filter(({ config }) => isMaster(config) === master));
    const tried = await this.registerOn(masters, sealed, options, none);
    const waiting = masters.filter(({ config }) => !tried.has(config.name) || this.args.unreachable.has(config.name));
    if (waiting.length === 0) return tried.union(await this.registerOn(others, sealed, options, none));
    for (const { config: { name } } of waiting) await fail(`${name}/${this.releaseName}`, `the other sites wait until ${name}, the master, has tried ${this.releaseName}`, this);
    return tried;
  }

  /** @returns the sites on which everything succeeded. */
  private async registerOn(sites: readonly Site[], sealed: SealedFormats, options: Omit<RegisterOptions, "superseded">, served: SiteNames): Promise<SiteNames> {
    const done = await Promise.all(sites.map(async (site) => {
      const superseded = served.has(site.config.name);
      const each = await Promise.all(formatsOf(site.config).map(async (name) => {
        const format = await sealed.get(name);
        const registered = format !== undefined && (await this.registerFormat(site, format, { ...options, superseded }));
        if (registered) this.seen.set(`${format.version}/${site.config.name}`, Math.floor(Date.now() / 1000));
        return registered;
      }));
      return each.every(Boolean) ? [site.config.name] : [];
    }));
    return new Set(done.flat());
  }

  private async registerFormat(site: Site, format: SealedFormat, options: RegisterOptions): Promise<boolean> {
    if (!this.args.revoked.has(format.version)) return site.register(format, options);
    const { image, version } = format;
    if (!site.keep) return this.leave(site.config, version);
    const resources = await site.keep(format, { ...options, superseded: true, withdrawn: true });
    if (!resources) return false;
    this.keptRevoked.push({ site: site.config.name, image, version, name: registrationName(site.config.name, format), resources });
    return true;
  }

  private leave(site: SiteConfig, version: string): true {
    const known = this.leavingRevoked.some((one) => one.site === site && one.version === version);
    if (!known) this.leavingRevoked.push({ site, image: this.args.plan.image.name, version });
    return true;
  }

  /** Once all sites have a release, but for those that could not be asked. A failure ends the run: then nothing is deleted either. */
  private async recordPublication(version: string, sites: readonly Site[], distributeWithin?: number): Promise<void> {
    const { plan: { image: { name: image } }, project, stack, unreachable } = this.args;
    const away = ({ config }: Site) => [...unreachable].some((place) => siteOf(place) === config.name);
    if (sites.length === 0 || !sites.every((site) => away(site) || this.isServed(site.config.name, version))) return;
    const names = (some: readonly Site[]) => some.map(({ config }) => config.name);
    const seen = Object.fromEntries(names(sites).map((site) => [site, this.seen.get(`${version}/${site}`)!]));
    const name = `publication/${releaseName({ image, version })}`;
    const args = { image, version, project, stack, sites: names(sites), away: names(sites.filter(away)), seen, ...(distributeWithin !== undefined && { distributeWithin }) };
    await succeeded(name, new Publication(name, args, { parent: this }));
  }

  /** Dropping a release from the plan never touches the store. */
  private kept(dependsOn: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, retainOnDelete: true, dependsOn };
  }

  private get releaseName(): string {
    const { image, version } = this.args.plan;
    return releaseName({ image: image.name, version });
  }

  private currentFacts(): Facts {
    const { version, key, release, retained } = this.args.plan;
    if (release) return this.storedFacts(release);
    const last = retained[0] && this.storedFacts(retained[0]);
    return this.build.then((build) => (build ? { version, key, sha256: build.sha256, bytes: build.bytes, sites: this.references(version) } : last));
  }

  private storedFacts({ build: { version, key, disk } }: StoredRelease): ImageFacts {
    return { version, key, sha256: disk.sha256, bytes: disk.bytes, sites: this.references(version) };
  }

  /** Names follow from what is declared, so they are known before anything is built. */
  private references(version: string): ImageFacts["sites"] {
    const { plan: { image }, sites } = this.args;
    const ofSite = (site: Site) => formatsOf(site.config).map((name) => [name, site.reference({ image: image.name, version, format: parseFormat(name)! })]);
    return Object.fromEntries(sites.map((site) => [site.config.name, Object.fromEntries(ofSite(site))]));
  }
}

function isMaster(config: SiteConfig): boolean {
  return "master" in config && config.master !== undefined;
}
