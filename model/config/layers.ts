import type { Draft, DraftImage } from "#model/config/draft";
import type { TargetInput } from "#model/config/image-schema";
import type { Target } from "#model/config/targets";

/** An image as it will be built: one that the configuration names, or the child of one for a target. */
export interface Layer {
  readonly name: string;
  /** Where it is in the configuration. */
  readonly keys: readonly PropertyKey[];
  readonly image: DraftImage;
  /** Name of the image that it is made of. */
  readonly parent?: string;
  /** For the child of a target. */
  readonly child?: { readonly base: string; readonly target: Target; readonly settings: TargetInput };
}

/** All images, targets expanded into children, in order of their names. An image that a child's name hides is left as it is. */
export function layersOf(draft: Draft): Map<string, Layer> {
  const images = Object.entries(draft.images).map(([name, image]): Layer => ({ name, keys: ["images", name], image, parent: image.parent }));
  const children = images.flatMap(({ name, image }) => childrenOf(name, image)).filter(({ name }) => !Object.hasOwn(draft.images, name));
  return new Map([...images, ...children].sort((a, b) => (a.name < b.name ? -1 : 1)).map((layer) => [layer.name, layer]));
}

/** The children that an image has for its targets. */
export function childrenOf(base: string, image: DraftImage): Layer[] {
  return Object.entries(image.targets ?? {}).map(([target, settings]) => ({
    name: `${base}-${target}`,
    keys: ["images", base, "targets", target],
    image,
    parent: base,
    child: { base, target: target as Target, settings },
  }));
}
