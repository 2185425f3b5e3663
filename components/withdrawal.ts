import type * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "#fleet/load-fleet";
import { ownerOf } from "#model/owner";
import { releaseName, type ReleaseId } from "#model/release";
import type { Channel } from "#components/channel";
import type { OsImage } from "#components/os-image";
import { succeeded } from "#components/outcome";
import { ReleaseStatus } from "#providers/release-status/resource";
import { Revocation } from "#providers/revocation/resource";

/** What stays of a revoked release on a site that can withdraw it. */
export interface KeptRegistration extends ReleaseId {
  readonly site: string;
  /** `north/debian-12@2026.1101.2/qcow2` */
  readonly name: string;
  readonly resources: readonly pulumi.Resource[];
}

/** Tells other stacks of what this one revokes, whatever becomes of its own sites. */
export async function recordRevocations({ revoked, project, stack }: Fleet): Promise<void> {
  const owner = ownerOf({ project, stack });
  await Promise.all(revoked.filter((one) => one.stack === owner).map(({ image, version, reason, revokedWith }) => {
    const name = `revocation/${releaseName({ image, version })}`;
    return succeeded(name, new Revocation(name, { image, version, reason, stack: owner, ...(revokedWith !== undefined && { revokedWith }) }));
  }));
}

/**
 * Withdraws revoked releases where they are registered. A channel that points at one leaves it first, so that those who follow it
 * find its new release and not none; one that cannot leave holds nothing up.
 */
export async function withdrawRevoked(fleet: Fleet, images: readonly OsImage[], channels: readonly Channel[]): Promise<void> {
  await Promise.all(images.flatMap((image) => image.keptRevoked.map((kept) => withdraw(fleet, image, kept, channels))));
}

async function withdraw({ revoked, project, stack, channels: resolved }: Fleet, parent: OsImage, { site, image, version, name: registration, resources }: KeptRegistration, channels: readonly Channel[]): Promise<void> {
  const leaving = resolved.filter((one) => one.image === image && one.pointed === version).map(({ channel }) => channel);
  await Promise.all(channels.filter((channel) => channel.of === image && leaving.includes(channel.name)).map(({ moved }) => moved));
  const reason = revoked.find((one) => one.image === image && one.version === version)!.reason;
  const name = `${registration}/status`;
  await succeeded(name, new ReleaseStatus(name, { site, image, version, stack: ownerOf({ project, stack }), reason }, { parent, dependsOn: [...resources] }));
}
