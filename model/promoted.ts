import type { ImagePlan } from "#model/plan";
import type { ImageNeeds } from "#model/plan-fleet";
import { releaseName, type ReleaseId } from "#model/release";

/** A release that comes to a stack, or that a channel of it moves to, and that other stacks have: the very same bytes move on. */
export interface Promoted extends ReleaseId {
  /** Of the disk that was built. */
  readonly sha256: string;
  /** `<project>/<stack>` that hold it, by name, each with its channels that point at it. */
  readonly elsewhere: readonly { readonly stack: string; readonly channels: readonly string[] }[];
}

/** Where a channel of some stack points, as the store says. */
interface Pointer extends ReleaseId {
  readonly channel: string;
  readonly sha256: string;
  readonly stack: string;
}

/** @param others Channels of other stacks. */
export function promotedReleases(plans: readonly ImagePlan[], needs: readonly ImageNeeds[], others: readonly Pointer[]): Promoted[] {
  return plans.flatMap(({ image: { name: image }, version: current, channels }) => {
    const { releases, held, elsewhere } = needs.find((need) => need.image.name === image)!.ledger;
    const moved = channels.filter(({ version, pointed }) => version !== pointed).map(({ version }) => version);
    const coming = [...new Set([...(held.includes(current) ? [] : [current]), ...moved])];
    return coming.flatMap((version): Promoted[] => {
      const sha256 = releases.find(({ build }) => build.version === version)?.build.disk.sha256;
      const pointers = others.filter((pointer) => pointer.image === image && pointer.version === version && pointer.sha256 === sha256);
      const stacks = new Set([...elsewhere.filter((hold) => hold.version === version), ...pointers].map(({ stack }) => stack));
      if (sha256 === undefined || stacks.size === 0) return [];
      return [{ image, version, sha256, elsewhere: [...stacks].sort().map((stack) => ({ stack, channels: pointers.filter((pointer) => pointer.stack === stack).map(({ channel }) => channel).sort() })) }];
    });
  });
}

/** `imagefleet/dev (candidate), imagefleet/staging` */
export function stacksOf({ elsewhere }: Promoted): string {
  return elsewhere.map(({ stack, channels }) => (channels.length === 0 ? stack : `${stack} (${channels.join(", ")})`)).join(", ");
}

export function promotedLine(promoted: Promoted): string {
  return `${releaseName(promoted)} is the same bytes as in ${stacksOf(promoted)}: sha256 ${promoted.sha256}`;
}
