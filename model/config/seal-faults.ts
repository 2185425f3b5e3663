import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { settingPath } from "#model/config/setting-path";

/** A key that is to be made needs a place. */
export function sealFaults({ seal }: Draft, given: Given): ConfigFault[] {
  if (!seal?.createKey || seal.key !== undefined || given.near(["seal", "key"])) return [];
  return [{ path: settingPath(["seal", "key"]), problem: "createKey is set, but not where the key is to be", expected: "a file outside version control: .imagefleet/signing-key.asc" }];
}
