import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { layersOf } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { wrongName } from "#model/config/wrong-name";

/** Waivers for images that there are not. That one has expired is for the gates to say: it is no fault until then. */
export function waiverFaults(draft: Draft): ConfigFault[] {
  const images = [...layersOf(draft).keys()];
  return (draft.waivers ?? []).flatMap((waiver, index) =>
    waiver?.image === undefined || images.includes(waiver.image) ? [] : [{ path: settingPath(["waivers", index, "image"]), ...wrongName(waiver.image, "image", images) }],
  );
}
