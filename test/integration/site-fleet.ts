import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import type { FormatRecord } from "#model/release";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { startVcsim, type SimulatedVcenter, type Vcsim } from "../servers/vcsim.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project, type Result } from "./project.ts";

/** How large a fleet is. */
export interface Extent {
  /** Names of boundaries, each with the vCenters behind each of its publishers, the publisher included. */
  readonly boundaries: Readonly<Record<string, readonly number[]>>;
  readonly regions: readonly string[];
  readonly images: number;
}

/** 41 vCenters in boundaries of every kind (two generations, many subscribers, few), and four regions. */
export const manySites: Omit<Extent, "images"> = {
  boundaries: { corporate: [10, 10], payment: [12], production: [9] },
  regions: ["RegionOne", "RegionTwo", "RegionThree", "RegionFour"],
};

const version = "2026.1101.1";
/** Of a boundary's publishers, one generation after the other. */
const generations = ["ova", "ova-vmx-10-sha1"];

/** A stack that never builds, with releases in its store, on boundaries of simulated vCenters and regions of a real Glance. */
export class SiteFleet {
  readonly project: Project;
  readonly extent: Extent;
  readonly openstack: Openstack;
  /** By boundary, a process each. */
  readonly boundaries: ReadonlyMap<string, Vcsim>;

  private constructor(project: Project, extent: Extent, openstack: Openstack, boundaries: ReadonlyMap<string, Vcsim>) {
    this.project = project;
    this.extent = extent;
    this.openstack = openstack;
    this.boundaries = boundaries;
  }

  static async create(extent: Extent, log: (line: string) => void = () => {}): Promise<SiteFleet> {
    const plugins = await ensureTestPlugins({ log });
    const openstack = await startOpenstack({ regions: extent.regions, log });
    const boundaries = new Map<string, Vcsim>();
    for (const [name, parts] of Object.entries(extent.boundaries)) boundaries.set(name, await startVcsim({ vcenters: names(name, parts).flat().map((vcenter) => ({ name: vcenter })) }));
    const project = await Project.create(config(extent, boundaries));
    const fleet = new SiteFleet(project, extent, openstack, boundaries);
    await installPlugins(project.env["PULUMI_HOME"]!, plugins);
    Object.assign(project.env, (await openstack.cloudsYaml(project.dir)).env, ...[...boundaries.values()].map(({ env }) => env));
    await fleet.stock();
    return fleet;
  }

  async up(...args: string[]): Promise<Result> {
    const result = await this.project.up(...args);
    if (result.exitCode !== 0) throw new Error(`up ended with ${result.exitCode}:\n${result.text}`);
    return result;
  }

  /** Bytes of OVAs that crossed into each publisher, by `<boundary>/<vCenter>`. */
  async crossed(): Promise<Record<string, number>> {
    const all = [...this.boundaries].flatMap(([boundary, vcsim]) => vcsim.vcenters.map(async ({ name }) => [`${boundary}/${name}`, (await vcsim.counters(name)).uploadedBytes] as const));
    return Object.fromEntries((await Promise.all(all)).filter(([, bytes]) => bytes > 0));
  }

  /** What each publisher should have been sent: the members of each image's OVA, once. */
  async expectedCrossings(): Promise<Record<string, number>> {
    const sent: Record<string, number> = {};
    for (const [boundary, parts] of Object.entries(this.extent.boundaries)) {
      for (const [index, [publisher]] of names(boundary, parts).entries()) {
        const format = generations[index % generations.length]!;
        const sizes = await Promise.all(imageNames(this.extent).map((image) => this.ovaBytes(image, format)));
        sent[`${boundary}/${publisher}`] = sizes.reduce((sum, bytes) => sum + bytes, 0);
      }
    }
    return sent;
  }

  /** Every publisher was sent each image's OVA once, and nobody else anything. */
  async requireOneCrossing(): Promise<void> {
    const [crossed, expected] = await Promise.all([this.crossed(), this.expectedCrossings()]);
    if (!isDeepStrictEqual(crossed, expected)) throw new Error(`bytes that crossed into the boundaries: ${JSON.stringify(crossed)}, not ${JSON.stringify(expected)}`);
  }

  /** Of the descriptor and the disks of an OVA, which are sent one by one; the official plugin leaves the manifest out. */
  private async ovaBytes(image: string, format: string): Promise<number> {
    const id = { image, version };
    const { artifact } = (await this.project.store.record<FormatRecord>(id, `formats/${format}`))!;
    const { stdout } = await execa("tar", ["-tvf", await this.project.store.open(id, `formats/${format}`, artifact.name)]);
    return stdout.split("\n").filter((line) => !line.endsWith(".mf")).reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2]), 0);
  }

  async remove(): Promise<void> {
    await Promise.all([this.openstack.stop(), ...[...this.boundaries.values()].map((vcsim) => vcsim.stop()), this.project.remove()]);
  }

  private async stock(): Promise<void> {
    const key = join(this.project.dir, ".imagefleet/signing-key.asc");
    await createKeyFile(key);
    const before = process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
    process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key;
    try {
      for (const image of imageNames(this.extent)) await storeRealRelease(this.project.store, { image, version }, ["qcow2", ...generations]);
    } finally {
      if (before === undefined) delete process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
      else process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = before;
    }
  }
}

export function imageNames({ images }: Extent): string[] {
  return Array.from({ length: images }, (_, index) => `image-${String(index + 1).padStart(2, "0")}`);
}

/** Of each publisher of a boundary, its own name and those of its subscribers. */
function names(boundary: string, parts: readonly number[]): string[][] {
  return parts.map((count, part) => Array.from({ length: count }, (_, index) => `${boundary}-${part + 1}-${index + 1}`));
}

function config(extent: Extent, boundaries: ReadonlyMap<string, Vcsim>): Record<string, unknown> {
  const regions = extent.regions.map((region) => [region.toLowerCase(), { kind: "openstack", cloud: "factory", region }]);
  const vsphere = [...boundaries].map(([name, vcsim]) => [name, boundary(vcsim, names(name, extent.boundaries[name]!))]);
  const images = imageNames(extent).map((name) => [name, { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] }]);
  return { build: "never", images: Object.fromEntries(images) as unknown, sites: Object.fromEntries([...regions, ...vsphere]) as unknown };
}

function boundary(vcsim: Vcsim, parts: readonly (readonly string[])[]): Record<string, unknown> {
  const one = (name: string) => settings(vcsim.vcenter(name));
  const publishers = parts.map(([publisher, ...subscribers], index) => ({ ...one(publisher!), format: generations[index % generations.length], subscribers: subscribers.map(one) }));
  return { kind: "vsphere", publishers };
}

function settings({ name, server, thumbprint, credentials, datacenter, datastore }: SimulatedVcenter): Record<string, string> {
  return { name, server, thumbprint, credentials, datacenter, datastore };
}
