import type { ConfigFault } from "#model/config/config-error";
import { cycles } from "#model/config/cycles";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { childrenOf, layersOf, type Layer } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { expectationOf } from "#model/config/schema-at";
import { epoch, longestName } from "#model/config/values";
import { wrongName } from "#model/config/wrong-name";

/** Faults between images. */
export function imageFaults(draft: Draft, given: Given): ConfigFault[] {
  const layers = layersOf(draft);
  const each = [...layers.values()];
  return [
    ...each.filter(({ child }) => !child).flatMap((layer) => [...originFaults(layer, layers, given), ...epochFaults(layer, draft, given), ...targetFaults(layer, draft)]),
    ...each.flatMap((layer) => secretFaults(layer, draft)),
    ...cycleFaults(layers),
  ];
}

function originFaults({ keys, image }: Layer, layers: ReadonlyMap<string, Layer>, given: Given): ConfigFault[] {
  const origins = ["os", "parent"] as const;
  const path = settingPath(keys);
  const expected = "exactly one of os and parent";
  if (origins.every((key) => image[key] !== undefined || given.at([...keys, key]))) return [{ path, problem: "os and parent are both set", expected }];
  if (!origins.some((key) => image[key] !== undefined || given.near([...keys, key]))) return [{ path, problem: "neither os nor parent is set", expected, hint: "set os to what the image is built from, such as debian/debian-12-x86_64" }];
  if (image.parent === undefined || layers.has(image.parent)) return [];
  return [{ path: settingPath([...keys, "parent"]), ...wrongName(image.parent, "image", [...layers.keys()]) }];
}

function epochFaults({ keys, image }: Layer, draft: Draft, given: Given): ConfigFault[] {
  const known = image.epoch ?? draft.defaults?.images?.epoch;
  const inherited = image.parent !== undefined || given.near([...keys, "parent"]);
  if (known !== undefined || inherited || given.near([...keys, "epoch"]) || given.near(["defaults", "images", "epoch"])) return [];
  return [{ path: settingPath([...keys, "epoch"]), problem: "epoch is not set", expected: expectationOf(epoch), hint: "set it there, or for all images in imagefleet:defaults.images.epoch" }];
}

function targetFaults({ name, image }: Layer, draft: Draft): ConfigFault[] {
  return childrenOf(name, image).flatMap((child) => {
    const path = settingPath(child.keys);
    if (Object.hasOwn(draft.images, child.name)) return [{ path, problem: `its child is named ${child.name}, and there is an image of that name`, hint: "give that image another name" }];
    if (child.name.length > longestName) return [{ path, problem: `its child's name, ${child.name}, is longer than ${longestName} characters`, hint: "give the image a shorter name" }];
    return [];
  });
}

/** Scripts see variables and secrets as environment variables, so none may hide another. */
function secretFaults({ keys, image, child }: Layer, draft: Draft): ConfigFault[] {
  const { secrets, variables } = child?.settings ?? image;
  const names = Object.keys({ ...draft.variables, ...variables });
  return (secrets ?? []).flatMap((secret, index) => {
    const variable = names.find((name) => name.toUpperCase() === secret);
    return variable === undefined ? [] : [{ path: settingPath([...keys, "secrets", index]), problem: `scripts see the variable ${variable} as ${secret}, too`, hint: "give one of them another name" }];
  });
}

function cycleFaults(layers: ReadonlyMap<string, Layer>): ConfigFault[] {
  const rings = cycles([...layers.keys()], (name) => [layers.get(name)?.parent ?? []].flat().filter((parent) => layers.has(parent)));
  return rings.map((ring) => {
    const first = ring.map((name) => layers.get(name)!).find(({ child }) => !child)!;
    return { path: settingPath([...first.keys, "parent"]), problem: `the image is layered on itself: ${[...ring, ring[0]].join(" -> ")}`, expected: "a parent that does not lead back" };
  });
}
