import * as pulumi from "@pulumi/pulumi";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { SiteConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";
import type { ImagePlan, StoredRelease } from "#model/plan";
import { releaseName } from "#model/release";
import { registration, registrationName, type SealedFormat } from "#components/sites/registration";
import { succeeded } from "#components/outcome";
import { DiskFormat } from "#providers/disk-format/resource";
import { Hold } from "#providers/hold/resource";
import { Inspection } from "#providers/inspection/resource";
import { PackerBuild } from "#providers/packer-build/resource";

export interface OsImageArgs {
  /** The release to have now, and the older ones that stay. */
  readonly plan: ImagePlan;
  /** Sites that serve the image. */
  readonly sites: readonly SiteConfig[];
  /** The parent's component: its build comes first. */
  readonly parent?: OsImage;
  readonly project: string;
  readonly stack: string;
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
  private readonly args: OsImageArgs;

  constructor(name: string, args: OsImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("imagefleet:index:OsImage", name, {}, options);
    this.args = args;
    const { plan } = args;
    this.explain();
    this.build = this.createBuild();
    const current = plan.gateSet === undefined ? this.registerStored(plan.release!) : this.registerCurrent(plan.gateSet);
    this.done = Promise.all([current, ...plan.retained.map((release) => this.registerStored(release))]);
    this.facts = this.currentFacts();
    this.registerOutputs({});
  }

  /** A reviewer reads beside the image why it will be built. */
  private explain(): void {
    const { release, reasons, version } = this.args.plan;
    if (!release) void pulumi.log.info(`will build ${version}: ${reasons.join("; ")}`, this);
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

  /** Gates are edges of the graph: formats, and so sites, come after them. A failed format holds back its own sites alone. */
  private async registerCurrent(gateSet: string): Promise<void> {
    const build = await this.build;
    if (!build) return;
    const { image, version, key, formats } = this.args.plan;
    const inspection = new Inspection(`inspection/${this.releaseName}`, { image: image.name, version, key, gateSet }, this.kept([build]));
    if (!(await succeeded(`inspection/${this.releaseName}`, inspection))) return;
    const hold = await this.createHold(version, [inspection]);
    if (!hold) return;
    await Promise.all(formats.map(async (format) => {
      const sealed = await this.createFormat(format, inspection);
      if (sealed) await this.register(sealed, [hold]);
    }));
  }

  private async createFormat(format: Format, inspection: Inspection): Promise<SealedFormat | undefined> {
    const { image, version, key, release } = this.args.plan;
    const name = `format/${format.name}/${this.releaseName}`;
    const made = new DiskFormat(name, { image: image.name, version, key, format: format.name }, this.kept([inspection]));
    if (!(await succeeded(name, made))) return undefined;
    // Facts from the ledger make exact previews; without them the conversion's outputs stand in.
    const { sha256, bytes } = release?.formats[format.name]?.artifact ?? made;
    return { image: image.name, version, key, format, sha256, bytes };
  }

  /** From the store's records alone, with those of its formats that were sealed: a new site's may be missing. */
  private async registerStored({ build, formats }: StoredRelease): Promise<void> {
    const { image, version, key } = build;
    const hold = await this.createHold(version, []);
    if (!hold) return;
    await Promise.all(Object.values(formats).map(async ({ format: name, artifact: { sha256, bytes } }) => {
      const format = parseFormat(name);
      if (format) await this.register({ image, version, key, format, sha256, bytes }, [hold]);
    }));
  }

  private async createHold(version: string, dependsOn: pulumi.Resource[]): Promise<Hold | undefined> {
    const { plan: { image }, project, stack } = this.args;
    const name = `hold/${releaseName({ image: image.name, version })}`;
    const hold = new Hold(name, { image: image.name, version, project, stack }, { parent: this, dependsOn });
    return (await succeeded(name, hold)) ? hold : undefined;
  }

  private async register(sealed: SealedFormat, dependsOn: pulumi.Resource[]): Promise<void> {
    const takers = this.args.sites.filter((site) => formatsOf(site).includes(sealed.format.name));
    await Promise.all(takers.map((site) => succeeded(registrationName(site, sealed), registration(site, sealed).declare({ parent: this, dependsOn }))));
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
    const { plan: { image, key }, sites } = this.args;
    const ofSite = (site: SiteConfig) => formatsOf(site).map((name) => {
      const sealed = { image: image.name, version, key, format: parseFormat(name)!, sha256: "", bytes: 0 };
      return [name, registration(site, sealed).reference];
    });
    return Object.fromEntries(sites.map((site) => [site.name, Object.fromEntries(ofSite(site))]));
  }
}
