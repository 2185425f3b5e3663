import type { Draft } from "#model/config/draft";
import { parseDuration } from "#model/config/duration";
import { parseEpoch } from "#model/config/epoch";
import { finishGates } from "#model/config/finish-gates";
import { mergeGates, writtenGates } from "#model/config/gate-layers";
import { defaultCpus, defaultRetain, defaultTimeout } from "#model/config/image-schema";
import { layerSites } from "#model/config/layer-sites";
import { layersOf, type Layer } from "#model/config/layers";
import type { ImageConfig } from "#model/config/types";
import type { Waiver } from "#model/gates";

const hour = 3600;
const day = 24 * hour;

interface Fleet {
  readonly draft: Draft;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly waivers: readonly Waiver[];
}

/** The images of a configuration without faults, by name in order. */
export function finishImages(draft: Draft, waivers: readonly Waiver[]): Record<string, ImageConfig> {
  const layers = layersOf(draft);
  const fleet = { draft, layers, waivers };
  return Object.fromEntries([...layers.values()].map((layer) => [layer.name, finish(layer, fleet)]));
}

function finish(layer: Layer, fleet: Fleet): ImageConfig {
  const { image, child, parent, name } = layer;
  const defaults = fleet.draft.defaults?.images;
  const own = child?.settings ?? image;
  const origin = parent === undefined ? { os: image.os } : { parent };
  const owner = image.owner ?? defaults?.owner;
  const team = image.team ?? defaults?.team;
  return {
    name,
    ...origin,
    ...(child && { target: child.target }),
    scripts: own.scripts ?? [],
    epoch: epochOf(layer, fleet),
    variables: own.variables ?? {},
    secrets: [...new Set(own.secrets)].sort(),
    sites: layerSites(layer, fleet.draft),
    retain: child?.settings.retain ?? image.retain ?? defaults?.retain ?? defaultRetain,
    ...times(layer, fleet.draft),
    ...(owner !== undefined && { owner }),
    ...(team !== undefined && { team }),
    resources: { cpus: defaultCpus, timeout: defaultTimeout, ...defaults?.resources, ...image.resources, ...child?.settings.resources },
    gates: finishGates(mergeGates(writtenGates(layer, fleet.draft))),
    waivers: fleet.waivers.filter((waiver) => waiver.image === name),
  };
}

/** Written with a unit each; kept in days, and hours of the promise to its sites. */
function times({ image, child }: Layer, { defaults }: Draft): Pick<ImageConfig, "keepFor" | "distributeWithin" | "rebuildAfter"> {
  const seconds = (key: "keepFor" | "distributeWithin" | "rebuildAfter") => parseDuration(child?.settings[key] ?? image[key] ?? defaults?.images?.[key] ?? "");
  const [keepFor = 0, within, after] = [seconds("keepFor"), seconds("distributeWithin"), seconds("rebuildAfter")];
  return { keepFor: keepFor / day, ...(within !== undefined && { distributeWithin: within / hour }), ...(after !== undefined && { rebuildAfter: after / day }) };
}

/** Its own; a target child's is else the image's; else the default for all images, else the parent's. */
function epochOf({ image, child, parent }: Layer, fleet: Fleet): string {
  const written = child ? child.settings.epoch : (image.epoch ?? fleet.draft.defaults?.images?.epoch);
  return written === undefined ? epochOf(fleet.layers.get(parent!)!, fleet) : parseEpoch(written)!;
}
