import type { azureSettings } from "#model/config/sites/azure-settings";
import { repeated } from "#model/config/sites/repeated";
import type { Claim, SiteFault, Written } from "#model/config/sites/site-kind";
import { tagPrefix } from "#model/tags";

type Settings = Written<typeof azureSettings>;

/** Managed images have no versions, replicas and features, regions are listed once, and some tags are not the user's. */
export function azureFaults(settings: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  return [...(near(["gallery"]) ? [] : galleryFaults(settings)), ...regionFaults(settings), ...tagFaults(settings)];
}

/** Names of images, and of the blobs that they are made of, are the same in every site. */
export function azureClaims({ subscription, resourceGroup, gallery, storageAccount, container = "imagefleet" }: Settings): Claim[] {
  const group = subscription && resourceGroup && `the resource group ${resourceGroup.toLowerCase()} of the subscription ${subscription.toLowerCase()}`;
  const place = gallery === undefined
    ? { keys: ["resourceGroup"], what: `the place of managed images in ${group}`, expected: "a resource group of its own, or a gallery" }
    : { keys: ["gallery"], what: `the gallery ${gallery.toLowerCase()} in ${group}`, expected: "a gallery of its own" };
  const staging = { keys: ["container"], what: `the container ${container} of the storage account ${storageAccount}`, expected: "a container of its own" };
  return [...(group ? [place] : []), ...(storageAccount === undefined ? [] : [staging])].map((claim) => ({ ...claim, as: "that" }));
}

function galleryFaults({ gallery, replicateTo = [], replicas, security = "standard", endOfLifeAfter }: Settings): SiteFault[] {
  if (gallery !== undefined) return [];
  const meant = { replicateTo: replicateTo.length > 0, replicas: replicas !== undefined, security: security !== "standard", endOfLifeAfter: endOfLifeAfter !== undefined };
  return Object.entries(meant).filter(([, set]) => set).map(([key]) => ({ keys: [key], problem: `managed images have no ${key}`, hint: "set gallery, or remove it" }));
}

function regionFaults({ location, replicateTo = [] }: Settings): SiteFault[] {
  const names = replicateTo.map((replica) => (typeof replica === "string" ? replica : replica?.region));
  const main = names.flatMap((name, index) => (name === undefined || name !== location ? [] : [{ keys: ["replicateTo", index], problem: `${name} is the site's own location`, expected: "another region", hint: "remove it, and set replicas of the site where it needs more than one" }]));
  return [...main, ...repeated(names).map(({ index, value }) => ({ keys: ["replicateTo", index], problem: `the region ${value} is listed already`, hint: "remove one of the two" }))];
}

const mostTags = 15;

/** Azure does not tell upper case from lower in the names of tags. */
function tagFaults({ tags = {} }: Settings): SiteFault[] {
  const names = Object.keys(tags);
  const reserved = names.flatMap((name) => {
    const [prefix] = /^(microsoft|azure|windows)/i.exec(name) ?? [];
    if (prefix !== undefined) return [{ keys: ["tags", name], problem: `tags that begin with ${prefix.toLowerCase()} are Azure's own`, hint: "give the tag another name" }];
    return name.toLowerCase().startsWith(tagPrefix) ? [{ keys: ["tags", name], problem: `${name} is written by imagefleet itself`, hint: "give the tag another name" }] : [];
  });
  const twice = repeated(names.map((name) => name.toLowerCase())).map(({ index }) => ({ keys: ["tags", names[index]!], problem: "there is a tag of this name already: Azure does not tell upper case from lower", hint: "remove one of the two" }));
  return [...reserved, ...twice, ...(names.length > mostTags ? [{ keys: ["tags"], problem: `${names.length} tags are too many`, expected: `at most ${mostTags}` }] : [])];
}
