import { readFile } from "node:fs/promises";
import { z } from "zod";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { compareVersions } from "#model/version";
import type { GroupName, Store } from "#store/store";
import { packageTypes } from "#providers/inspection/packages/package-database";
import type { Package } from "#providers/inspection/packages/package-database";

/** Name of the list in the evidence of a release. */
export const packageListName = "packages.json";

const listSchema = z.array(z.object({ type: z.enum(packageTypes), name: z.string(), version: z.string(), arch: z.string(), source: z.string(), license: z.string().optional() }));

/** Packages of the newest release before this one that passed its gates; undefined: there is none. */
export async function lastPackages(store: Store, id: ReleaseId): Promise<{ version: string; packages: Package[] } | undefined> {
  const earlier = (await store.versions(id.image)).filter((version) => compareVersions(version, id.version) < 0);
  for (const version of earlier.reverse()) {
    const group = await groupWithList(store, { image: id.image, version });
    if (group) return { version, packages: await readList(store, { image: id.image, version }, group) };
  }
  return undefined;
}

/** Evidence of a passed gate set; that of failed ones is no measure. */
async function groupWithList(store: Store, id: ReleaseId): Promise<GroupName | undefined> {
  const passed = (await store.groups(id)).filter((group) => group.startsWith("gates/"));
  for (const group of passed) {
    const record = await store.record(id, group);
    if (record?.artifacts.some(({ name }) => name === packageListName)) return group;
  }
  return undefined;
}

async function readList(store: Store, id: ReleaseId, group: GroupName): Promise<Package[]> {
  const file = await store.open(id, group, packageListName);
  try {
    return listSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const cause = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new FleetError({ action: `read the packages of ${releaseName(id)}`, place: file, cause, hint: "npm run store -- verify --deep" }, { cause: error });
  }
}
