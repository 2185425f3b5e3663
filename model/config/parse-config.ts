import { ConfigError } from "#model/config/config-error";
import { draftOf } from "#model/config/draft";
import { finishImages } from "#model/config/finish-images";
import { finishSites, siteFaults } from "#model/config/finish-sites";
import { gateFaults } from "#model/config/gate-faults";
import { givenIn } from "#model/config/given";
import { imageFaults } from "#model/config/image-faults";
import { masterFaults } from "#model/config/master-faults";
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
  const references = [
    ...groupFaults(draft), ...siteFaults(draft, given), ...imageFaults(draft, given), ...gateFaults(draft, given), ...sealFaults(draft, given),
    ...(sitesReadable ? [...siteReferenceFaults(draft), ...masterFaults(draft)] : []), ...(given.near(["images"]) ? [] : waiverFaults(draft)),
  ];
  const faults = [...shape, ...references.filter(({ path }) => !unusable.some((fault) => covers(fault.path, path)))];
  if (faults.length > 0) throw new ConfigError(faults);
  const sites = finishSites(draft);
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
    channels: {},
    approvals: { path: "approvals", keys: [] },
    revoked: {},
    revokedChildren: "named",
    hooks: [],
  };
}

/** Whether a place is, or is inside, one that could not be read: what is found missing there is no fault of its own. */
function covers(unusable: string, path: string): boolean {
  return path === unusable || path.startsWith(`${unusable}.`) || path.startsWith(`${unusable}[`);
}
