import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { layerSites } from "#model/config/layer-sites";
import { layersOf, type Layer } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { kindOf, writtenSettings } from "#model/config/written-sites";

/** The other sites of an image wait for the one that boots it first: there is one such site at most. */
export function masterFaults(draft: Draft): ConfigFault[] {
  const faults = [...layersOf(draft).values()].flatMap((layer) => {
    const masters = layerSites(layer, draft).filter((site) => isMaster(site, draft));
    if (masters.length < 2) return [];
    return [{ path: pathOf(layer), problem: `more than one of its sites boots a release before the others take it: ${masters.join(", ")}`, expected: "at most one site with master" }];
  });
  return [...new Map(faults.map((fault) => [fault.path, fault])).values()];
}

function isMaster(site: string, draft: Draft): boolean {
  const kind = kindOf(site, draft);
  return kind !== undefined && writtenSettings(site, kind, draft)["master"] !== undefined;
}

function pathOf({ image, child, keys, name }: Layer): string {
  if (child?.settings.sites !== undefined) return settingPath([...keys, "sites"]);
  return settingPath(image.sites === undefined ? ["defaults", "images", "sites"] : ["images", child?.base ?? name, "sites"]);
}
