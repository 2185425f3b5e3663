import { amiName, deprecationTime, regionsOf } from "#model/aws-image";
import type { AwsSite } from "#model/config/sites/aws";
import { tagNames } from "#model/tags";
import { everywhere } from "#providers/channel-flip/pointers/clouds/everywhere";
import type { Ami } from "#providers/shared/aws/ami";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";

/** EC2 takes no instant that has passed, and rounds to minutes. */
const soon = 2 * 60_000;
/** Milliseconds from now within which a deprecation counts as one that holds. */
const near = 10 * 60_000;

/**
 * A withdrawn AMI is private and deprecated, in each region. It is not disabled: such a one is not seen by the official resource any
 * more, which would register it again.
 */
export const status: SiteStatus = {
  async withdraw(target) {
    await inRegions(target, async (amis, { id, deprecated }) => {
      const shares = await amis.shares(id);
      if (shares.length > 0) await amis.share(id, { add: [], remove: shares });
      if (!isDeprecated(deprecated)) await amis.deprecate(id, new Date(Date.now() + soon).toISOString());
    });
  },

  async restore(target) {
    const wanted = deprecationTime(siteOf(target), target.version);
    if (isDeprecated(wanted)) return; // it would be so anyway
    await inRegions(target, async (amis, { id, deprecated }) => {
      if (Date.parse(wanted ?? "") !== Date.parse(deprecated ?? "")) await amis.deprecate(id, wanted);
    });
  },

  async read(target) {
    const found = await inRegions(target, async (amis, { id, deprecated }, region) => {
      const shares = await amis.shares(id);
      return [...shares.map((share) => (share === "all" ? "it is public" : `it is shared with ${share}`)), ...(isDeprecated(deprecated) ? [] : ["it is not deprecated"])].map((what) => `region ${region}: ${what}`);
    });
    return found.flat();
  },
};

function isDeprecated(instant: string | undefined): boolean {
  return instant !== undefined && Date.parse(instant) < Date.now() + near;
}

/** Does it to the release's own AMI of each region that has one. */
async function inRegions<Result>(target: StatusTarget, work: (amis: Amis, ami: Ami, region: string) => Promise<Result>): Promise<Result[]> {
  const site = siteOf(target);
  const done = await everywhere(regionsOf(site), async (region) => {
    const amis = new Amis(siteAccess(site, region));
    const own = await amis.list({ name: [amiName(target)], [`tag:${tagNames.stack}`]: [target.stack] });
    return Promise.all(own.map((ami) => work(amis, ami, region)));
  });
  return done.flat();
}

function siteOf({ site }: StatusTarget): AwsSite {
  return site as AwsSite;
}
