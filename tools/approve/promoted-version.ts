import type { FleetConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import { compareVersions, isVersion } from "#model/version";
import type { Store } from "#store/store";

/** The release that the configuration would have a channel point at: a version, the newest that passed its gates, or what another channel says. */
export async function promotedVersion(config: FleetConfig, store: Store, channel: string, image: string): Promise<string> {
  const target = config.channels[channel]?.images[image];
  const action = `approve ${image} for ${channel}`;
  if (target === undefined) throw new FleetError({ action, cause: `the channel ${channel} has no ${image} in this stack's configuration`, hint: "name another channel, image or --stack; `imagefleet:channels` has them" });
  if (isVersion(target)) return target;
  if (target !== "latest") return promotedVersion(config, store, target, image);
  for (const version of (await store.versions(image)).sort(compareVersions).reverse()) {
    if ((await store.groups({ image, version })).some((group) => group.startsWith("gates/"))) return version;
  }
  throw new FleetError({ action, place: store.location, cause: `the store has no release of ${image} that passed its gates`, hint: "npm run up builds it" });
}
