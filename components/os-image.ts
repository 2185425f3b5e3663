import * as pulumi from "@pulumi/pulumi";
import type { ImagePlan } from "#model/plan";
import { releaseName } from "#model/release";
import type { SiteConfig } from "#model/config/types";
import { declareSite, type SiteRelease } from "#components/sites/declare";
import { Hold } from "#providers/hold/resource";
import { orAbsent } from "#components/or-absent";
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

/** One operating-system image: its build, the holds on its releases, and its registration on every site. */
export class OsImage extends pulumi.ComponentResource {
  readonly build: PackerBuild;
  /** What users of the stack see of it. */
  readonly facts: { version: string; key: string; sha256: pulumi.Output<string | undefined>; bytes: pulumi.Output<number | undefined>; sites: Record<string, string> };

  constructor(name: string, args: OsImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("imagefleet:index:OsImage", name, {}, options);
    const { plan } = args;
    this.explain(plan);
    this.build = this.createBuild(plan, args.parent);
    const current = this.currentRelease(plan);
    const references = this.createRegistrations(args, current, [this.build]);
    for (const record of plan.retained) this.createRegistrations(args, { ...record, sha256: record.disk.sha256, bytes: record.disk.bytes }, []);
    this.facts = { version: plan.version, key: plan.key, sha256: orAbsent(current.sha256), bytes: orAbsent(current.bytes), sites: references };
    this.registerOutputs({});
  }

  /** A reviewer reads beside the image why it will be built. */
  private explain({ record, reasons, version }: ImagePlan): void {
    if (!record) void pulumi.log.info(`will build ${version}: ${reasons.join("; ")}`, this);
  }

  private createBuild({ image, version, key }: ImagePlan, parent: OsImage | undefined): PackerBuild {
    // Dropping a release from the plan never touches the store.
    const options = { parent: this, retainOnDelete: true, dependsOn: parent ? [parent.build] : [] };
    return new PackerBuild(releaseName({ image: image.name, version }), { image: image.name, version, key }, options);
  }

  /** Facts from the ledger make exact previews; without them the build's outputs stand in. */
  private currentRelease({ image, version, key, record }: ImagePlan): SiteRelease & { sha256: pulumi.Output<string>; bytes: pulumi.Output<number> } {
    const sha256 = record ? pulumi.output(record.disk.sha256) : this.build.sha256;
    const bytes = record ? pulumi.output(record.disk.bytes) : this.build.bytes;
    return { image: image.name, version, key, sha256, bytes };
  }

  /** @returns the reference under which each site serves the release. */
  private createRegistrations({ sites, project, stack }: OsImageArgs, release: SiteRelease, dependsOn: pulumi.Resource[]): Record<string, string> {
    const { image, version } = release;
    const hold = new Hold(`hold/${releaseName(release)}`, { image, version, project, stack }, { parent: this, dependsOn });
    return Object.fromEntries(sites.map((site) => [site.name, declareSite(site, release, { parent: this, dependsOn: [hold] })]));
  }
}
