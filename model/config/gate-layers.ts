import type { Draft } from "#model/config/draft";
import type { GatesInput } from "#model/config/gates-schema";
import type { Layer } from "#model/config/layers";

/** Gates as one place of the configuration writes them. */
export interface WrittenGates {
  readonly keys: readonly PropertyKey[];
  readonly gates: GatesInput;
}

/** Where an image's gates come from: the fleet, the defaults of images, the image, its child for a target; later ones go over earlier ones. */
export function writtenGates({ image, child, keys }: Layer, draft: Draft): WrittenGates[] {
  const base = child ? keys.slice(0, 2) : keys;
  const places = [
    { keys: ["gates"], gates: draft.gates },
    { keys: ["defaults", "images", "gates"], gates: draft.defaults?.images?.gates },
    { keys: [...base, "gates"], gates: image.gates },
    { keys: [...keys, "gates"], gates: child?.settings.gates },
  ];
  return places.flatMap(({ keys: at, gates }) => (gates ? [{ keys: at, gates }] : []));
}

/** Setting by setting, scanners by their names; a list replaces a list. */
export function mergeGates(layers: readonly WrittenGates[]): GatesInput {
  const all = layers.map(({ gates }) => gates);
  const part = <Key extends "boot" | "hygiene" | "compliance">(key: Key): GatesInput[Key] => (all.some((gates) => gates[key]) ? Object.assign({}, ...all.map((gates) => gates[key])) : undefined);
  const scanners = [...new Set(all.flatMap((gates) => Object.keys(gates.scanners ?? {})))].sort();
  return {
    boot: part("boot"), hygiene: part("hygiene"), compliance: part("compliance"),
    scanners: Object.fromEntries(scanners.map((name) => [name, Object.assign({}, ...all.map((gates) => gates.scanners?.[name]))])),
  };
}
