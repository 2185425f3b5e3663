import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { layersOf } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { wrongName } from "#model/config/wrong-name";

/** Revocations of images that there are not. Whether there is such a release only the store knows. */
export function revocationFaults({ revoked = {}, ...draft }: Draft): ConfigFault[] {
  const images = [...layersOf(draft).keys()];
  return Object.keys(revoked).filter((image) => !images.includes(image)).map((image) => ({ path: settingPath(["revoked", image]), ...wrongName(image, "image", images) }));
}
