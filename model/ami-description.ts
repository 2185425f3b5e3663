import type { TagFacts } from "#model/tags";

/** Digits of a digest that are shown. */
const digits = 16;

/**
 * `debian-12 2026.1101.2, imagefleet shop/prod, build 0123456789abcdef, sha256 0123456789abcdef`. Unlike tags, EC2 takes it in the
 * same request as the AMI, so that an AMI is known again whose maker died before it wrote tags.
 */
export function amiDescription({ image, version, stack, key, sha256 }: TagFacts): string {
  return `${image} ${version}, imagefleet ${stack}, build ${key.slice(0, digits)}, sha256 ${sha256.slice(0, digits)}`;
}
