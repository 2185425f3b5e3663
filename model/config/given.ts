import { settingPath } from "#model/config/setting-path";
import type { ShapeFault } from "#model/config/shape-faults";

/**
 * Whether a user has written something where a setting belongs, be it faulty or misspelt: what is there but wrong is
 * reported once, and not also as missing.
 */
export type Given = (keys: readonly PropertyKey[]) => boolean;

export function givenIn(faults: readonly ShapeFault[]): Given {
  const written = new Set(faults.filter(({ nameOnly }) => !nameOnly).flatMap((fault) => [fault.path, ...(fault.nearest ? [settingPath([...fault.keys.slice(0, -1), fault.nearest])] : [])]));
  return (keys) => keys.some((_, index) => written.has(settingPath(keys.slice(0, index + 1))));
}
