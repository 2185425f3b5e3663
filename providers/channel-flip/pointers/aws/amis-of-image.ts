import { regionsOf } from "#model/aws-image";
import { tagNames } from "#model/tags";
import type { Ami } from "#providers/shared/aws/ami";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import type { AwsTarget } from "#providers/channel-flip/pointers/aws/target";
import { everywhere } from "#providers/channel-flip/pointers/clouds/everywhere";

/** The stack's AMIs of an image in one region, newest answers always: pointers are not moved by what was listed before. */
export interface RegionAmis {
  readonly region: string;
  readonly amis: readonly Ami[];
}

/** One listing a region. What has lost our tags is in none, and is therefore never moved. */
export async function amisOfImage({ site, image, stack }: AwsTarget): Promise<RegionAmis[]> {
  const ours = { [`tag:${tagNames.image}`]: [image], [`tag:${tagNames.stack}`]: [stack] };
  return everywhere(regionsOf(site), async (region) => ({ region, amis: await new Amis(siteAccess(site, region)).list(ours) }));
}

export function versionOf({ tags }: Pick<Ami, "tags">): string {
  return tags[tagNames.version] ?? "";
}

export function amiOfVersion({ amis }: RegionAmis, version: string): Ami | undefined {
  return amis.find((ami) => versionOf(ami) === version);
}
