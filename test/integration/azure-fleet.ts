import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { definitionName } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import type { BuildRecord, FormatRecord, ReleaseId } from "#model/release";
import { tagNames } from "#model/tags";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAzure, type Azure } from "../servers/azure/start-azure.ts";
import type { StrictServer } from "../servers/strict-proxy.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { CloudFleet, type Keys } from "./cloud-fleet.ts";
import { Project } from "./project.ts";

export const id: ReleaseId = { image: "tiny", version: "2026.1101.1" };
/** Of its disk on its way. */
export const blob = "tiny-2026.1101.1.vhd";
/** What asks for a version, and what sends bytes. */
export const made = { method: "PUT", path: /\/versions\/[^/]+$|\/versions\/[^/]+\?/ };
export const sent = { method: "PUT", path: /comp=page/ };

/** A version of an image definition, as far as tests look at it. */
export interface Version {
  readonly id: string;
  readonly name: string;
  readonly tags?: Record<string, string>;
  readonly properties: { readonly provisioningState: string; readonly publishingProfile: { readonly targetRegions: readonly { readonly name: string }[]; readonly excludeFromLatest: boolean } };
}

interface FleetOptions {
  /** A fleet beside it in this process, whose key it takes. */
  readonly other?: AzureFleet | undefined;
  readonly site?: Partial<AzureSite>;
  /** What the release's build says of its system. */
  readonly os?: BuildRecord["os"];
}

/** A stack that never builds, with one release in its store, on one gallery of Azure. */
export class AzureFleet extends CloudFleet {
  readonly azure: Azure;
  readonly project: Project;

  private constructor(azure: Azure, project: Project, keys: Keys) {
    super(keys);
    this.azure = azure;
    this.project = project;
  }

  /** The release is sealed by a key of its own. */
  static async create({ other, site = {}, os }: FleetOptions = {}): Promise<AzureFleet> {
    const keys = await CloudFleet.makeKeys(other);
    const azure = await startAzure({ containers: [] });
    const project = await Project.create({
      build: "never",
      images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["cloud"] } },
      sites: { cloud: { kind: "azure", ...azure.site, replicateTo: [{ region: "northeurope", replicas: 1 }], tags: { team: "platform" }, ...site } },
    });
    Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: keys.key, ...azure.env });
    await installStandInPlugins(project.env["PULUMI_HOME"]!, ["azure-native"]);
    await storeRealRelease(project.store, id, ["vhd"], undefined, { ...(os && { os }) });
    return new AzureFleet(azure, project, keys);
  }

  protected stop(): Promise<void> {
    return this.azure.stop();
  }

  /** The services whose calls count, and their names. */
  get services(): readonly (readonly ["blobs" | "arm", StrictServer])[] {
    return [["blobs", this.azure.blobs], ["arm", this.azure.arm]];
  }

  /** Without faults, and as if nothing had been asked. */
  heal(): void {
    for (const [, server] of this.services) {
      server.heal();
      server.reset();
    }
  }

  get versions(): Version[] {
    return this.azure.outOfBand.all("Microsoft.Compute/galleries/images/versions") as unknown as Version[];
  }

  /** As it was sealed. */
  async disk(): Promise<FormatRecord["artifact"]> {
    return (await this.project.store.record<FormatRecord>(id, "formats/vhd"))!.artifact;
  }

  /** As it should be: one version of one definition, whole in every region, and nothing left of what it was made of. */
  async requireConverged(what = ""): Promise<void> {
    const { outOfBand, site } = this.azure;
    expect(outOfBand.all("Microsoft.Compute/galleries/images").map(({ name }) => name), what).toEqual([definitionName(id.image)]);
    expect(this.versions, what).toMatchObject([{
      name: id.version, properties: { provisioningState: "Succeeded", publishingProfile: { excludeFromLatest: true } },
      tags: { team: "platform", [tagNames.key]: keyOf(id), [tagNames.sha256]: (await this.disk()).sha256, [tagNames.stack]: "imagefleet/test", [tagNames.channel]: "latest" },
    }]);
    expect(outOfBand.replicas(this.versions[0]!.id).map(({ state }) => state), what).toEqual(this.versions[0]!.properties.publishingProfile.targetRegions.map(() => "Completed"));
    expect(await outOfBand.blobs(site.container), what).toEqual([]);
    expect(await readdir(this.project.path(".imagefleet/uploads/cloud")).catch(() => []), what).toEqual([]);
  }

  /** All of it is gone, and so is what the engine knows of it. */
  async forget(): Promise<void> {
    const { outOfBand, site } = this.azure;
    for (const type of ["Microsoft.Compute/galleries/images/versions", "Microsoft.Compute/galleries/images"]) for (const one of outOfBand.all(type)) outOfBand.delete(one.id);
    for (const name of await outOfBand.blobs(site.container)) await outOfBand.deleteBlob(site.container, name);
    await this.forgetState();
  }
}
