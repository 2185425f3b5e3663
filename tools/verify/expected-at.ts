import { parseFormat } from "#model/format";
import { isVersion } from "#model/version";
import { markerName } from "#providers/local-catalog/layout";
import type { Expected } from "#providers/seal/verify-group";

/**
 * What a sealed directory must be by where it lies: `<image>/<version>/<format>` of a catalog, or
 * `<image>/<version>/formats/<format>` of a store. A seal that was moved elsewhere as a whole is found so.
 */
export function expectedAt(path: string): Expected {
  const names = path.split("/").filter((name) => name !== "");
  const last = names.at(-1) ?? "";
  const [image, version, kind] = names.slice(-4);
  if ((kind === "formats" || kind === "gates") && image && version && isVersion(version)) return { id: { image, version }, group: `${kind}/${last}` };
  const beside = [markerName];
  const [published, publishedVersion] = names.slice(-3);
  if (!published || !publishedVersion || !isVersion(publishedVersion)) return { beside };
  return { id: { image: published, version: publishedVersion }, beside, ...(parseFormat(last) && { group: `formats/${last}` }) };
}
