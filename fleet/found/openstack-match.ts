import { ours } from "#model/openstack-image";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import type { WantedRegistration } from "#fleet/found/found";

/** What an image that has a wanted name is to us. */
export type Match =
  /** It looks as what is wanted: it is adopted. */
  | { readonly is: "ours" }
  /** It will be when its bytes are there, or its bytes will never come. */
  | { readonly is: "unfinished" }
  /** Unless the state has it, nothing may be declared over it. */
  | { readonly is: "other"; readonly why: string };

/**
 * @param owner `<project>/<stack>`
 * @param hash The sealed artifact's digest by the algorithm of this Glance, where it is known.
 */
export function match(image: GlanceImage, wanted: WantedRegistration, owner: string, hash: string | undefined): Match {
  const { properties } = image;
  const stack = properties[ours.stack];
  if (stack === undefined) return { is: "other", why: `it has no ${ours.stack}: imagefleet did not make it` };
  if (stack !== owner) return { is: "other", why: `it belongs to the stack ${stack}` };
  if (properties[ours.key] !== wanted.key) return { is: "other", why: `it is of another build: ${ours.key} is ${short(properties[ours.key])}, not ${short(wanted.key)}` };
  if (wanted.sha256 !== undefined && properties[ours.sha256] !== wanted.sha256) return { is: "other", why: `it is of another artifact: ${ours.sha256} is ${short(properties[ours.sha256])}, not ${short(wanted.sha256)}` };
  if (image.status !== "active" && image.status !== "deactivated") return { is: "unfinished" };
  if (wanted.bytes !== undefined && image.size !== wanted.bytes) return { is: "other", why: `its bytes are others: it has ${image.size}, the sealed ${wanted.format} has ${wanted.bytes}` };
  if (hash !== undefined && image.hash && image.hash.value !== hash) return { is: "other", why: `its bytes are others: ${image.hash.algorithm} ${short(image.hash.value)}, the sealed ${wanted.format} has ${short(hash)}` };
  return { is: "ours" };
}

function short(digest: string | undefined): string {
  return digest === undefined ? "missing" : `${digest.slice(0, 16)}${digest.length > 16 ? "..." : ""}`;
}
