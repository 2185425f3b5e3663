import * as pulumi from "@pulumi/pulumi";
import type { ImagePlan } from "#model/plan";
import { releaseName, type BuildRecord } from "#model/release";
import type { SiteConfig } from "#model/config/types";
import { registration, type SiteRelease } from "#components/sites/registration";
import { succeeded } from "#components/outcome";
import { Hold } from "#providers/hold/resource";
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
  readonly sha256: pulumi.Input<string>;
  readonly bytes: pulumi.Input<number>;
  /** The reference on each site, by the site's name. */
  readonly sites: Readonly<Record<string, string>>;
}

/**
 * One operating-system image: its build, the holds on its releases, and its registration on every site. What depends on a
 * resource that failed is not declared at all, so that the engine reports the failure once, where it happened.
 */
export class OsImage extends pulumi.ComponentResource {
  /** Of the current release; where its build failed, of the newest one that stays; absent where there is none. */
  readonly facts: pulumi.Input<ImageFacts | undefined>;
  /** The build, once it is done; undefined where it, or that of a layer below, failed. */
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
    const retained = plan.retained.map((record) => this.createRegistrations(stored(record), []));
    this.done = Promise.all([this.registerCurrent(), ...retained]);
    this.facts = this.currentFacts();
    this.registerOutputs({});
  }

  /** A reviewer reads beside the image why it will be built. */
  private explain(): void {
    const { record, reasons, version } = this.args.plan;
    if (!record) void pulumi.log.info(`will build ${version}: ${reasons.join("; ")}`, this);
  }

  private async createBuild(): Promise<PackerBuild | undefined> {
    const { plan: { image, version, key }, parent } = this.args;
    const below = await parent?.build;
    if (parent && !below) return undefined;
    // Dropping a release from the plan never touches the store.
    const options = { parent: this, retainOnDelete: true, dependsOn: below ? [below] : [] };
    const name = releaseName({ image: image.name, version });
    const build = new PackerBuild(name, { image: image.name, version, key }, options);
    return (await succeeded(name, build)) ? build : undefined;
  }

  private async registerCurrent(): Promise<void> {
    const { image, version, key, record } = this.args.plan;
    const build = await this.build;
    if (!build) return;
    // Facts from the ledger make exact previews; without them the build's outputs stand in.
    const { sha256, bytes } = record?.disk ?? build;
    await this.createRegistrations({ image: image.name, version, key, sha256, bytes }, [build]);
  }

  private async createRegistrations(release: SiteRelease, dependsOn: pulumi.Resource[]): Promise<void> {
    const { sites, project, stack } = this.args;
    const { image, version } = release;
    const name = `hold/${releaseName(release)}`;
    const hold = new Hold(name, { image, version, project, stack }, { parent: this, dependsOn });
    if (!(await succeeded(name, hold))) return;
    await Promise.all(sites.map((site) => {
      const declared = registration(site, release).declare({ parent: this, dependsOn: [hold] });
      return succeeded(`${site.name}/${releaseName(release)}`, declared);
    }));
  }

  private currentFacts(): pulumi.Input<ImageFacts | undefined> {
    const { image, version, key, record, retained } = this.args.plan;
    if (record) return this.describe(stored(record));
    const built = ({ sha256, bytes }: PackerBuild) => this.describe({ image: image.name, version, key, sha256, bytes });
    const last = retained[0] && this.describe(stored(retained[0]));
    return this.build.then((build) => (build ? built(build) : last));
  }

  private describe(release: SiteRelease): ImageFacts {
    const { version, key, sha256, bytes } = release;
    const sites = Object.fromEntries(this.args.sites.map((site) => [site.name, registration(site, release).reference]));
    return { version, key, sha256, bytes, sites };
  }
}

/** A release that the store has, as sites need it. */
function stored({ image, version, key, disk: { sha256, bytes } }: BuildRecord): SiteRelease {
  return { image, version, key, sha256, bytes };
}
