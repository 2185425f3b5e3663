import type { Pointers, PointerTarget } from "#providers/channel-flip/pointer";
import { moveTags, readTags } from "#providers/channel-flip/pointers/aws/ami-tags";
import { moveParameters, readParameters } from "#providers/channel-flip/pointers/aws/parameters";
import type { AwsTarget } from "#providers/channel-flip/pointers/aws/target";
import { verifyAmis } from "#providers/channel-flip/pointers/aws/verify";

/** Channels on AWS: an SSM parameter in each region and account where the site names one, else tags. It can have any number of them. */
export const pointers: Pointers = {
  verify: (target, version) => verifyAmis(ofAws(target), version),
  read: async (target) => (hasParameter(target) ? readParameters : readTags)(ofAws(target)),
  move: async (target, to) => (hasParameter(target) ? moveParameters : moveTags)(ofAws(target), to),
};

function ofAws(target: PointerTarget): AwsTarget {
  return target as AwsTarget;
}

function hasParameter(target: PointerTarget): boolean {
  return ofAws(target).site.parameter !== undefined;
}
