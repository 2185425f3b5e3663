import { isVersion } from "#model/version";
import type { ReleaseId } from "#model/release";
import { StoreError } from "./errors.ts";
import type { GroupName } from "./store.ts";

/** Plain names only: what becomes part of a path can neither climb nor hide. */
const plain = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

export function isPlainName(name: string): boolean {
  return plain.test(name);
}

export function requirePlainName(what: string, name: string): string {
  if (isPlainName(name)) return name;
  throw new StoreError({
    action: `use ${JSON.stringify(name)} as the ${what}`,
    cause: "it would become part of a path in the store",
    hint: "use letters, digits, '.', '_', '+' and '-', at most 128, starting with a letter, a digit or '_'",
  });
}

export function requireRelease(id: ReleaseId): ReleaseId {
  requirePlainName("name of an image", id.image);
  if (isVersion(id.version)) return id;
  throw new StoreError({
    action: `use ${JSON.stringify(id.version)} as a version of ${id.image}`,
    cause: "a version is <year>.<month and day>.<serial>, such as 2026.1101.2",
    hint: `npm run store -- ls ${id.image}`,
  });
}

/** Directory of a group below its release, and the name of the record that makes it exist. */
export interface GroupPlace {
  readonly path: readonly string[];
  readonly recordFile: string;
}

const recordFiles: Record<string, string> = { gates: "passed.json", formats: "format.json", failures: "failed.json" };

export function groupPlace(group: GroupName): GroupPlace {
  if (group === "build") return { path: ["build"], recordFile: "release.json" };
  const [kind = "", name = "", ...rest] = group.split("/");
  const recordFile = recordFiles[kind];
  if (recordFile && rest.length === 0) return { path: [kind, requirePlainName(`name in the group ${kind}`, name)], recordFile };
  throw new StoreError({ action: `use the group ${JSON.stringify(group)}`, cause: "groups are build, gates/<set>, formats/<format> and failures/<set>-<n>" });
}

/** Splits `debian-12@2026.1101.2`; `undefined` when it is no such name. */
export function parseReleaseName(text: string): ReleaseId | undefined {
  const at = text.lastIndexOf("@");
  const id = { image: text.slice(0, at), version: text.slice(at + 1) };
  return at > 0 && isPlainName(id.image) && isVersion(id.version) ? id : undefined;
}
