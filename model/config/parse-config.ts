import { approvalFaults } from "#model/config/approval-faults";
import { channelFaults } from "#model/config/channel-faults";
import { ConfigError } from "#model/config/config-error";
import { draftOf } from "#model/config/draft";
import { finishChannels, finishHooks } from "#model/config/finish-channels";
import { finishImages } from "#model/config/finish-images";
import { finishSites, siteFaults } from "#model/config/finish-sites";
import { gateFaults } from "#model/config/gate-faults";
import { givenIn } from "#model/config/given";
import { hookFaults } from "#model/config/hook-faults";
import { imageFaults } from "#model/config/image-faults";
import { masterFaults } from "#model/config/master-faults";
import { nativeFaults, withNativeChannels } from "#model/config/native-channels";
import { promotionFaults } from "#model/config/promotion-faults";
import { requestFaults } from "#model/config/request-faults";
import { revocationFaults } from "#model/config/revocation-faults";
import { defaultStore, defaultTemplates } from "#model/config/schema";
import { sealFaults } from "#model/config/seal-faults";
import { shapeFaults } from "#model/config/shape-faults";
import { groupFaults, siteReferenceFaults } from "#model/config/site-groups";
import type { FleetConfig } from "#model/config/types";
import { finishWaivers } from "#model/config/finish-waivers";
import { waiverFaults } from "#model/config/waiver-faults";

/**
 * Checks a stack's configuration whole and gives every setting its value.
 * @param raw The stack's settings by name without `imagefleet:`, objects and lists parsed.
 * @throws ConfigError with all faults at once.
 */
export function parseConfig(raw: Readonly<Record<string, unknown>>): FleetConfig {
  const shape = shapeFaults(raw);
  const unusable = shape.filter(({ nameOnly }) => !nameOnly);
  const draft = draftOf(raw, unusable.map(({ keys }) => keys));
  const given = givenIn(shape);
  const sitesReadable = !given.near(["sites"]) && !given.near(["groups"]);
  const [imagesReadable, channelsReadable] = [!given.near(["images"]), !given.near(["channels"])];
  const references = [
    ...groupFaults(draft), ...siteFaults(draft, given), ...imageFaults(draft, given), ...gateFaults(draft, given), ...sealFaults(draft, given), ...channelFaults(draft, given),
    ...(sitesReadable ? [...siteReferenceFaults(draft), ...masterFaults(draft)] : []), ...(imagesReadable ? [...waiverFaults(draft), ...revocationFaults(draft)] : []),
    ...(sitesReadable && imagesReadable && channelsReadable ? [...promotionFaults(draft), ...nativeFaults(draft), ...approvalFaults(draft, given), ...requestFaults(draft, given)] : []),
    ...(imagesReadable && channelsReadable ? hookFaults(draft) : []),
  ];
  const faults = [...shape, ...references.filter(({ path }) => !unusable.some((fault) => covers(fault.path, path)))];
  if (faults.length > 0) throw new ConfigError(faults);
  const sites = withNativeChannels(finishSites(draft), draft);
  const waivers = finishWaivers(draft);
  return {
    store: draft.store ?? defaultStore,
    build: draft.build ?? "allow",
    templates: draft.templates ?? defaultTemplates,
    variables: draft.variables ?? {},
    images: finishImages(draft, waivers),
    sites,
    waivers,
    seal: { createKey: false, trust: [], ...draft.seal },
    channels: finishChannels(draft),
    approvals: { path: "approvals", keys: [], ...draft.approvals },
    requests: { from: [], keys: [], ...draft.requests },
    revoked: draft.revoked ?? {},
    revokedChildren: draft.revokedChildren ?? "named",
    hooks: finishHooks(draft),
  };
}

/** Whether a place is, or is inside, one that could not be read: what is found missing there is no fault of its own. */
function covers(unusable: string, path: string): boolean {
  return path === unusable || path.startsWith(`${unusable}.`) || path.startsWith(`${unusable}[`);
}
