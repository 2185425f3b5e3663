import { latest, requested } from "#model/config/channel-schema";
import { asks, channelIn, followed } from "#model/config/channel-targets";
import type { ConfigFault } from "#model/config/config-error";
import { cycles } from "#model/config/cycles";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { layerSites } from "#model/config/layer-sites";
import { layersOf, type Layer } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { wrongName } from "#model/config/wrong-name";

/** Faults of channels: what they name, and whether they lead anywhere. */
export function channelFaults(draft: Draft, given: Given): ConfigFault[] {
  const layers = layersOf(draft);
  const each = Object.entries(draft.channels).flatMap(([channel, images]) => Object.entries(images).map(([image, target]) => ({ channel, image, target })));
  return [
    ...[[latest, "the newest release"], [requested, "what another stack asks for"]].filter(([name]) => Object.hasOwn(draft.channels, name!))
      .map(([name, meaning]) => ({ path: settingPath(["channels", name!]), problem: `the name ${name} is that of ${meaning}`, hint: "give the channel another name" })),
    ...(given.near(["images"]) ? [] : each.flatMap(({ channel, image }) => imageFaults(channel, image, { draft, given, layers }))),
    ...each.flatMap(({ channel, image, target }) => targetFaults(channel, image, target, draft, given)),
    ...ringFaults(draft),
  ];
}

function imageFaults(channel: string, image: string, { draft, given, layers }: { draft: Draft; given: Given; layers: ReadonlyMap<string, Layer> }): ConfigFault[] {
  const path = settingPath(["channels", channel, image]);
  const layer = layers.get(image);
  if (!layer) return [{ path, ...wrongName(image, "image", [...layers.keys()]) }];
  const places = [layer.keys, layer.keys.slice(0, 2), ["defaults", "images"]].map((keys) => [...keys, "sites"]);
  if (asks(channel, draft) || layerSites(layer, draft).length > 0 || places.some((keys) => given.near(keys))) return [];
  return [{ path, problem: `${image} has no sites: nobody could follow the channel`, hint: `give it sites: ${settingPath([...layer.keys, "sites"])}` }];
}

function targetFaults(channel: string, image: string, target: string | undefined, draft: Draft, given: Given): ConfigFault[] {
  const source = channelIn(target);
  const path = settingPath(["channels", channel, image]);
  if (source === undefined || source === channel) return [];
  if (!Object.hasOwn(draft.channels, source)) return given.near(["channels", source]) ? [] : [{ path, ...wrongName(source, "channel", [latest, requested, ...Object.keys(draft.channels).filter((name) => name !== channel)]) }];
  if (Object.hasOwn(draft.channels[source]!, image) || given.near(["channels", source, image])) return [];
  return [{ path, problem: `the channel ${source} has no ${image}`, expected: `${latest}, ${requested}, a version, or a channel that has it`, hint: `add it there: ${settingPath(["channels", source, image])}` }];
}

/** One channel after the other is what a promotion means, so they lead back for no image. */
function ringFaults(draft: Draft): ConfigFault[] {
  const rings = cycles(Object.keys(draft.channels), (name) => followed(name, draft).filter((source) => Object.hasOwn(draft.channels, source)));
  return rings.map((ring) => {
    const [first, next = ring[0]] = ring;
    const [image] = Object.entries(draft.channels[first!]!).find(([, target]) => target === next)!;
    return { path: settingPath(["channels", first!, image]), problem: `the channel points at itself: ${[...ring, first].join(" -> ")}`, expected: `${latest}, a version, or a channel that does not lead back` };
  });
}
