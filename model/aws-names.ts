import type { ReleaseId } from "#model/release";

/** Name of the resource of an AMI: `aws-main/debian-12@2026.1101.2/raw`, and of a copy `aws-main/eu-west-1/debian-12@2026.1101.2/raw`. */
export function amiResource(site: { readonly name: string; readonly region: string }, { image, version }: ReleaseId, region: string): string {
  return `${site.name}/${region === site.region ? "" : `${region}/`}${image}@${version}/raw`;
}

/** Under this name stands what the engine imports an AMI by: it is on the site, and the state has not got it. */
export function adoptedAs(name: string): string {
  return `${name}/import`;
}

/** Under this name stands a copy that was imported once. */
export function adoptedBefore(name: string): string {
  return `${name}/imported`;
}
