import { FleetError } from "#model/errors";
import { releaseName, type ReleaseId } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { directoryFiles, type ReadOptions } from "#providers/seal/group-files";
import { describeFault, type SealFault } from "#providers/seal/seal-fault";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { verifyBuild, type Sealed } from "#providers/seal/verify-build";
import { verifyGroup } from "#providers/seal/verify-group";

export interface SealRequirement {
  readonly store: Store;
  readonly id: ReleaseId;
  /** What is about to leave: `formats/qcow2`. */
  readonly group: GroupName;
  readonly trusted: TrustedKeys;
  /** For messages: `publish debian-12@2026.1101.1 as qcow2 on laptop`. */
  readonly action: string;
  readonly read?: ReadOptions;
}

const shown = 5;

/**
 * Lets a group of a release pass only if it is whole and sealed by a trusted key, a set of gates passed that is so too, and
 * both were made from the build that is in the store. Files that this machine has verified are not read again.
 * @throws FleetError that names what is wrong
 */
export async function requireSealed(wanted: SealRequirement): Promise<void> {
  const { store, id, group, trusted, read } = wanted;
  if (trusted.length === 0) throw refused(wanted, "no key is known whose seals count", "set imagefleet:seal.key, or name public keys in imagefleet:seal.trust");
  const filesOf = async (name: GroupName) => directoryFiles(await store.locate(id, name), read);
  const sealed: Sealed[] = [];
  const faultsOf = async (name: GroupName): Promise<readonly SealFault[]> => {
    const files = await filesOf(name);
    const { faults, statement } = await verifyGroup(files, trusted, { id, group: name });
    if (faults.length === 0 && statement) sealed.push({ place: files.place, group: name, statement });
    return faults;
  };
  requireNone(wanted, await faultsOf(group));
  const gates = (await store.groups(id)).filter((name) => name.startsWith("gates/"));
  const passed: (readonly SealFault[])[] = [];
  for (const name of gates) passed.push(await faultsOf(name));
  if (gates.length === 0) throw refused(wanted, "the release has not passed its gates", "npm run up");
  if (passed.every((faults) => faults.length > 0)) requireNone(wanted, passed.flat());
  requireNone(wanted, await verifyBuild(await filesOf("build"), id, sealed, true));
}

function requireNone(wanted: SealRequirement, faults: readonly SealFault[]): void {
  if (faults.length === 0) return;
  const name = releaseName(wanted.id);
  const rest = faults.length > shown ? [`and ${faults.length - shown} more`] : [];
  const mend = `set what is damaged aside and make it again: npm run verify -- --quarantine ${name}; npm run up`;
  throw refused(wanted, `its seal does not hold: ${[...faults.slice(0, shown).map(describeFault), ...rest].join("; ")}`, faults.find(({ hint }) => hint !== undefined)?.hint ?? mend);
}

function refused({ action, store }: SealRequirement, cause: string, hint: string): FleetError {
  return new FleetError({ action, place: store.location, cause, hint });
}
