import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { artifactName, type Format } from "#model/format";
import type { SealConfig } from "#model/gates";
import { releaseName, type ReleaseId } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { projectDir, workDir } from "#providers/shared/project";

/**
 * Path of a format's file for a program that sends it, relative to the project: a link in `.imagefleet/outgoing`, the same
 * on every machine, since an official resource keeps it in the state. Where the registration `name` was not found on its
 * site, so that bytes are about to leave, the file's digest and its seal are verified first.
 * @throws FleetError where the file or its seal is not what it should be: then nothing leaves
 */
export type Artifacts = (name: string, release: ReleaseId & { readonly format: Format }) => Promise<string>;

/** What is known of the sites: registrations that they have already, by name, and places that this run leaves out. */
export interface KnownPlaces {
  readonly found: Readonly<Record<string, string>>;
  readonly unreachable: ReadonlySet<string>;
}

export function outgoingArtifacts(store: Store, seal: SealConfig, { found, unreachable }: KnownPlaces): Artifacts {
  const leaves = (name: string) => found[name] === undefined && ![...unreachable].some((place) => name.startsWith(`${place}/`));
  return async (name, { image, version, format }) => {
    const id = { image, version };
    const path = join(workDir(), "outgoing", releaseName(id), artifactName(id, format));
    if (leaves(name) && !pulumi.runtime.isDryRun()) await verifyAndLink(store, seal, id, format, { name, path });
    return relative(projectDir(), path);
  };
}

async function verifyAndLink(store: Store, seal: SealConfig, id: ReleaseId, format: Format, { name, path }: { name: string; path: string }): Promise<void> {
  const action = `send ${releaseName(id)} as ${format.name} for ${name}`;
  const group: GroupName = `formats/${format.name}`;
  await requireSealed({ store, id, group, trusted: await trustedKeys(seal, action), action });
  await link(await store.open(id, group, artifactName(id, format)), path);
}

async function link(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await symlink(target, unfinished);
  await rename(unfinished, path).catch(async (error) => {
    await rm(unfinished, { force: true });
    throw error;
  });
}
