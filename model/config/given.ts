import { settingPath } from "#model/config/setting-path";
import type { ShapeFault } from "#model/config/shape-faults";

/** What a user has written but cannot be used: it is reported once, and not also as missing. */
export interface Given {
  /** Whether something faulty or misspelt stands where a setting belongs, or around it. */
  near(keys: readonly PropertyKey[]): boolean;
  /** Whether the setting itself is there and faulty. */
  at(keys: readonly PropertyKey[]): boolean;
}

export function givenIn(faults: readonly ShapeFault[]): Given {
  const unusable = faults.filter(({ nameOnly }) => !nameOnly);
  const faulty = new Set(unusable.map(({ path }) => path));
  const meant = new Set(unusable.flatMap(({ standsFor }) => standsFor ?? []));
  return {
    near: (keys) => keys.some((_, index) => [faulty, meant].some((paths) => paths.has(settingPath(keys.slice(0, index + 1))))),
    at: (keys) => faulty.has(settingPath(keys)),
  };
}
