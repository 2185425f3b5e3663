import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import type { FormatRecord } from "#model/release";
import { installStandInPlugins } from "../plugins/install.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import type { StrictServer } from "../servers/strict-proxy.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { CloudFleet, type Keys } from "./cloud-fleet.ts";
import { Project } from "./project.ts";

export const id = { image: "tiny", version: "2026.1101.1" };
/** Of its image. */
export const name = gcpImageName(id);
export const members = ["group:builders@example.com"];
/** What asks for an image, and what begins an upload. */
export const made = { method: "POST", path: /\/global\/images$/ };
export const begun = { method: "POST", path: /uploadType=resumable/ };

/** A stack that never builds, with one release in its store, on one project of Google Cloud. */
export class GcpFleet extends CloudFleet {
  readonly gcp: Gcp;
  readonly project: Project;
  /** Of the archive. */
  readonly bytes: number;

  private constructor(gcp: Gcp, project: Project, bytes: number, keys: Keys) {
    super(keys);
    this.gcp = gcp;
    this.project = project;
    this.bytes = bytes;
  }

  /**
   * Its archive is sent in several chunks. The release is sealed by a key of its own.
   * @param other A fleet beside it in this process, whose key it takes.
   */
  static async create(other?: GcpFleet): Promise<GcpFleet> {
    const keys = await CloudFleet.makeKeys(other);
    const gcp = await startGcp({ log: () => {} });
    const project = await Project.create({
      build: "never",
      images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["google"] } },
      sites: { google: { kind: "gcp", ...gcp.site, members } },
    });
    Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: keys.key, ...gcp.env });
    await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
    const [record] = await storeRealRelease(project.store, id, ["gce"], 600 * 2 ** 10);
    return new GcpFleet(gcp, project, (record as FormatRecord).artifact.bytes, keys);
  }

  protected stop(): Promise<void> {
    return this.gcp.stop();
  }

  /** The services whose calls count, and their names. */
  get services(): readonly (readonly ["storage" | "compute", StrictServer])[] {
    return [["storage", this.gcp.storage], ["compute", this.gcp.compute]];
  }

  /** Without faults, and as if nothing had been asked. */
  heal(): void {
    for (const [, server] of this.services) {
      server.heal();
      server.reset();
    }
  }

  /** As it should be: one image, whole, for its members, made once, and nothing left of what it was made of. */
  async requireConverged(what = ""): Promise<void> {
    const { outOfBand, site, compute, storage, partsKept } = this.gcp;
    expect(outOfBand.images.map((image) => [image.name, image.status]), what).toEqual([[name, "READY"]]);
    expect(outOfBand.policy(name).bindings, what).toEqual([{ role: "roles/compute.imageUser", members }]);
    expect(outOfBand.image(name).labels, what).toMatchObject({ "imagefleet-image": "tiny", "imagefleet-channel": "latest" });
    expect(await outOfBand.objects(site.bucket), what).toEqual([]);
    expect(partsKept, what).toBe(0);
    expect(await readdir(this.project.path(".imagefleet/uploads")).catch(() => []), what).toEqual([]);
    expect(compute.count(made).requests, what).toBe(1);
    expect(storage.count(begun).requests, what).toBeGreaterThan(0);
  }

  async requireGone(): Promise<void> {
    const down = await this.project.pulumi("destroy", "--yes");
    expect(down.exitCode, down.text).toBe(0);
    expect(this.gcp.outOfBand.images).toEqual([]);
    expect(await this.gcp.outOfBand.objects(this.gcp.site.bucket)).toEqual([]);
  }

  /** As `requireGone` leaves it, without asking the engine. */
  async forget(): Promise<void> {
    for (const image of this.gcp.outOfBand.images) this.gcp.outOfBand.delete(image.name);
    await this.forgetState();
  }
}
