import type * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "#fleet/load-fleet";
import type { SiteConfig } from "#model/config/types";
import { ownerOf } from "#model/owner";
import { placesOf } from "#model/places";
import { releaseName, type ReleaseId } from "#model/release";
import type { Channel } from "#components/channel";
import type { OsImage } from "#components/os-image";
import { hasFailed, succeeded } from "#components/outcome";
import { ReleaseStatus } from "#providers/release-status/resource";
import { Revocation } from "#providers/revocation/resource";

/** What stays of a revoked release on a site that can withdraw it. */
export interface KeptRegistration extends ReleaseId {
  readonly site: string;
  /** `north/debian-12@2026.1101.2/qcow2` */
  readonly name: string;
  readonly resources: readonly pulumi.Resource[];
}

/** A release that leaves a site which has no other way to withdraw it. */
export interface LeavingRelease extends ReleaseId {
  readonly site: SiteConfig;
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

/**
 * What stays on no site leaves it at the end of a run, when the engine deletes what is no longer declared: after a failure it deletes
 * nothing. A revoked release leaves all the same, whatever else has failed.
 */
export async function removeRevoked(fleet: Fleet, images: readonly OsImage[]): Promise<void> {
  if (!hasFailed()) return;
  await Promise.all(images.flatMap((image) => image.leavingRevoked.flatMap((leaving) => remove(fleet, image, leaving))));
}

/** Of a boundary, from each vCenter that was sent it. */
function remove({ revoked, ...own }: Fleet, parent: OsImage, { site, image, version }: LeavingRelease): Promise<boolean>[] {
  const { reason } = revoked.find((one) => one.image === image && one.version === version)!;
  return placesOf({ [site.name]: site }).filter(({ source }) => source === undefined).map(({ name: place, vcenter }) => {
    const name = `${place}/${releaseName({ image, version })}/status`;
    return succeeded(name, new ReleaseStatus(name, { site: site.name, ...(vcenter && { vcenter: vcenter.name }), image, version, stack: ownerOf(own), reason }, { parent }));
  });
}

async function withdraw({ revoked, project, stack, channels: resolved }: Fleet, parent: OsImage, { site, image, version, name: registration, resources }: KeptRegistration, channels: readonly Channel[]): Promise<void> {
  const leaving = resolved.filter((one) => one.image === image && one.pointed === version).map(({ channel }) => channel);
  await Promise.all(channels.filter((channel) => channel.of === image && leaving.includes(channel.name)).map(({ moved }) => moved));
  const reason = revoked.find((one) => one.image === image && one.version === version)!.reason;
  const name = `${registration}/status`;
  await succeeded(name, new ReleaseStatus(name, { site, image, version, stack: ownerOf({ project, stack }), reason }, { parent, dependsOn: [...resources] }));
}
