import { releaseName } from "#model/release";
import { markerName } from "#providers/local-catalog/layout";
import type { GroupFiles } from "#providers/seal/group-files";
import type { SealFault } from "#providers/seal/seal-fault";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { disagreements, type Sealed } from "#providers/seal/verify-build";
import { verifyGroup } from "#providers/seal/verify-group";
import type { Checked } from "./checked.ts";
import { expectedAt } from "./expected-at.ts";
import { listingFaults, type ListedItem } from "./listed-items.ts";
import { markerFaults } from "./marker-faults.ts";
import type { Reporter } from "./reporter.ts";

/** One sealed directory outside of a store, at a path or a URL. */
export interface Published {
  readonly files: GroupFiles;
  /** Whose last parts say what it must be. */
  readonly path: string;
  /** What a catalog's index says of files in it. */
  readonly listed?: readonly ListedItem[];
}

/** Checks sealed directories: each by itself, against the index that lists it, and whether those of one release were made from one build. */
export async function verifyPublished(all: readonly Published[], trusted: TrustedKeys, reporter: Reporter): Promise<Checked[]> {
  const checked: Checked[] = [];
  const sealed = new Map<string, Sealed[]>();
  for (const [index, { files, path, listed = [] }] of all.entries()) {
    reporter.subject(`${index + 1} of ${all.length}, ${files.place}`);
    const expected = expectedAt(path);
    const { faults, statement, signer } = await verifyGroup(files, trusted, expected);
    const id = expected.id ?? statement?.id;
    const group = expected.group ?? statement?.group;
    const more: SealFault[] = statement && expected.beside?.includes(markerName) ? await markerFaults(files, statement, faults) : [];
    if (statement) more.push(...listingFaults(files.place, listed, statement));
    checked.push({ group: group ?? files.place, place: files.place, faults: [...faults, ...more], ...(id && { release: releaseName(id) }), ...(signer && { signer }) });
    if (statement) sealed.set(releaseName(statement.id), [...(sealed.get(releaseName(statement.id)) ?? []), { place: files.place, group: statement.group, statement }]);
  }
  const mixed = [...sealed.values()].flatMap((groups) => disagreements(groups[0]!.statement.id, groups));
  return checked.map((one) => ({ ...one, faults: [...one.faults, ...mixed.filter(({ place }) => place === one.place)] }));
}
