import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseConfig } from "#model/config/parse-config";
import type { FleetConfig } from "#model/config/types";
import { flip } from "#providers/channel-flip/flip";
import type { FlipInputs, FlipOutputs } from "#providers/channel-flip/inputs";
import { channelsOf } from "#providers/local-catalog/channels";
import { provider as catalog } from "#providers/local-catalog/provider";
import { Progress } from "#providers/shared/progress";
import type { Store } from "#store/store";
import { makeProject, type Project } from "../local-catalog/fixture.ts";

export const image = "debian-12";
export const older = "2026.1101.1";
export const newer = "2026.1101.2";

/** Catalogs of three sites that have two releases of an image, and what moves a channel on them. */
export interface Fleet extends Project {
  readonly config: FleetConfig;
  readonly inputs: (version: string, more?: Partial<FlipInputs>) => FlipInputs;
  readonly flip: (inputs: FlipInputs, before?: FlipOutputs, config?: FleetConfig) => Promise<FlipOutputs>;
  /** Sites as they were made, and nothing promoted. */
  readonly reset: () => Promise<void>;
  /** Where the channel points on each site. */
  readonly pointed: (channel?: string) => Promise<(string | undefined)[]>;
}

export const names = ["a", "b", "c"] as const;

export async function makeFleet(): Promise<Fleet> {
  const project = await makeProject();
  const pathOf = (name: string) => join(project.dir, name);
  for (const version of [older, newer]) {
    const inputs = await project.add({ image, version }, Buffer.from(`disk of ${version}`));
    for (const site of names) await catalog.create({ ...inputs, site, path: pathOf(site) });
  }
  const config = configOf(project.dir);
  for (const name of names) await copy(pathOf(name), join(project.dir, "as-made", name));
  const disk = Object.fromEntries(await Promise.all([older, newer].map(async (version) => [version, (await project.store.record({ image, version }, "build"))!.disk.sha256])));
  return {
    ...project,
    config,
    inputs: (version, more) => ({ channel: "stable", image, version, sha256: disk[version], wave: 1, sites: [...names], bestEffort: [], stack: "images/test", approval: false, pause: 0, last: true, ...more }),
    flip: (inputs, before, given = config) => runFlip(project.store, inputs, before, given),
    async reset() {
      await project.store.removeDocument(`channels/stable/${image}`);
      await rm(join(project.dir, ".imagefleet"), { recursive: true, force: true });
      for (const name of names) await rm(pathOf(name), { recursive: true }).then(() => copy(join(project.dir, "as-made", name), pathOf(name)));
    },
    pointed: (channel = "stable") => Promise.all(names.map(async (name) => (await channelsOf(pathOf(name), image))[channel])),
  };
}

function copy(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, verbatimSymlinks: true });
}

/** As the stack's configuration would be. */
export function configOf(dir: string, promotion: object = {}): FleetConfig {
  return parseConfig({
    images: { [image]: { os: "debian/debian-12-x86_64", epoch: "2026-11-01", sites: [...names] } },
    sites: Object.fromEntries(names.map((name) => [name, { kind: "local", path: join(dir, name) }])),
    channels: { stable: { [image]: newer } },
    promotion: { stable: promotion },
    approvals: { path: join(dir, "approvals"), keys: [join(dir, "signing-key.pub.asc")] },
  });
}

export async function runFlip(store: Store, inputs: FlipInputs, before: FlipOutputs | undefined, config: FleetConfig): Promise<FlipOutputs> {
  const progress = new Progress("stable");
  try {
    return { ...inputs, ...(await flip({ config, store, inputs, before, progress })), state: "correct" };
  } finally {
    progress.stop();
  }
}
